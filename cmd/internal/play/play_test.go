package play_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

func TestResolve(t *testing.T) {
	p := opened(t, newFake())
	resolve := func(arg, want string) {
		t.Helper()
		got, err := p.Resolve(arg)
		if err != nil || got.String() != want {
			t.Errorf("Resolve(%q) = %v, %v; want %s", arg, got, err, want)
		}
	}
	refuse := func(arg, kind, near string) {
		t.Helper()
		_, err := p.Resolve(arg)
		var unknown *play.UnknownError
		if !errors.As(err, &unknown) || unknown.Kind != kind || unknown.Near != near {
			t.Errorf("Resolve(%q): %v; want an unknown %s near %q", arg, err, kind, near)
		}
	}
	resolve("", "containers/first")
	resolve("volumes", "volumes/keep")
	resolve("volumes/gone", "volumes/gone")
	resolve("volumes/", "volumes/keep")
	resolve("090", "volumes/keep")
	resolve("90/gone", "volumes/gone")
	resolve("9", "volumes/keep")
	resolve("3", "containers/first")
	resolve("090-volumes", "volumes/keep")
	resolve(" volumes ", "volumes/keep")
	resolve("/file", "containers/file")
	refuse("volume", "lesson", "volumes")
	refuse("volmues", "lesson", "volumes")
	refuse("Volumes", "lesson", "volumes")
	refuse("12", "lesson", "")
	refuse("kubernetes", "lesson", "")
	refuse("volumes/kep", "step", "volumes/keep")
	refuse("/fiel", "step", "/file")
	refuse("volumes/keep/more", "step", "")

	started(t, p, "volumes")
	resolve("", "volumes/keep")
	resolve("/gone", "volumes/gone")
	if err := p.Go(at("volumes", "think")); err != nil {
		t.Fatal(err)
	}
	resolve("", "volumes/think")
	resolve("volumes", "volumes/think")
	resolve("containers", "containers/first")
}

func TestNext(t *testing.T) {
	p := opened(t, newFake())
	var path []string
	here, err := p.Resolve("")
	for done := false; !done; {
		if err != nil {
			t.Fatal(err)
		}
		path = append(path, here.String())
		here, done, err = p.Next(here)
	}
	want := []string{
		"containers/first", "containers/file", "volumes/keep", "volumes/gone", "volumes/think", "volumes/kernel", "volumes/end",
	}
	if diff := cmp.Diff(want, path); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
}

