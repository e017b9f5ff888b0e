#!/bin/sh
# Before nginx starts, run what lies in /docker-entrypoint.d in the order of
# its names: executable *.sh files, and *.envsh files in this shell.
set -e

say() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$0: $*"; }

configure() {
	if [ -z "$(find /docker-entrypoint.d/ -mindepth 1 -type f 2>/dev/null)" ]; then
		say "No files found in /docker-entrypoint.d/, skipping configuration"
		return
	fi
	say "/docker-entrypoint.d/ is not empty, will attempt to perform configuration"
	say "Looking for shell scripts in /docker-entrypoint.d/"
	for f in /docker-entrypoint.d/*; do
		case $f in
		*.envsh | *.sh) [ -x "$f" ] || { say "Ignoring $f, not executable"; continue; } ;;
		*) say "Ignoring $f"; continue ;;
		esac
		case $f in
		*.envsh) say "Sourcing $f"; . "$f" ;;
		*) say "Launching $f"; "$f" ;;
		esac
	done
	say "Configuration complete; ready for start up"
}

case ${1:-} in nginx | nginx-debug) configure ;; esac
exec "$@"
