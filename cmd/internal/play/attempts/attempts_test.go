// Package attempts_test holds what learners do against the checks of a step,
// on a real engine: what is right in another way must pass, what is wrong in a
// likely way must fail with the finding that names it.
//
// The attempts are data: testdata holds a file for each group. In them "my-"
// begins each object's name; it is replaced by a word of the attempt's own, so
// that many can be made on one engine at once. PORT and PORT1 to PORT9 are
// ports of the attempt's own.
package attempts_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

// patience bounds one command of an attempt.
const patience = 2 * time.Minute

// patterns are the ways in which other checkers go wrong: those that say yes
// to something wrong, and those that say no to something right. Each must be
// among the attempts.
var patterns = []string{
	// yes, wrongly
	"something else answers", "matched in part", "asked last", "effect for cause", "text for image",
	"not rebuilt", "left from earlier", "another port", "typed by hand",
	// no, wrongly
	"address or order", "one more disturbs", "form for effect", "second try",
}

func TestAttempts(t *testing.T) {
	groups := load(t)
	seen := map[string]int{}
	right, wrong := 0, 0
	for _, g := range groups {
		for _, a := range g.Attempts {
			seen[a.Like]++
			if a.Fails == nil {
				right++
			} else {
				wrong++
			}
		}
	}
	for _, p := range patterns {
		if seen[p] == 0 {
			t.Errorf("no attempt is like %q", p)
		}
	}
	e := enginetest.Shared(t)
	prepare(t, e)
	version := e.Docker(t, "version", "--format", "{{.Server.Version}}")
	t.Logf("engine %s: %d right attempts, %d wrong ones", strings.TrimSpace(version), right, wrong)
	number := 0
	for _, g := range groups {
		for _, a := range g.Attempts {
			number++
			stage := newStage(e, g.name+"/"+a.Name, number)
			t.Run(g.name+"/"+a.Name, func(t *testing.T) {
				t.Parallel()
				stage.play(t, a)
			})
		}
	}
}

// stage is where an attempt is played: a workspace, names and ports of its own
// on the shared engine.
type stage struct {
	engine   *enginetest.Engine
	client   *engine.Client
	dir      string
	fill     filler
	prefix   string
	evidence []checker.Evidence
	since    time.Time
	before   []string // IDs of the containers that were there then
	flows    bool     // the verdict may change by itself
}

func (s *stage) play(t *testing.T, a attempt) {
	s.client, s.flows = s.engine.Client(t), a.Again
	dir, err := os.MkdirTemp("", "attempt") // t.TempDir has the attempt's name in it, with signs of its own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s.dir = filepath.Join(dir, "workspace")
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.clean(t) })
	if a.Before != "" {
		s.run(t, a.Before)
	}
	s.since, s.before = time.Now(), s.containers(t)
	for i, earlier := range a.Earlier {
		s.run(t, earlier.Run)
		report := s.judge(t, earlier.Check, a.Answers)
		if !report.Passed() {
			t.Fatalf("earlier step %d: %s", i+1, told(report))
		}
		for _, r := range report.Results {
			s.evidence = append(s.evidence, r.Evidence...)
		}
	}
	s.run(t, a.Run)
	report := s.judge(t, a.Check, a.Answers)
	for end := time.Now().Add(10 * time.Second); a.Again && !a.as(report) && time.Now().Before(end); {
		report = s.judge(t, a.Check, a.Answers)
	}
	if a.Fails == nil {
		if !report.Passed() {
			t.Errorf("no to something right: %s", told(report))
		}
		return
	}
	if report.Passed() {
		t.Fatal("yes to something wrong")
	}
	s.hold(t, *a.Fails, report.First())
}

