#!/bin/sh
# adduser and addgroup as busybox has them, for a busybox that was built
# without: the same options, the same words when a name is taken. Passwords
# are never asked for, as with -D.
set -e
me=${0##*/}

usage() {
	echo "Usage: addgroup [-g GID] [-S] [USER] GROUP" >&2
	echo "       adduser [-h DIR] [-g GECOS] [-s SHELL] [-G GRP] [-S] [-D] [-H] [-u UID] USER [GROUP]" >&2
	exit 1
}
die() { echo "$me: $*" >&2; exit 1; }
entry() { awk -F: -v n="$2" '$1 == n { found = 1; print } END { exit !found }' "/etc/$1"; } # FILE NAME
taken() { awk -F: -v n="$2" '$3 == n { found = 1 } END { exit !found }' "/etc/$1"; }       # FILE ID
free() { # FILE FROM TO: the lowest free id
	i=$2
	while taken "$1" "$i"; do
		i=$((i + 1))
		[ "$i" -le "$3" ] || die "no more IDs"
	done
	echo "$i"
}
number() { case $2 in '' | *[!0-9]*) die "invalid number '$2'" ;; esac; taken "$1" "$2" && die "${1%?????}id '$2' in use" || echo "$2"; }
name() { case $1 in '' | -* | *[!A-Za-z0-9._-]*) die "illegal character with code in name '$1'" ;; esac; }

make_group() { # NAME GID
	echo "$1:x:$2:" >>/etc/group
	[ ! -f /etc/gshadow ] || echo "$1:!::" >>/etc/gshadow
}
join() { # USER GROUP
	entry passwd "$1" >/dev/null || die "unknown user $1"
	entry group "$2" >/dev/null || die "unknown group $2"
	awk -F: -v OFS=: -v u="$1" -v g="$2" '$1 == g && ("," $4 ",") !~ ("," u ",") { $4 = $4 == "" ? u : $4 "," u } { print }' \
		/etc/group >/etc/group.new && cat /etc/group.new >/etc/group && rm /etc/group.new
}

group=
system=
case $me in
addgroup)
	id=
	while getopts g:S o; do
		case $o in g) id=$OPTARG ;; S) system=1 ;; *) usage ;; esac
	done
	shift $((OPTIND - 1))
	case $# in
	2) join "$1" "$2"; exit ;;
	1) ;;
	*) usage ;;
	esac
	name "$1"
	! entry group "$1" >/dev/null || die "group '$1' in use"
	if [ -n "$id" ]; then id=$(number group "$id"); elif [ -n "$system" ]; then id=$(free group 100 999); else id=$(free group 1000 60000); fi
	make_group "$1" "$id"
	;;
adduser)
	home= gecos='Linux User,,,' shell= nohome= id=
	while getopts h:g:s:G:SDHu:k: o; do
		case $o in
		h) home=$OPTARG ;; g) gecos=$OPTARG ;; s) shell=$OPTARG ;; G) group=$OPTARG ;;
		S) system=1 ;; H) nohome=1 ;; u) id=$OPTARG ;; D | k) ;; *) usage ;;
		esac
	done
	shift $((OPTIND - 1))
	case $# in
	2) join "$1" "$2"; exit ;;
	1) ;;
	*) usage ;;
	esac
	name "$1"
	! entry passwd "$1" >/dev/null || die "user '$1' in use"
	if [ -n "$id" ]; then id=$(number passwd "$id"); elif [ -n "$system" ]; then id=$(free passwd 100 999); else id=$(free passwd 1000 60000); fi
	: "${home:=/home/$1}"
	: "${shell:=$([ -n "$system" ] && echo /bin/false || echo /bin/sh)}"
	[ -n "$group" ] || [ -z "$system" ] || group=nogroup
	if [ -z "$group" ]; then
		! entry group "$1" >/dev/null || die "group '$1' in use"
		gid=$id
		! taken group "$gid" || gid=$(free group 1000 60000)
		make_group "$1" "$gid"
	else
		gid=$(entry group "$group" | cut -d: -f3) || true
		[ -n "$gid" ] || die "unknown group $group"
	fi
	echo "$1:x:$id:$gid:$gecos:$home:$shell" >>/etc/passwd
	[ ! -f /etc/shadow ] || echo "$1:!:0:0:99999:7:::" >>/etc/shadow
	if [ -z "$nohome" ]; then
		mkdir -p "$home"
		chown "$id:$gid" "$home"
	fi
	;;
*) usage ;;
esac
