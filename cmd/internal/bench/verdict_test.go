package bench_test

import (
	"context"
	"testing"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

// image is what the containers are made from.
const image = "busybox:1.37"

// keep is what the course's step volumes/keep asks. The others fail: one wants
// another volume than there is, one mistypes a container that was made in the
// lesson, one wants a container that nobody made, nor one that comes near. For
// that the engine must list containers, which takes it long.
const (
	keep = `
- volume: notes
- container: writer
  state: exited 0
  volumes: ["notes:/data"]
- path: /data/memo
  in: {volume: notes}
  contains: hello
`
	elsewhere = `
- container: writer
  state: exited 0
  volumes: ["note:/data"]
`
	mistyped = `
- volume: notes
- container: writter
  state: exited 0
  volumes: ["notes:/data"]
`
	unmade = `
- volume: notes
- container: librarian
  state: exited 0
  volumes: ["notes:/data"]
`
)

// furnish makes what keep asks for.
func furnish(b *testing.B, e *enginetest.Engine) {
	b.Helper()
	e.Docker(b, "volume", "create", "notes")
	e.Docker(b, "run", "--name", "writer", "-v", "notes:/data", image, "sh", "-c", "echo hello > /data/memo")
}

// verdict observes and compares, in a lesson that was started then, and wants
// to hear yes or no.
func verdict(b *testing.B, c *engine.Client, since time.Time, source string, want bool) func() {
	b.Helper()
	checks, issues := checker.Parse([]byte(source))
	if len(issues) > 0 {
		b.Fatal(issues)
	}
	src := checker.Source{Engine: c, Workspace: b.TempDir(), Since: since}
	return func() {
		st, err := checker.Observe(context.WithoutCancel(b.Context()), src, checks)
		if err != nil {
			b.Fatal(err)
		}
		if rep := checker.Compare(checks, st); rep.Passed() != want {
			b.Fatalf("passed is %v: %+v", !want, rep)
		}
	}
}

// BenchmarkVerdict: Observe and Compare against the requests to the engine's
// API that they need, sent bare, one after the other, over one connection.
func BenchmarkVerdict(b *testing.B) {
	_, e := played(b)
	now := time.Now()
	ours := verdict(b, e.Client(b), now, keep, true)
	asked := overheard(b, e, func(c *engine.Client) { verdict(b, c, now, keep, true)() })
	m := medians(b, timed(ours), timed(bare(b, e, asked)))
	atMost("Observe+Compare : the bare API calls", m[0], m[1], 1.3)
}

// BenchmarkCrowd: a verdict with 1,000 containers on the engine against one
// with 10, on two engines at the same time. The others were there before the
// lesson.
func BenchmarkCrowd(b *testing.B) {
	few, many := enginetest.Start(b), enginetest.Start(b)
	for e, n := range map[*enginetest.Engine]int{few: 10, many: 1000} {
		e.Build(b, enginetest.Busybox(b, image))
		crowd(b, e, n-1) // writer is one of them
	}
	started := time.Now()
	furnish(b, few)
	furnish(b, many)
	fewer, more := few.Client(b), many.Client(b)
	for _, row := range []struct {
		name, checks string
		passes       bool
	}{
		{"passes", keep, true},
		{"fails (another volume)", elsewhere, false},
		{"fails (a name mistyped)", mistyped, false},
		{"fails (nothing like it)", unmade, false},
	} {
		m := medians(b,
			timed(verdict(b, more, started, row.checks, row.passes)), timed(verdict(b, fewer, started, row.checks, row.passes)))
		atMost("1,000 containers : 10, a check that "+row.name, m[0], m[1], 1.3)
	}
}
