package bench_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// process is a command that is run again and again.
type process struct {
	argv []string
	env  []string
	code int // the exit code that it is to end with
}

// run runs it once.
func (p process) run(b *testing.B) *os.ProcessState {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), p.argv[0], p.argv[1:]...)
	cmd.Env = p.env
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != p.code {
		b.Fatalf("%q: %v, want exit code %d:\n%s", p.argv, err, p.code, &said)
	}
	return cmd.ProcessState
}

func (p process) time(b *testing.B) func() time.Duration {
	return timed(func() { p.run(b) })
}

// peak is the most memory that it had at once, in bytes: the median of a few
// runs, since a few pages more or less are chance.
func (p process) peak(b *testing.B) int64 {
	b.Helper()
	var runs []int64
	for range 5 {
		usage, ok := p.run(b).SysUsage().(*syscall.Rusage)
		if !ok {
			b.Fatal("this system doesn't tell how much memory a process had")
		}
		runs = append(runs, int64(usage.Maxrss)<<10)
	}
	return middle(runs)
}

// buildBare builds the least program on cobra, as naru is built.
func buildBare(b *testing.B, goarch, goarm string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bare")
	cmd := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./bare")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+goarch, "GOARM="+goarm)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("building the bare program: %v\n%s", err, out)
	}
	return path
}

// learner is the environment of somebody who never used naru, and whose docker
// command talks to an engine.
func learner(b *testing.B, engine []string) []string {
	b.Helper()
	return append(engine, "HOME="+b.TempDir(), "LANG=ko_KR.UTF-8")
}
