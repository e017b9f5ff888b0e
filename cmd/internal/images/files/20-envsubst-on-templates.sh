#!/bin/sh
# Fill the variables of the environment into /etc/nginx/templates/*.template,
# and put the results into /etc/nginx/conf.d.
set -e
from=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
to=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
[ -d "$from" ] || exit 0
[ -w "$to" ] || { echo "$0: ERROR: $from exists, but $to is not writable"; exit 0; }
find "$from" -follow -type f -name "*$suffix" | while read -r t; do
	out=$to/${t#"$from/"}
	out=${out%"$suffix"}
	mkdir -p "${out%/*}"
	echo "$0: Running envsubst on $t to $out"
	awk '{
		rest = $0; line = ""
		while (match(rest, /\$(\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_][A-Za-z0-9_]*)/)) {
			word = substr(rest, RSTART, RLENGTH); name = word; gsub(/[${}]/, "", name)
			line = line substr(rest, 1, RSTART - 1) (name in ENVIRON ? ENVIRON[name] : word)
			rest = substr(rest, RSTART + RLENGTH)
		}
		print line rest
	}' "$t" >"$out"
done
