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
	env := append(os.Environ(), "HOME="+b.TempDir(), "LANG=ko_KR.UTF-8")
	naru := process{argv: []string{program(b, here()), "list"}, env: env}
	bare := process{argv: []string{build(b, "bare", runtime.GOARCH, ""), "list"}, env: env}
	m := medians(b, naru.time(b), bare.time(b))
	atMost("naru list : a bare cobra program", m[0], m[1], 2.5)
}

// BenchmarkSize: the programs' size, and the most memory that check has. The
// programs for another architecture run in qemu-user, whose memory and whose
// translation of the program count with theirs. How much that is shows the
// program for this machine, which runs both in qemu and without.
func BenchmarkSize(b *testing.B) {
	for _, arch := range architectures {
		info, err := os.Stat(program(b, arch.name))
		if err != nil {
			b.Fatal(err)
		}
		size("size of the program, "+arch.name, info.Size(), "", 22)
	}
	p, _ := played(b)
	meter := build(b, "peak", runtime.GOARCH, "")
	peak := func(argv ...string) int64 { return process{argv: argv, env: p.env, dir: p.home}.peak(b, meter) }
	check := func(arch string) []string { return []string{program(b, arch), "check", "volumes/keep"} }

	own := peak(check(here())...)
	size("peak memory of check, "+here(), own, fmt.Sprintf("  (a bare program %.1f)", mb(peak(build(b, "bare", runtime.GOARCH, ""), "list"))), 25)
	var qemu int64 // what it adds
	for _, arch := range architectures {
		if arch.name == here() {
			qemu = peak(append([]string{emulator(b, arch.emulator)}, check(arch.name)...)...) - own
		}
	}
	for _, arch := range architectures {
		if arch.name == here() {
			continue
		}
		in := emulator(b, arch.emulator)
		got := peak(append([]string{in}, check(arch.name)...)...)
		bare := peak(in, build(b, "bare", arch.goarch, arch.goarm), "list")
		size("peak memory of check, "+arch.name+", estimated", got-qemu,
			fmt.Sprintf("  (%.1f less qemu's %.1f; %.1f× bare)", mb(got), mb(qemu), float64(got)/float64(bare)), 25)
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