func TestStart(t *testing.T) {
	e := newFake()
	e.containers = []engine.Container{{ID: id("f"), Name: "mine", Ports: []engine.Port{{HostPort: 8080, Protocol: "tcp"}}}}
	p := opened(t, e, func(c *play.Config) {
		c.Listening = func(port int) bool { return port == 8081 }
	})
	s := started(t, p, "90")
	if s.Again || s.NoEngine != nil || s.OtherEngine != nil || s.Engine == nil || s.Place != at("volumes", "keep") {
		t.Errorf("%+v", s)
	}
	if diff := cmp.Diff([]string{"app.js", "site/index.md"}, s.NewFiles); diff != "" {
		t.Errorf("new files (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]learner.Replaced{{Name: "port", Want: "8080", Got: "8082"}}, s.Replaced); diff != "" {
		t.Errorf("replaced (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"port": "8082", "web": "nginx:1"}, s.Params); diff != "" {
		t.Errorf("params (-want +got):\n%s", diff)
	}
	lesson, step, err := p.Step(at("volumes", "keep"))
	if err != nil {
		t.Fatal(err)
	}
	if body := string(step.Body[lessons.Korean].Source); !strings.Contains(body, "8082번") {
		t.Errorf("the text has another port: %q", body)
	}
	if diff := cmp.Diff([]string{"busybox:1.37", "nginx:1"}, lesson.Images); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}

	if err := os.WriteFile(filepath.Join(s.Workspace, "app.js"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Go(at("volumes", "think")); err != nil {
		t.Fatal(err)
	}
	e.keep()
	again := started(t, p, "volumes")
	if !again.Again || again.Params["port"] != "8082" || len(again.Replaced) != 0 || again.Place != at("volumes", "think") {
		t.Errorf("again: %+v", again)
	}
	if len(again.NewFiles) != 0 || len(again.KeptFiles) != 2 {
		t.Errorf("again: new %q, kept %q", again.NewFiles, again.KeptFiles)
	}
	plan, err := p.PlanReset(t.Context(), "volumes")
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Remove) != 3 {
		t.Errorf("the second start took another baseline: %+v", plan.Plan)
	}
}

func TestStartTakesThePlatformFromTheEngine(t *testing.T) {
	e := newFake()
	e.info.Arch, e.info.Variant = "arm", "v7"
	if got := started(t, opened(t, e), "volumes").Params["web"]; got != "nginx:0" {
		t.Errorf("web is %q", got)
	}
}

func TestParamsFromOutside(t *testing.T) {
	p := opened(t, newFake(), func(c *play.Config) { c.Params = map[string]string{"port": "9000", "web": "nginx:2"} })
	l, err := p.Lesson("volumes")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"port": "9000", "web": "nginx:2"}, l.Values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// TestStartWithoutEngine starts a lesson when no engine answers. As soon as a
// check finds one, what is there then is the baseline.
func TestStartWithoutEngine(t *testing.T) {
	e := newFake()
	e.err = &engine.Error{Kind: engine.Refused, Err: errors.New("refused")}
	p := opened(t, e)
	s := started(t, p, "volumes")
	if !errors.Is(s.NoEngine, e.err) || s.Engine != nil || s.Workspace == "" {
		t.Errorf("%+v", s)
	}
	var unusable *engine.Error
	if o, err := p.Check(t.Context(), at("volumes", "keep")); !errors.As(err, &unusable) || o != nil {
		t.Errorf("checking without an engine: %+v, %v", o, err)
	}
	if _, err := p.PlanReset(t.Context(), "volumes"); !errors.As(err, &unusable) {
		t.Errorf("resetting without an engine: %v", err)
	}
	progress, err := p.Progress()
	if err != nil {
		t.Fatal(err)
	}
	if tries := progress.Of("volumes").Of("keep").Tries; tries != 0 {
		t.Errorf("an engine that can't be used counted as %d tries", tries)
	}
	e.err = nil
	e.volumes = []engine.Volume{{Name: "notes", Created: created(0)}}
	if o := checked(t, p, at("volumes", "keep")); o.Passed() || o.OtherEngine != nil {
		t.Errorf("%+v", o)
	}
	e.keep()
	plan, err := p.PlanReset(t.Context(), "volumes")
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Keep) == 0 || plan.Keep[0].Why != learner.Before {
		t.Errorf("%+v", plan.Plan)
	}
}

func TestCheckRecords(t *testing.T) {
	e := newFake()
	dirs := dirsIn(t.TempDir())
	home := func(c *play.Config) { c.Dirs = dirs }
	p := opened(t, e, home)
	started(t, p, "volumes")
	keep := at("volumes", "keep")
	for n := 1; n <= 3; n++ {
		o := checked(t, p, keep)
		if o.Passed() || o.Recorded || o.Tries != n || o.OfferHint() != (n == 3) || !o.Started {
			t.Errorf("try %d: %+v", n, o)
		}
	}
	if o, err := p.Judge(t.Context(), keep); err != nil || o.Tries != 3 {
		t.Errorf("judging wrote: %+v, %v", o, err)
	}
	e.keep()
	if o, err := p.Judge(t.Context(), keep); err != nil || !o.Passed() || o.Recorded {
		t.Errorf("judging: %+v, %v", o, err)
	}
	o := checked(t, p, keep)
	if !o.Passed() || !o.Recorded || o.Before || o.Engine == nil || o.State == nil || o.Report.Count() != 3 {
		t.Errorf("passing: %+v", o)
	}
	if o := checked(t, p, keep); !o.Passed() || o.Recorded || !o.Before {
		t.Errorf("passing again: %+v", o)
	}
	progress, err := p.Progress()
	if err != nil {
		t.Fatal(err)
	}
	passes := progress.Of("volumes").Of("keep").Passes
	if len(passes) != 1 || len(passes[0].Evidence) == 0 || passes[0].Engine == "" || passes[0].Evidence[0].At.IsZero() {
		t.Errorf("passes: %+v", passes)
	}

	// Newer content asks for something else: the step stays done, marked as
	// of an older version, and can be passed anew.
	newer := opened(t, e, home, func(c *play.Config) {
		c.Course = with("090-volumes/ko.md", strings.Replace(volumesKo, "- network: front\n", "", 1))
	})
	v, err := newer.Status("volumes")
	if err != nil {
		t.Fatal(err)
	}
	if v.Passed != 1 || v.Older != 1 || !v.Steps[0].Older || v.Asking != 4 || !v.Started || !v.Current || v.Done() {
		t.Errorf("status with newer content: %+v", v)
	}
	if o := checked(t, newer, keep); !o.Recorded {
		t.Errorf("passing newer content: %+v", o)
	}
	if v, err = newer.Status("volumes"); err != nil || v.Older != 0 || v.Passed != 1 {
		t.Errorf("status after: %+v, %v", v, err)
	}
}

func TestCheckWithoutStart(t *testing.T) {
	e := newFake()
	e.keep()
	p := opened(t, e)
	if o := checked(t, p, at("volumes", "keep")); !o.Passed() || !o.Recorded || o.Started {
		t.Errorf("%+v", o)
	}
	plan, err := p.PlanReset(t.Context(), "volumes")
	if err != nil {
		t.Fatal(err)
	}
	if plan.Started || len(plan.Remove) != 0 || len(plan.Keep) != 3 || plan.Keep[0].Why != learner.NoBaseline {
		t.Errorf("%+v", plan)
	}
}

// TestEvidenceOfEarlierSteps judges a step that rests on another one's pass.
func TestEvidenceOfEarlierSteps(t *testing.T) {
	gone := at("volumes", "gone")
	t.Run("never there", func(t *testing.T) {
		p := opened(t, newFake())
		started(t, p, "volumes")
		if o := checked(t, p, gone); o.Passed() || o.Report.First().Findings[0].Reason != checker.NeverSeen {
			t.Errorf("%+v", o.Report)
		}
	})
	t.Run("there before", func(t *testing.T) {
		e := newFake()
		p := opened(t, e)
		started(t, p, "volumes")
		e.keep()
		checked(t, p, at("volumes", "keep"))
		if o := checked(t, p, gone); o.Passed() {
			t.Errorf("it is still there: %+v", o.Report)
		}
		e.drop("writer")
		if o := checked(t, p, gone); !o.Passed() {
			t.Errorf("it is gone: %+v", o.Report)
		}
	})
	t.Run("on another engine", func(t *testing.T) {
		e := newFake()
		p := opened(t, e)
		started(t, p, "volumes")
		e.keep()
		checked(t, p, at("volumes", "keep"))
		e.drop("writer")
		e.info.ID = "engine-2"
		o := checked(t, p, gone)
		if o.Passed() {
			t.Errorf("evidence of another engine was taken: %+v", o.Report)
		}
		if o.OtherEngine == nil || o.OtherEngine.Was != "Docker Engine 28.5.2 on box" {
			t.Errorf("other engine: %v", o.OtherEngine)
		}
	})
}

func TestPlayersAtOnce(t *testing.T) {
	e := newFake()
	dirs := dirsIn(t.TempDir())
	one := opened(t, e, func(c *play.Config) { c.Dirs = dirs })
	two := opened(t, e, func(c *play.Config) { c.Dirs = dirs })
	started(t, one, "volumes")
	e.keep()
	var wg sync.WaitGroup
	var mu sync.Mutex
	recorded := 0
	for _, p := range []*play.Player{one, two} {
		for range 5 {
			wg.Go(func() {
				o, err := p.Check(context.Background(), at("volumes", "keep"))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if o.Recorded {
					recorded++
				}
			})
		}
	}
	wg.Wait()
	if recorded != 1 {
		t.Errorf("recorded %d times, want once", recorded)
	}
}

// TestVerdictThatCannotBeWritten gives the verdict all the same.
func TestVerdictThatCannotBeWritten(t *testing.T) {
	e := newFake()
	e.keep()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=8k,nr_inodes=1"); err != nil {
		t.Fatalf("mounting a small file system (the tests run as root): %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmounting %q: %v", dir, err)
		}
	})
	p := opened(t, e, func(c *play.Config) { c.Dirs = dirsIn(dir) })
	o, err := p.Check(t.Context(), at("volumes", "keep"))
	var werr *learner.WriteError
	if !errors.As(err, &werr) || !werr.Full() || o == nil || !o.Passed() || o.Recorded {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestBrokenChecksAreTheAuthors(t *testing.T) {
	p := opened(t, newFake(), func(c *play.Config) {
		c.Course = with("090-volumes/ko.md", strings.Replace(volumesKo, "- volume: notes", "- volum: notes", 1))
	})
	_, err := p.Check(t.Context(), at("volumes", "keep"))
	var errs lessons.Errors
	if !errors.As(err, &errs) || errs[0].File != "090-volumes/ko.md" || errs[0].Line != 20 {
		t.Errorf("%v", err)
	}
}
