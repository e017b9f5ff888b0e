package images

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// minFree is what making an image needs on the cache's disk: lists, packages,
// layers and the archive of the largest image together, with a margin.
const minFree = 300 << 20

// freeSpace returns the bytes that an unprivileged user can still write.
func freeSpace(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("asking for free space on %q: %w", dir, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:gosec,unconvert // the fields' types differ between architectures
}
