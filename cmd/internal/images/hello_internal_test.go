package images

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// TestHelloProgram runs the program where this machine can: its own
// architecture always, the others where qemu's binfmt handlers are on.
func TestHelloProgram(t *testing.T) {
	for _, platform := range Course().Images[0].Platforms {
		t.Run(platform, func(t *testing.T) {
			p, err := ParsePlatform(platform)
			if err != nil {
				t.Fatal(err)
			}
			program, err := helloProgram(p, helloText)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "hello")
			if err := os.WriteFile(file, program, 0o755); err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), file).Output()
			if err != nil && !runnable(p) {
				t.Skipf("this machine does not run programs of %s", p)
			}
			if err != nil || string(out) != helloText {
				t.Fatalf("printed %q, %v", out, err)
			}
		})
	}
}

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
