package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// BenchmarkList: naru's start against that of a program that only has cobra.
func BenchmarkList(b *testing.B) {
	env := learner(b, os.Environ())
	naru := process{argv: []string{program(b, here()), "list"}, env: env}
	bare := process{argv: []string{buildBare(b, runtime.GOARCH, ""), "list"}, env: env}
	m := medians(b, naru.time(b), bare.time(b))
	atMost("naru list : a bare cobra program", m[0], m[1], 2.5)
}

// BenchmarkSize: the programs' size, and the most memory that check has. The
// programs of another architecture run in qemu-user, which has its own memory
// and its translation of the program in the same process. What is naru's own
// there is estimated: less what a bare program has more in qemu than without.
func BenchmarkSize(b *testing.B) {
	for _, arch := range architectures {
		info, err := os.Stat(program(b, arch.name))
		if err != nil {
			b.Fatal(err)
		}
		size("size of the program, "+arch.name, info.Size(), "", 22)
	}
	env := learner(b, keeping(b).Env())
	bareHere := process{argv: []string{buildBare(b, runtime.GOARCH, ""), "list"}, env: env}.peak(b)
	for _, arch := range architectures {
		naru := process{argv: []string{program(b, arch.name), "check", "volumes/keep"}, env: env}
		what := "peak memory of check, " + arch.name
		if arch.name == here() {
			size(what, naru.peak(b), fmt.Sprintf("  (bare program %.1f)", float64(bareHere)/mega), 25)
			continue
		}
		emulator := emulator(b, arch.emulator)
		bare := process{argv: []string{emulator, buildBare(b, arch.goarch, arch.goarm), "list"}, env: env}.peak(b)
		naru.argv = append([]string{emulator}, naru.argv...)
		got := naru.peak(b)
		size(what+", without qemu's own (estimated)", got-(bare-bareHere),
			fmt.Sprintf("  (in qemu %.1f, %.1f× bare's %.1f)", float64(got)/mega, float64(got)/float64(bare), float64(bare)/mega), 25)
	}
}

// emulator is the path of a qemu-user for an architecture.
func emulator(b *testing.B, arch string) string {
	b.Helper()
	for _, name := range []string{"qemu-" + arch + "-static", "qemu-" + arch} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	b.Fatalf("there is no qemu-user for %s: run .ci/install", arch)
	return ""
}
