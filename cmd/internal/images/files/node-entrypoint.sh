#!/bin/sh
# Give node what is an option, what is no command, and a file that can't be
# executed; run everything else as it stands.
set -e
if [ "${1#-}" != "$1" ] || [ -z "$(command -v -- "$1")" ] || { [ -f "$1" ] && [ ! -x "$1" ]; }; then
	set -- node "$@"
fi
exec "$@"
