package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/images"
)

// patience is how long a run may take that nothing keeps from ending: naru's
// own bound of 5 s, and what a machine that is busy with other tests adds.
const patience = 8 * time.Second

// building removes the program that the tests built, after the last of them.
type building struct{ *testing.M }

func (b building) Run() int {
	code := b.M.Run()
	if programDir != "" {
		if err := os.RemoveAll(programDir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	return code
}

// programDir is where program was built; empty when no test asked for it.
var programDir string

// program is the real program, built as it is released: once, when the first
// test asks for it.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "naru-program-")
	if err != nil {
		return "", err
	}
	programDir = dir
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "naru")
	cmd := exec.Command("go", "build", "-trimpath", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building naru: %w: %s", err, out)
	}
	return bin, nil
})

// loaded starts an engine that has the images of the lesson "volumes".
func loaded(t *testing.T) *enginetest.Engine {
	t.Helper()
	e := enginetest.Start(t)
	for _, ref := range []string{"busybox:1.37", "nginx:1.28-alpine"} {
		archive, err := images.Make(t.Context(), ref, "", images.CacheDir(os.Getenv, os.Getenv("HOME")), nil)
		if err != nil {
			t.Fatal(err)
		}
		e.Load(t, archive)
	}
	return e
}

// person is someone who types naru: a home of their own, and an environment.
type person struct {
	home string
	uid  uint32 // 0: root
	env  map[string]string
}

// newPerson gives a person whose docker command talks to a host.
func newPerson(t *testing.T, host string) *person {
	t.Helper()
	home, err := os.MkdirTemp("", "naru-person-") // not t.TempDir(), which no other user can enter
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	return &person{home: home, env: map[string]string{
		"HOME": home, "LANG": "en_US.UTF-8", "PATH": os.Getenv("PATH"), "DOCKER_HOST": host,
	}}
}

// is makes the person another user than root.
func (p *person) is(t *testing.T, uid uint32) {
	t.Helper()
	p.uid = uid
	err := filepath.WalkDir(p.home, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, int(uid), int(uid)))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// said is what a run came to.
type said struct {
	stdout, stderr string
	code           int // -1: ended by a signal
	took           time.Duration
}

// command is a command line of the person's, not yet run.
func (p *person) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, args...)
	cmd.Dir = p.home
	for _, name := range slices.Sorted(maps.Keys(p.env)) {
		cmd.Env = append(cmd.Env, name+"="+p.env[name])
	}
	// Whatever becomes of this process, its children end with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if p.uid != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: p.uid, Gid: p.uid}
	}
	return cmd
}

// run types a command line. One that takes too long fails the test.
func (p *person) run(t *testing.T, args ...string) said {
	t.Helper()
	return finish(t, p.command(t, args...))
}

// ok is run, for what must succeed.
func (p *person) ok(t *testing.T, args ...string) said {
	t.Helper()
	out := p.run(t, args...)
	if out.code != 0 {
		t.Fatalf("naru %s: code %d\n%s%s", strings.Join(args, " "), out.code, out.stdout, out.stderr)
	}
	return out
}

// finish runs a command to its end.
func finish(t *testing.T, cmd *exec.Cmd) said {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &stdout
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &stderr
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*patience)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	err := cmd.Wait()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	out := said{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode(), time.Since(begun)}
	if out.took > patience {
		t.Errorf("%q took %v:\n%s%s", cmd.Args[1:], out.took, out.stdout, out.stderr)
	}
	return out
}

// want compares a run with an exit code and a part of what it says on its
// standard error.
func (s said) want(t *testing.T, code int, stderr string) {
	t.Helper()
	t.Logf("code %d after %v: %s", s.code, s.took.Round(time.Millisecond), strings.TrimSpace(s.stderr))
	if s.code != code || !strings.Contains(s.stderr, stderr) {
		t.Errorf("code %d, want %d with %q\nstdout: %s\nstderr: %s", s.code, code, stderr, s.stdout, s.stderr)
	}
}

// state is what `naru status --json` tells of a lesson.
type state struct {
	Started bool `json:"started"`
	Steps   []struct {
		ID      string `json:"id"`
		Passed  bool   `json:"passed"`
		Current bool   `json:"current"`
		Tries   int    `json:"tries"`
		Hints   int    `json:"hints"`
	} `json:"steps"`
}

// status asks for the state of the lesson "volumes".
func (p *person) status(t *testing.T) state {
	t.Helper()
	var s state
	out := p.ok(t, "status", "--json", "volumes")
	if err := json.Unmarshal([]byte(out.stdout), &s); err != nil {
		t.Fatalf("status: %v: %s", err, out.stdout)
	}
	return s
}

func (s state) passed(step string) bool {
	for _, st := range s.Steps {
		if st.ID == step {
			return st.Passed
		}
	}
	return false
}

func (s state) tries(step string) int {
	for _, st := range s.Steps {
		if st.ID == step {
			return st.Tries
		}
	}
	return -1
}

func (p *person) journal() string { return filepath.Join(p.stateDir(), "journal.jsonl") }

func (p *person) stateDir() string {
	if dir := p.env["XDG_STATE_HOME"]; dir != "" {
		return filepath.Join(dir, "naru")
	}
	return filepath.Join(p.home, ".local/state/naru")
}

// records reads the journal's lines as they are.
func (p *person) records(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(p.journal())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// unharmed checks that a fault took nothing: the journal still begins with
// what it held, and the step that was done is done.
func (p *person) unharmed(t *testing.T, before string) {
	t.Helper()
	if now := p.records(t); !strings.HasPrefix(now, before) {
		t.Errorf("the journal lost records:\n%s\nbefore:\n%s", now, before)
	}
	if s := p.status(t); !s.Started || !s.passed("keep") {
		t.Errorf("progress is lost: %+v", s)
	}
}

// played gives a person who has passed the step volumes/keep on an engine
// where doKeep was done.
func played(t *testing.T, host string) *person {
	t.Helper()
	p := newPerson(t, host)
	p.ok(t, "start", "volumes")
	p.ok(t, "check", "volumes/keep")
	return p
}

// doKeep does what the step volumes/keep asks.
func doKeep(t *testing.T, e *enginetest.Engine) {
	t.Helper()
	e.Docker(t, "volume", "create", "notes")
	e.Docker(t, "run", "--name", "writer", "-v", "notes:/data", "busybox:1.37", "sh", "-c", "echo hello > /data/memo")
}