// containers lists what is there, by ID.
func (s *stage) containers(t *testing.T) []string {
	t.Helper()
	list, err := s.client.Containers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

// as reports whether a verdict is what was expected, in short.
func (a attempt) as(r checker.Report) bool {
	if a.Fails == nil || r.Passed() {
		return (a.Fails == nil) == r.Passed()
	}
	f := r.First().Findings[0]
	return f.Field+" "+string(f.Reason) == a.Fails.Finding && (a.Fails.Detail == "" || a.Fails.Detail == f.Detail)
}

// hold holds the finding that a learner would read against what is expected.
func (s *stage) hold(t *testing.T, want failure, res *checker.Result) {
	t.Helper()
	if len(res.Findings) == 0 {
		t.Fatal("no finding")
	}
	f := res.Findings[0]
	if got := f.Field + " " + string(f.Reason); got != want.Finding {
		t.Errorf("finding %q, want %q", got, want.Finding)
	}
	for _, c := range []struct{ what, got, want string }{
		{"detail", f.Detail, want.Detail},
		{"near", f.Near.Subject.String(), want.Near},
		{"why", f.Near.Why, want.Why},
		{"got", f.Got, want.Got},
	} {
		if c.want != "" && c.got != s.fill.Replace(c.want) {
			t.Errorf("%s %q, want %q", c.what, c.got, s.fill.Replace(c.want))
		}
	}
	for lang, parts := range map[string][]string{"ko": want.Ko, "en": want.En} {
		sentence := f.Say(lang)
		for _, part := range parts {
			if !strings.Contains(sentence, s.fill.Replace(part)) {
				t.Errorf("%s: %q does not say %q", lang, sentence, s.fill.Replace(part))
			}
		}
	}
	if t.Failed() {
		t.Logf("%+v\nko: %s\nen: %s", f, f.Say("ko"), f.Say("en"))
	}
}

// judge looks and compares, twice: looking must not change what is seen.
func (s *stage) judge(t *testing.T, block string, answers map[string]string) checker.Report {
	t.Helper()
	checks, issues := checker.Parse([]byte(s.fill.Replace(block)))
	if len(issues) > 0 {
		t.Fatalf("the check: %v", issues)
	}
	filled := map[string]string{}
	for question, answer := range answers {
		if path, ok := strings.CutPrefix(answer, "file:"); ok {
			b, err := os.ReadFile(filepath.Join(s.dir, path))
			if err != nil {
				t.Fatal(err)
			}
			answer = string(b)
		}
		filled[question] = s.fill.Replace(answer)
	}
	src := checker.Source{
		Engine: s.client, Workspace: s.dir, Since: s.since, Before: s.before, Evidence: s.evidence, Answers: filled,
		Do: func(ctx context.Context, r checker.Request) *checker.Response {
			return checker.DoWith(ctx, r, s.engine.Dial)
		},
	}
	var reports [2]checker.Report
	for i := range reports {
		st, err := checker.Observe(t.Context(), src, checks)
		if err != nil {
			t.Fatal(err)
		}
		reports[i] = checker.Compare(checks, st)
		sayAll(t, reports[i])
	}
	if reports[0].Passed() != reports[1].Passed() && !s.flows {
		t.Errorf("judged twice, two verdicts:\n%s\n%s", told(reports[0]), told(reports[1]))
	}
	return reports[1]
}

// sayAll holds every finding to a sentence in both languages.
func sayAll(t *testing.T, r checker.Report) {
	t.Helper()
	for _, res := range r.Results {
		if !res.Passed && !res.Waiting && len(res.Findings) == 0 {
			t.Errorf("%s: no, without a reason", res.Subject)
		}
		for _, f := range res.Findings {
			for _, lang := range []string{"ko", "en"} {
				s := f.Say(lang)
				if !strings.Contains(s, " ") || strings.Contains(s, "<no value>") || strings.Contains(s, "{{") {
					t.Errorf("%s %s, in %s: %q", f.Field, f.Reason, lang, s)
				}
			}
		}
	}
}

// told is a report in words, for a test that failed.
func told(r checker.Report) string {
	var out strings.Builder
	for _, res := range r.Results {
		fmt.Fprintf(&out, "\n%s: passed %v, waiting %v", res.Subject, res.Passed, res.Waiting)
		for _, f := range res.Findings {
			fmt.Fprintf(&out, "\n  %s %s want=%q got=%q detail=%q near=%v: %s", f.Field, f.Reason, f.Want, f.Got, f.Detail, f.Near, f.Say("en"))
		}
	}
	return out.String()
}

// run runs a script as a learner's shell would, where published ports answer
// on localhost. What it leaves in the background ends with the attempt.
func (s *stage) run(t *testing.T, script string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := s.engine.Command(ctx, "bash", "-e", "-o", "pipefail", "-c", s.fill.Replace(script))
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	log, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	err = cmd.Run()
	if pid := cmd.Process; pid != nil {
		t.Cleanup(func() {
			if err := syscall.Kill(-pid.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
				t.Error(err)
			}
		})
	}
	if err != nil {
		out, _ := os.ReadFile(log.Name())
		t.Fatalf("%v\n%s", err, out)
	}
}

// clean removes what bears the attempt's names.
func (s *stage) clean(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	defer cancel()
	script := fmt.Sprintf(`p=%s
c=$(docker ps -aq --filter name="$p"); l=$(docker ps -aq --filter label=io.naru.attempt="$p")
[ -z "$c$l" ] || docker rm -fv $c $l
v=$(docker volume ls -q --filter name="$p"); [ -z "$v" ] || docker volume rm $v
n=$(docker network ls -q --filter name="$p"); [ -z "$n" ] || docker network rm $n
i=$(docker images --format '{{.Repository}}:{{.Tag}}' | grep "$p" || true); [ -z "$i" ] || docker rmi -f $i
`, s.prefix)
	cmd := exec.CommandContext(ctx, "bash", "-c", script)
	cmd.Env = s.engine.Env()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("cleaning up: %v\n%s", err, out)
	}
}
