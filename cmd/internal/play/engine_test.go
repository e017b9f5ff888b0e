package play_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
)

const busybox = "busybox:1.37"

// realPlayer is a player on an engine of the test's own.
func realPlayer(t *testing.T) (*enginetest.Engine, *play.Player, string) {
	t.Helper()
	e := enginetest.Start(t)
	t.Logf("engine %s", e.Docker(t, "version", "--format", "{{.Server.Version}}"))
	e.Build(t, enginetest.Busybox(t, busybox))
	dir := t.TempDir()
	return e, on(t, e, dir), dir
}

func on(t *testing.T, e *enginetest.Engine, dir string) *play.Player {
	t.Helper()
	c := e.Client(t)
	return opened(t, nil, func(cfg *play.Config) {
		cfg.Dirs = dirsIn(dir)
		cfg.Engine = func(context.Context) (play.Engine, error) { return c, nil }
	})
}

// run makes a container without running it: most tests need no more.
func run(t *testing.T, e *enginetest.Engine, args ...string) string {
	t.Helper()
	return e.Docker(t, append([]string{"create"}, args...)...)
}

// doLesson makes all that the lesson asks for, and what its front matter owns.
func doLesson(t *testing.T, e *enginetest.Engine) {
	t.Helper()
	e.Docker(t, "volume", "create", "notes")
	e.Docker(t, "network", "create", "front")
	e.Docker(t, "run", "-d", "--name", "writer", "-v", "notes:/data", "-v", "/anonymous", "--network", "front", busybox, "sleep", "600")
	run(t, e, "--name", "spare1", busybox)
	run(t, e, busybox) // under a name that nobody chose
	e.Docker(t, "tag", busybox, "hello:1.0")
	e.Docker(t, "commit", "spare1", "hello:2.0")
}

func snapshot(t *testing.T, e *enginetest.Engine) *engine.Snapshot {
	t.Helper()
	s, err := e.Client(t).Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Taken = time.Time{}
	return s
}

