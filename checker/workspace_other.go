//go:build !unix

package checker

import "io/fs"

const nonblock = 0

func rights(info fs.FileInfo) (mode uint32, uid, gid int) {
	return uint32(info.Mode().Perm()), -1, -1
}
