package bench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// process is a command that is run again and again.
type process struct {
	argv []string
	env  []string
	dir  string
}

// run runs it once and returns what it said.
func (p process) run(b *testing.B) string {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), p.argv[0], p.argv[1:]...)
	cmd.Env, cmd.Dir = p.env, p.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%q: %v:\n%s", p.argv, err, out)
	}
	return string(out)
}

func (p process) time(b *testing.B) func() time.Duration {
	return timed(func() { p.run(b) })
}

// peak is the most memory that it had at once, in bytes, measured by the
// program of that name: the median of a few runs, since a few pages more or
// less are chance.
func (p process) peak(b *testing.B, meter string) int64 {
	b.Helper()
	p.argv = append([]string{meter}, p.argv...)
	var runs []int64
	for range 5 {
		kib, err := strconv.ParseInt(strings.TrimSpace(p.run(b)), 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		runs = append(runs, kib<<10)
	}
	return middle(runs)
}

// build builds one of the small programs below this folder, as naru is built.
func build(b *testing.B, name, goarch, goarm string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	cmd := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./"+name)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+goarch, "GOARM="+goarm)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("building %s: %v\n%s", name, err, out)
	}
	return path
}
