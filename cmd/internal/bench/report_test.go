package bench_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/naru-lab/naru/checker/enginetest"
)

// report is the lines that the benchmarks of this run have made.
var report []string

func TestMain(m *testing.M) {
	code := enginetest.Run(m)
	if playing.home != "" {
		if err := os.RemoveAll(playing.home); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	if len(report) > 0 {
		fmt.Printf("\nnaru, measured on %s with %d cores:\n\n", runtime.GOARCH, runtime.NumCPU())
		for _, line := range report {
			fmt.Println(line)
		}
	}
	os.Exit(code)
}

// tell adds a line: what was measured, how it came out, the aim.
func tell(what, measured, aim string, met bool) {
	verdict := "ok"
	if !met {
		verdict = "over"
	}
	report = append(report, fmt.Sprintf("%-74s %-54s aim %-9s %s", what, measured, aim, verdict))
}

// atMost tells of a ratio that is to be small.
func atMost(what string, got, base time.Duration, aim float64) {
	ratio := float64(got) / float64(base)
	tell(what, fmt.Sprintf("%5.2f×  (%s : %s)", ratio, short(got), short(base)), fmt.Sprintf("≤ %.1f×", aim), ratio <= aim)
}

// atLeast tells of a ratio that is to be large.
func atLeast(what string, slow, fast time.Duration, note string, aim float64) {
	ratio := float64(slow) / float64(fast)
	tell(what, fmt.Sprintf("%5.2f×  (%s : %s%s)", ratio, short(slow), short(fast), note), fmt.Sprintf("≥ %.0f×", aim), ratio >= aim)
}

func short(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

const mega = 1 << 20

func mb(bytes int64) float64 { return float64(bytes) / mega }

// size tells of bytes.
func size(what string, got int64, note string, aim int64) {
	tell(what, fmt.Sprintf("%5.1f MB%s", mb(got), note), fmt.Sprintf("≤ %d MB", aim), got <= aim*mega)
}

// architectures are those that naru is built for, by the names of `make cross`,
// with the qemu-user that runs them on another machine.
var architectures = []struct{ name, goarch, goarm, emulator string }{
	{"amd64", "amd64", "", "x86_64"},
	{"arm64", "arm64", "", "aarch64"},
	{"armv7", "arm", "7", "arm"},
}

// program is naru as `make cross` built it.
func program(b *testing.B, arch string) string {
	b.Helper()
	path, err := filepath.Abs(filepath.Join("../../../bin", "naru-linux-"+arch))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		b.Fatalf("there is no program: run make cross, as make bench does: %v", err)
	}
	return path
}

// here is this machine's architecture by naru's name for it.
func here() string { return cmp.Or(map[string]string{"arm": "armv7"}[runtime.GOARCH], runtime.GOARCH) }
