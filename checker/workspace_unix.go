//go:build unix

package checker

import (
	"io/fs"
	"syscall"
)

const nonblock = syscall.O_NONBLOCK

// rights are a file's permission bits, set-user-ID and the like included, and
// whose it is.
func rights(info fs.FileInfo) (mode uint32, uid, gid int) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint32(st.Mode) & 0o7777, int(st.Uid), int(st.Gid) //nolint:unconvert // a uint16 on other systems
	}
	return uint32(info.Mode().Perm()), -1, -1
}
