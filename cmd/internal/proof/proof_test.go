package proof_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/images/imagestest"
	"github.com/naru-lab/naru/cmd/internal/proof"
	"github.com/naru-lab/naru/content"
	"github.com/naru-lab/naru/lessons"
)

// naru builds the program once for the tests of this package.
func naru(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "naru")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "github.com/naru-lab/naru/cmd/naru")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building naru: %v\n%s", err, out)
	}
	return bin
}

// TestCourse proves every lesson of the course on a real engine: the program
// itself, in the engine's own network, as an author would call it. A proof
// waits for a good part of its time, so there are more at once than processors.
func TestCourse(t *testing.T) {
	t.Parallel()
	course, err := lessons.Open(content.FS())
	if err != nil {
		t.Fatal(err)
	}
	bin := naru(t)
	var all errgroup.Group
	all.SetLimit(runtime.NumCPU() + 1)
	one := func(e lessons.Entry) {
		t.Run(e.ID, func(t *testing.T) {
			res := prove(t, bin, "", e.ID)
			for _, f := range res.Failures {
				t.Error(f)
			}
			if len(res.Lessons) != 1 || res.Lessons[0].Steps == 0 || res.Lessons[0].Mistakes < 2*res.Lessons[0].Steps {
				t.Errorf("too little was proved: %+v", res.Lessons)
			}
			for _, l := range res.Lessons {
				t.Logf("engine %s: %s: %d steps, %d checks, %d mistakes, %d wrong options, %d steps played again, %d retried, %s",
					res.Engine, l.Lesson, l.Steps, l.Checks, l.Mistakes, l.Options, l.Replayed, l.Retried, l.Took.Round(time.Second))
			}
		})
	}
	for _, e := range course.Entries {
		all.Go(func() error { one(e); return nil })
	}
	_ = all.Wait() // what fails is in the tests
}

// TestUndone proves a lesson whose mistakes would be in each other's way if
// they were not undone, and that no more is played again than must be.
func TestUndone(t *testing.T) {
	t.Parallel()
	res := prove(t, naru(t), "testdata/undone", "")
	for _, f := range res.Failures {
		t.Error(f)
	}
	if len(res.Lessons) != 1 {
		t.Fatalf("%+v", res)
	}
	l := res.Lessons[0]
	if l.Retried != 0 {
		t.Errorf("%d mistakes only held in a lesson begun anew: what came before them was not undone", l.Retried)
	}
	// Each goes back by one step: a command in a container, a container that
	// writes to an older volume, a container stopped, a folder that a container
	// has for its own made anew, an image removed.
	if l.Replays != 5 || l.Replayed != 5 {
		t.Errorf("went back %d times, by %d steps; want 5 times, by one each", l.Replays, l.Replayed)
	}
}

// TestBroken proves that the proof can fail: a course whose every step is
// broken in one way fails in exactly that way.
func TestBroken(t *testing.T) {
	t.Parallel()
	bin := naru(t)
	res := prove(t, bin, "testdata/broken", "")
	got := map[string]bool{}
	for _, f := range res.Failures {
		got[f.Step] = true
		if want, _, _ := strings.Cut(strings.TrimPrefix(f.Step, "proof-"), "-"); want != string(rune('0'+f.Proof)) {
			t.Errorf("step %s fails otherwise: %s", f.Step, f)
		}
	}
	course, err := lessons.Open(os.DirFS("testdata/broken"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range course.Entries {
		l, err := course.Lesson(e.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range l.Steps {
			if strings.HasPrefix(s.ID, "proof-") && !got[s.ID] {
				t.Errorf("the proof holds for broken step %s", s.ID)
			}
		}
	}
}

// prove runs `naru course test` on an engine of its own.
func prove(t *testing.T, bin, course, lesson string) *proof.Result {
	t.Helper()
	e := enginetest.Start(t)
	e.Load(t, imagestest.Archives(t, imagesOf(t, course, lesson)...)...)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	args := []string{"course", "test", "--json", "--verbose", "--lang", "en"}
	if course != "" {
		args = append(args, "--course", course)
	}
	if lesson != "" {
		args = append(args, lesson)
	}
	cmd := e.Command(ctx, bin, args...)
	if builder, set := os.LookupEnv("DOCKER_BUILDKIT"); set {
		cmd.Env = append(cmd.Env, "DOCKER_BUILDKIT="+builder)
	}
	cmd.Env = append(cmd.Env, "XDG_STATE_HOME="+t.TempDir(), "NARU_WORKSPACE="+t.TempDir())
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.Output()
	var res proof.Result
	if jsonErr := json.Unmarshal(out, &res); jsonErr != nil {
		t.Fatalf("naru course test: %v\n%s\n%s", err, out, log.String())
	}
	if len(res.Failures) > 0 || err != nil {
		t.Log(log.String())
	}
	return &res
}

// imagesOf lists the images that a course's lesson, or the whole course, needs.
func imagesOf(t *testing.T, dir, lesson string) []string {
	t.Helper()
	fsys := content.FS()
	if dir != "" {
		fsys = os.DirFS(dir)
	}
	course, err := lessons.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var refs []string
	for _, e := range course.Entries {
		if lesson != "" && e.ID != lesson {
			continue
		}
		l, err := course.Lesson(e.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, l.Images...)
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}
