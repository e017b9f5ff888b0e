package images

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestNoSpace makes an image on a disk that is too small: refused before
// anything is fetched, and, where little is enough to begin, ended by the full
// disk itself. It mounts a tmpfs, which takes root.
func TestNoSpace(t *testing.T) {
	if os.Getuid() != 0 {
		t.Fatal("this test mounts a small disk: run it as root, as `make test` does")
	}
	disk := func(t *testing.T, size string) string {
		t.Helper()
		dir := t.TempDir()
		if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
		return dir
	}
	t.Run("refused", func(t *testing.T) {
		_, err := Make(t.Context(), "busybox:1.37", "", disk(t, "20m"), nil)
		if packagesKind(err) != NoSpace {
			t.Errorf("%v", err)
		}
	})
	t.Run("full", func(t *testing.T) {
		dir := disk(t, "8k")
		_, err := Make(t.Context(), "hello-world", "", dir, nil)
		if packagesKind(err) != NoSpace {
			t.Errorf("%v", err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*.tar*")); left != nil {
			t.Errorf("left %q", left)
		}
	})
}
