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

// keep is what the course's step volumes/keep asks; elsewhere wants another
// volume than there is, and mistyped a container that isn't there: to name the
// nearest, the engine must list them all, which is nearly all the time it takes.
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
)

// byHand asks what steps of the course ask with the docker command. Where a
// file is read the engine takes most of the time, whoever asks.
var byHand = []struct{ step, script string }{
	{"volumes/share", `set -e
mounted='{{.State.Status}}{{range .Mounts}} {{.Name}}:{{.Destination}}{{end}}'
[ "$(docker container inspect --format "$mounted" ticker)" = "running notes:/data" ]
[ "$(docker container inspect --format "$mounted" tailer)" = "running notes:/inbox" ]
docker logs tailer | grep -qw tick
`},
	{"volumes/keep", `set -e
docker volume inspect notes >/dev/null
[ "$(docker container inspect --format '{{.State.Status}} {{.State.ExitCode}}{{range .Mounts}} {{.Name}}:{{.Destination}}{{end}}' writer)" = "exited 0 notes:/data" ]
docker cp writer:/data/memo - | tar -xO | grep -qw hello
`},
}

// keeping is the shared engine, on which the steps pass.
func keeping(b *testing.B) *enginetest.Engine {
	b.Helper()
	e := enginetest.Shared(b)
	if _, err := e.TryDocker(b.Context(), "container", "inspect", "writer"); err != nil {
		furnish(b, e)
		e.Docker(b, "run", "-d", "--name", "ticker", "-v", "notes:/data", image,
			"sh", "-c", "while :; do echo tick >> /data/ticks; sleep 1; done")
		e.Docker(b, "run", "-d", "--name", "tailer", "-v", "notes:/inbox", image,
			"sh", "-c", "touch /inbox/ticks; tail -f /inbox/ticks")
	}
	return e
}

func furnish(b *testing.B, e *enginetest.Engine) {
	b.Helper()
	e.Build(b, enginetest.Busybox(b, image))
	e.Docker(b, "volume", "create", "notes")
	e.Docker(b, "run", "--name", "writer", "-v", "notes:/data", image, "sh", "-c", "echo hello > /data/memo")
}

// verdict observes and compares, and wants to hear yes or no.
func verdict(b *testing.B, c *engine.Client, source string, want bool) func() {
	b.Helper()
	checks, issues := checker.Parse([]byte(source))
	if len(issues) > 0 {
		b.Fatal(issues)
	}
	src := checker.Source{Engine: c, Workspace: b.TempDir(), Since: time.Now()}
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
	e := keeping(b)
	ours := verdict(b, e.Client(b), keep, true)
	asked := overheard(b, e, func(c *engine.Client) { verdict(b, c, keep, true)() })
	m := medians(b, timed(ours), timed(bare(b, e, asked)))
	atMost("Observe+Compare : the bare API calls", m[0], m[1], 1.3)
}

// BenchmarkCheck: a process that checks against a shell script that asks the
// same with the docker command.
func BenchmarkCheck(b *testing.B) {
	e := keeping(b)
	env := learner(b, e.Env())
	process{argv: []string{program(b, here()), "answer", "--step", "volumes/share", "other-place", "2"}, env: env}.run(b)
	for _, row := range byHand {
		hand := process{argv: []string{"sh", "-c", row.script}, env: env}
		naru := process{argv: []string{program(b, here()), "check", row.step}, env: env}
		m := medians(b, hand.time(b), naru.time(b))
		atLeast("a script with the docker command : naru check "+row.step, m[0], m[1], 5)
	}
}

// BenchmarkCrowd: a verdict with 1,000 containers on the engine against one
// with 10, on two engines at the same time.
func BenchmarkCrowd(b *testing.B) {
	few, many := enginetest.Start(b), enginetest.Start(b)
	for e, n := range map[*enginetest.Engine]int{few: 10, many: 1000} {
		furnish(b, e)
		crowd(b, e, n-1) // writer is one of them
	}
	fewer, more := few.Client(b), many.Client(b)
	for _, row := range []struct {
		name, checks string
		passes       bool
	}{
		{"passes", keep, true},
		{"fails (another volume)", elsewhere, false},
		{"fails (no such container)", mistyped, false},
	} {
		m := medians(b, timed(verdict(b, more, row.checks, row.passes)), timed(verdict(b, fewer, row.checks, row.passes)))
		atMost("1,000 containers : 10, a check that "+row.name, m[0], m[1], 1.3)
	}
}
