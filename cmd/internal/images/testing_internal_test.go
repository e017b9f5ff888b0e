package images

import (
	"os"
	"runtime"
)

// runnable says whether this machine runs programs of a platform: its own, and
// those that a binfmt handler takes.
func runnable(p Platform) bool {
	if p.Arch == runtime.GOARCH {
		return true
	}
	handler := map[string]string{"amd64": "qemu-x86_64", "arm64": "qemu-aarch64", "arm": "qemu-arm"}[p.Arch]
	_, err := os.Stat("/proc/sys/fs/binfmt_misc/" + handler)
	return err == nil
}
