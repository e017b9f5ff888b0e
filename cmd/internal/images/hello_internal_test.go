package images

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestHelloProgram runs the program where this machine can: its own
// architecture always, the others through qemu's binfmt handlers.
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