func reset(t *testing.T, p *play.Player) *play.ResetPlan {
	t.Helper()
	plan, err := p.PlanReset(t.Context(), "volumes")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Reset(t.Context(), plan, func(o learner.Object, err error) {
		if err != nil {
			t.Errorf("%s: %v", o, err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestResetBringsTheBaselineBack(t *testing.T) {
	e, p, _ := realPlayer(t)
	e.Docker(t, "volume", "create", "mine")
	run(t, e, "--name", "mine", "-v", "mine:/data", "-v", "/mine", busybox)
	before := snapshot(t, e)
	started(t, p, "volumes")
	doLesson(t, e)
	if o := checked(t, p, at("volumes", "keep")); !o.Passed() {
		t.Errorf("%+v", o.Report.First())
	}
	plan := reset(t, p)
	// It is made from an image whose containers the lesson owns.
	if len(plan.Keep) != 1 || plan.Keep[0].Name != "mine" || plan.Keep[0].Why != learner.Before {
		t.Errorf("kept: %+v", plan.Keep)
	}
	if diff := cmp.Diff(before, snapshot(t, e)); diff != "" {
		t.Errorf("the engine (-before +after):\n%s", diff)
	}
}

// TestResetRefusesWhatIsTheLearners gives a learner things of their own that
// bear the lesson's names, from before the start and since.
func TestResetRefusesWhatIsTheLearners(t *testing.T) {
	t.Run("all of the lesson's names", func(t *testing.T) {
		e, p, _ := realPlayer(t)
		doLesson(t, e)
		e.Docker(t, "commit", "spare1", "untagged:1")
		e.Docker(t, "commit", "--message", "again", "spare1", "untagged:1") // leaves one without a tag
		before := snapshot(t, e)
		started(t, p, "volumes")
		checked(t, p, at("volumes", "keep"))
		plan := reset(t, p)
		if len(plan.Remove) != 0 {
			t.Errorf("removed: %+v", plan.Remove)
		}
		kept := map[string]learner.Why{}
		for _, o := range plan.Keep {
			kept[o.Kind+" "+o.Name] = o.Why
		}
		for _, name := range []string{"container writer", "container spare1", "network front", "volume notes", "image hello:1.0", "image hello:2.0"} {
			if kept[name] != learner.Before {
				t.Errorf("%s: %q, want it refused as there before", name, kept[name])
			}
		}
		if diff := cmp.Diff(before, snapshot(t, e)); diff != "" {
			t.Errorf("the engine (-before +after):\n%s", diff)
		}
	})
	t.Run("renamed and retagged to the lesson's names", func(t *testing.T) {
		e, p, _ := realPlayer(t)
		run(t, e, "--name", "mine", busybox)
		e.Docker(t, "commit", "mine", "mine:1")
		started(t, p, "volumes")
		e.Docker(t, "rename", "mine", "writer")
		e.Docker(t, "tag", "mine:1", "hello:1.0")
		e.Docker(t, "rmi", "mine:1")
		before := snapshot(t, e)
		plan := reset(t, p)
		if len(plan.Remove) != 0 {
			t.Errorf("removed: %+v", plan.Remove)
		}
		if diff := cmp.Diff(before, snapshot(t, e)); diff != "" {
			t.Errorf("the engine (-before +after):\n%s", diff)
		}
	})
	t.Run("made anew under their own names", func(t *testing.T) {
		e, p, _ := realPlayer(t)
		e.Docker(t, "volume", "create", "notes")
		run(t, e, "--name", "mine", busybox)
		e.Docker(t, "commit", "mine", "hello:1.0")
		started(t, p, "volumes")
		e.Docker(t, "volume", "rm", "notes")
		tick(t, time.Second) // volumes are told apart by the second
		e.Docker(t, "volume", "create", "notes")
		e.Docker(t, "commit", "--message", "again", "mine", "hello:1.0")
		before := snapshot(t, e)
		plan := reset(t, p)
		if len(plan.Remove) != 0 {
			t.Errorf("removed: %+v", plan.Remove)
		}
		if diff := cmp.Diff(before, snapshot(t, e)); diff != "" {
			t.Errorf("the engine (-before +after):\n%s", diff)
		}
	})
	t.Run("used by their own", func(t *testing.T) {
		e, p, _ := realPlayer(t)
		started(t, p, "volumes")
		doLesson(t, e)
		run(t, e, "--name", "mine", "-v", "notes:/data", "--network", "front", "hello:2.0")
		mine := e.Docker(t, "inspect", "mine")
		plan := reset(t, p)
		kept := map[string]string{}
		for _, o := range plan.Keep {
			kept[o.Kind+" "+o.Name] = string(o.Why) + " " + strings.Join(o.By, ",")
		}
		want := map[string]string{"network front": "used mine", "volume notes": "used mine", "image hello:2.0": "used mine"}
		if diff := cmp.Diff(want, kept); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(mine, e.Docker(t, "inspect", "mine")); diff != "" {
			t.Errorf("the learner's container (-before +after):\n%s", diff)
		}
		// Once theirs is gone, the rest can go.
		e.Docker(t, "rm", "mine")
		if plan := reset(t, p); len(plan.Remove) != 3 {
			t.Errorf("second reset: %+v", plan.Plan)
		}
	})
}

// TestResetTakesWhatBuildsLeave builds as learners do: again, in stages, and
// with an instruction that fails.
func TestResetTakesWhatBuildsLeave(t *testing.T) {
	for name, buildkit := range map[string]string{"classic": "0", "BuildKit": "1"} {
		t.Run(name, func(t *testing.T) {
			e, p, _ := realPlayer(t)
			before := snapshot(t, e)
			build := builder(t, e, buildkit)
			const from = "FROM " + busybox + "\n"
			started(t, p, "volumes")
			stages := from + "RUN echo 1 > /one\nFROM " + busybox + "\nCOPY --from=0 /one /two\n"
			for _, dockerfile := range []string{from + "RUN echo a > /a\n", from + "RUN echo b > /a\n", stages} {
				if err := build(dockerfile, "-t", "hello:1.0"); err != nil {
					t.Fatal(err)
				}
			}
			if err := build(from+"ENV A=b\nRUN echo x > /x\nRUN exit 3\n", "-t", "hello:1.0"); err == nil {
				t.Fatal("a build that must fail did not")
			}
			for i, mended := range []string{"RUN echo y > /y\n", "RUN echo z > /z\n"} { // they share what went before
				if err := build(from+"ENV A=b\nRUN echo x > /x\n"+mended+"ENV C=d\n", "-t", fmt.Sprintf("hello:2.%d", i)); err != nil {
					t.Fatal(err)
				}
			}
			plan := reset(t, p)
			if diff := cmp.Diff(before, snapshot(t, e)); diff != "" {
				t.Errorf("the engine (-before +after):\n%s\nplan: %+v", diff, plan.Plan)
			}
		})
	}
}

// builder builds Dockerfiles with one of the two builders. It gives an error
// when an instruction fails.
func builder(t *testing.T, e *enginetest.Engine, buildkit string) func(dockerfile string, args ...string) error {
	t.Helper()
	dir := t.TempDir()
	return func(dockerfile string, args ...string) error {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "docker", append(append([]string{"build"}, args...), dir)...)
		cmd.Env = append(e.Env(), "DOCKER_BUILDKIT="+buildkit)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("building: %w: %s", err, out)
		}
		return nil
	}
}

// TestResetSparesUntaggedParents builds the lesson's images on untagged ones of
// the learner's, which the classic builder takes from its cache.
func TestResetSparesUntaggedParents(t *testing.T) {
	e, p, _ := realPlayer(t)
	build := builder(t, e, "0")
	const mine = "FROM " + busybox + "\nRUN echo a > /a\n"
	for _, own := range []string{"", "RUN echo c > /c\nRUN echo d > /d\n"} {
		if err := build(mine + own); err != nil {
			t.Fatal(err)
		}
	}
	const tagged = "FROM " + busybox + "\nRUN echo x > /x\nENV Y=z\n"
	if err := build(tagged+"ENV A=b\n", "-t", "mine:1"); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, e)
	started(t, p, "volumes")
	for i, dockerfile := range []string{mine + "RUN echo b > /b\n", tagged + "RUN echo e > /e\n", tagged + "RUN echo f > /f\n"} {
		if err := build(dockerfile, "-t", fmt.Sprintf("hello:1.%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	reset(t, p)
	if diff := cmp.Diff(before, snapshot(t, e)); diff != "" {
		t.Errorf("the engine (-before +after):\n%s", diff)
	}
}

// TestKilledOnARealEngine kills players in the middle of their work; a plan
// and a reset bring back the baseline, and the learner's own is untouched.
func TestKilledOnARealEngine(t *testing.T) {
	e, p, dir := realPlayer(t)
	e.Docker(t, "volume", "create", "note")
	run(t, e, "--name", "mine", "-v", "note:/data", busybox)
	before := snapshot(t, e)
	const rounds = 8
	for i := range rounds {
		killed(t, e, dir, "start")
		started(t, p, "volumes")
		doLesson(t, e)
		killed(t, e, dir, "check")
		killed(t, e, dir, "next")
		killed(t, e, dir, "reset")
		plan := reset(t, p)
		if diff := cmp.Diff(before, snapshot(t, e)); diff != "" {
			t.Fatalf("round %d: the engine (-before +after):\n%s\nplan: %+v", i, diff, plan.Plan)
		}
	}
}

// killed runs a player that is killed some time after it has begun. One that
// ends before is all right.
func killed(t *testing.T, e *enginetest.Engine, dir, what string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+what, "NARU_TEST_DIR="+dir, "NARU_TEST_HOST="+e.Host())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan() // "begun"
	longest := map[string]int{"start": 30, "check": 100, "next": 100, "reset": 400}[what]
	kill := time.AfterFunc(time.Duration(rand.IntN(longest*1000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
	for lines.Scan() {
		continue
	}
	err = cmd.Wait()
	kill.Stop()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || stderr.Len() > 0 {
		t.Fatalf("the child that does a %s: %v: %s", what, err, stderr.String())
	}
}

// tick waits for a time that a test can't do without.
func tick(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}
