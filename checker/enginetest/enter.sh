# Run as the first process of new mount, network and process namespaces.
# ROOT is the root directory to use (empty: this one), BIN goes first in PATH
# (empty: nothing), DIR is the engine's folder; the arguments are the command.
set -e
[ -z "$BIN" ] || PATH=$BIN:$PATH
mount --make-rprivate /
if [ -n "$ROOT" ]; then
	mount --bind "$ROOT" "$ROOT"
	cd "$ROOT"
	for d in sys dev tmp; do mkdir -p $d; mount --rbind /$d $d; done
	mkdir -p proc run ".$DIR" .old
	mount -t proc proc proc
	mount -t tmpfs tmpfs run
	mountpoint -q "$(dirname ".$DIR")" || [ "$(stat -c %d:%i ".$DIR")" = "$(stat -c %d:%i "$DIR")" ] || mount --bind "$DIR" ".$DIR"
	[ -z "$BIN" ] || [ -d ".$BIN" ] || { echo "BIN=$BIN is not visible in ROOT=$ROOT" >&2; exit 1; }
	# Not chroot: with a mere chroot, docker exec lands in the outer root.
	pivot_root . .old
	umount -l /.old
	rmdir /.old 2>/dev/null || true
else
	mount -t proc proc /proc
	# containerd's shims keep their sockets there, whatever the exec root is.
	mkdir -p /run/containerd
	mount -t tmpfs tmpfs /run/containerd
fi
# Without systemd nothing may have mounted cgroups.
grep -q ' /sys/fs/cgroup' /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec "$@"
