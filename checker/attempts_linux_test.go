package checker_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/enginetest"
)

func TestMain(m *testing.M) { os.Exit(enginetest.Run(m)) }

// fewestAttempts is how many attempts there must be.
const fewestAttempts = 60

// attempt is what a learner types, on a real engine, and what it comes to.
type attempt struct {
	Name    string
	Pattern string
	Do      string    // for bash, in the workspace; a command that fails ends nothing
	Earlier yaml.Node // a check that passes before Then is done; its evidence is kept
	Then    string
	Check   yaml.Node
	Want    string // as in row
	// Again asks to look until the verdict is as wanted, at most ten seconds:
	// for what takes its time.
	Again bool
}

// TestAttempts holds every attempt of testdata/attempts, each on an engine
// that has one image and nothing else.
func TestAttempts(t *testing.T) {
	files, err := filepath.Glob("testdata/attempts/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e := enginetest.Shared(t)
	busybox := enginetest.Busybox(t, "busybox:1.37")
	e.Build(t, busybox)
	client := e.Client(t)
	total, passing := 0, 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var attempts []attempt
		if err := yaml.Load(b, &attempts, yaml.WithKnownFields()); err != nil {
			t.Fatalf("reading %s: %v", name, err)
		}
		for _, a := range attempts {
			total++
			if a.Want == "pass" {
				passing++
			}
			t.Run(strings.TrimSuffix(filepath.Base(name), ".yaml")+"/"+a.Name, func(t *testing.T) {
				t.Cleanup(func() { clear(t, e) })
				a.hold(t, e, checker.Source{
					Engine: client, Workspace: workspace(t), Since: time.Now(),
					Do: func(ctx context.Context, r checker.Request) *checker.Response { return checker.DoWith(ctx, r, e.Dial) },
				})
			})
		}
	}
	t.Logf("%d attempts: %d right, %d wrong", total, passing, total-passing)
	if total < fewestAttempts {
		t.Errorf("there are %d attempts, must be at least %d", total, fewestAttempts)
	}
}

func (a attempt) hold(t *testing.T, e *enginetest.Engine, src checker.Source) {
	t.Helper()
	a.run(t, e, src.Workspace, a.Do)
	if !a.Earlier.IsZero() {
		rep := a.look(t, src, row{Check: a.Earlier}.parse(t))
		if !rep.Passed() {
			t.Fatalf("the earlier step does not pass:\n%s", explain(rep))
		}
		for _, res := range rep.Results {
			src.Evidence = append(src.Evidence, res.Evidence...)
		}
		a.run(t, e, src.Workspace, a.Then)
	}
	checks := row{Check: a.Check}.parse(t)
	rep := a.look(t, src, checks)
	for end := time.Now().Add(10 * time.Second); a.Again && verdict(rep, a.Want) != a.Want && time.Now().Before(end); {
		rep = a.look(t, src, checks)
	}
	if diff := cmp.Diff(a.Want, verdict(rep, a.Want)); diff != "" {
		t.Errorf("verdict (-want +got):\n%s\n%s", diff, explain(rep))
	}
	sayable(t, rep)
}

func (a attempt) look(t *testing.T, src checker.Source, checks []checker.Check) checker.Report {
	t.Helper()
	st, err := checker.Observe(t.Context(), src, checks)
	if err != nil {
		t.Fatal(err)
	}
	return checker.Compare(checks, st)
}

func (a attempt) run(t *testing.T, e *enginetest.Engine, dir, script string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir, cmd.Env = dir, append(e.Env(), "PWD="+dir)
	out, err := cmd.CombinedOutput()
	if testing.Verbose() {
		t.Logf("%s\n%s%v", script, out, err)
	}
}

// workspace is a folder whose path has no comma: a test's own has its name.
func workspace(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "naru-attempt-") // not t.TempDir(), which has the test's name in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// clear removes everything but the image.
func clear(t *testing.T, e *enginetest.Engine) {
	t.Helper()
	each := func(list string, remove ...string) {
		if ids := strings.Fields(e.Docker(t, strings.Fields(list)...)); len(ids) > 0 {
			e.Docker(t, append(remove, ids...)...)
		}
	}
	each("ps -aq", "rm", "-fv")
	each("volume ls -q", "volume", "rm", "-f")
	each("network ls -q --filter type=custom", "network", "rm")
	for _, ref := range strings.Fields(e.Docker(t, "images", "-a", "--format", "{{.Repository}}:{{.Tag}}")) {
		if ref != "busybox:1.37" && !strings.HasPrefix(ref, "<none>") {
			e.Docker(t, "rmi", "-f", ref)
		}
	}
	e.Docker(t, "image", "prune", "-f")
}
