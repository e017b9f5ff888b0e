package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/enginetest"
)

// TestARM: the programs for ARM say in qemu what the one for this machine says.
func TestARM(t *testing.T) {
	t.Parallel()
	e := enginetest.Start(t)
	e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
	e.Docker(t, "volume", "create", "notes")
	e.Docker(t, "run", "--name", "writer", "-v", "notes:/data", "busybox:1.37", "sh", "-c", "echo hello > /data/memo")
	ours, err := program()
	if err != nil {
		t.Fatal(err)
	}
	for _, arch := range []struct{ name, goarch, goarm, qemu string }{
		{"arm64", "arm64", "", "qemu-aarch64"},
		{"armv7", "arm", "7", "qemu-arm"},
	} {
		t.Run(arch.name, func(t *testing.T) {
			t.Parallel()
			theirs := []string{qemu(t, arch.qemu), buildFor(t, arch.goarch, arch.goarm)}
			for _, row := range []struct {
				args []string
				code int
			}{
				{args: []string{"list", "--lang", "ko"}},
				{args: []string{"list", "--json"}},
				{args: []string{"show", "volumes/keep", "--lang", "ko"}},
				{args: []string{"show", "environment", "--lang", "en"}},
				{args: []string{"check", "volumes/keep", "--lang", "ko"}},
				{args: []string{"check", "volumes/keep", "--json"}},
				{args: []string{"check", "volumes/readonly", "--lang", "ko"}, code: 1},
				{args: []string{"check", "nowhere", "--lang", "en"}, code: 2},
			} {
				want := transcript(t, e, []string{ours}, row.args, row.code)
				got := transcript(t, e, theirs, row.args, row.code)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("naru %q (-here +%s):\n%s", row.args, arch.name, diff)
				}
			}
		})
	}
}

// took is what differs from run to run: how long it took, and how long ago
// things were.
var took = regexp.MustCompile(`"tookMs":[0-9.e-]+|[0-9]+(초 전| s ago)`)

// transcript is what a program says when it ends with an exit code.
func transcript(t *testing.T, e *enginetest.Engine, program, args []string, code int) string {
	t.Helper()
	argv := append(append([]string(nil), program...), args...)
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Env = append(e.Env(), "HOME="+t.TempDir(), "LANG=en_US.UTF-8")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if got := cmd.ProcessState; got == nil || got.ExitCode() != code {
		t.Fatalf("%q: %v, want exit code %d:\n%s", argv, err, code, &out)
	}
	return took.ReplaceAllString(out.String(), "…")
}

// buildFor builds the program for another machine.
func buildFor(t *testing.T, goarch, goarm string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "naru")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+goarch, "GOARM="+goarm)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building for %s: %v\n%s", goarch, err, out)
	}
	return bin
}

// qemu is a qemu-user: Debian 12 has it with a suffix, later ones without.
func qemu(t *testing.T, name string) string {
	t.Helper()
	for _, name := range []string{name + "-static", name} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("there is no %s: run .ci/install", name)
	return ""
}
