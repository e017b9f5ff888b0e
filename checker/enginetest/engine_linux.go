package enginetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// How long starting and stopping may take on a slow machine.
const (
	startTime = 60 * time.Second
	stopTime  = 20 * time.Second
	tick      = 20 * time.Millisecond
)

// Engine is a running engine.
type Engine struct {
	dir  string // holds its data root, socket and log
	spec spec
	lock *os.File

	mu   sync.Mutex
	proc *process // nil while it is stopped
}

// Start starts an engine, ended and removed when the test ends. The log of
// dockerd is shown when the test failed.
func Start(t testing.TB, opts ...Option) *Engine {
	t.Helper()
	e, err := start(opts...)
	if err != nil {
		t.Fatalf("enginetest: %v", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("dockerd:\n%s", e.Log(40))
		}
		if err := e.end(); err != nil {
			t.Errorf("enginetest: %v", err)
		}
	})
	return e
}

func start(opts ...Option) (*Engine, error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("starting an engine needs root: run the tests with sudo, as `make test` does")
	}
	s, err := parseSpec(os.Getenv("NARU_TEST_ENGINE"))
	if err != nil {
		return nil, fmt.Errorf("NARU_TEST_ENGINE: %w", err)
	}
	for _, opt := range opts {
		opt(&s)
	}
	if s.root == "" && s.bin == "" {
		if _, err := exec.LookPath("dockerd"); err != nil {
			return nil, fmt.Errorf("there is no dockerd: install one (Debian: docker.io), as `make test` does: %w", err)
		}
	}
	e, err := newEngine(s)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	if err := e.run(ctx); err != nil {
		return nil, errors.Join(err, e.end())
	}
	return e, nil
}

// Host is what DOCKER_HOST is to be: "unix:///tmp/…/docker.sock".
func (e *Engine) Host() string { return "unix://" + e.Socket() }

// Socket is the path of the engine's socket.
func (e *Engine) Socket() string { return filepath.Join(e.dir, "docker.sock") }

// PID is the process ID of dockerd; 0 while it is stopped.
func (e *Engine) PID() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.proc == nil {
		return 0
	}
	return e.proc.pid
}

// Client connects to the engine until the test ends.
func (e *Engine) Client(t testing.TB) *engine.Client {
	t.Helper()
	c, err := engine.Connect(context.WithoutCancel(t.Context()), engine.Endpoint{Host: e.Host()})
	if err != nil {
		t.Fatalf("enginetest: %v", err)
	}
	t.Cleanup(c.Close)
	return c
}

// Docker runs the docker command and returns what it prints, trimmed. The test
// fails when the command does.
func (e *Engine) Docker(t testing.TB, args ...string) string {
	t.Helper()
	out, err := e.TryDocker(context.WithoutCancel(t.Context()), args...) // in a Cleanup too
	if err != nil {
		t.Fatalf("docker %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// TryDocker runs the docker command and returns what it prints, trimmed. What
// it said on its standard error is part of the error.
func (e *Engine) TryDocker(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Env = e.Env()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return strings.TrimSpace(string(out)), err
}

// Env is the process's environment with the docker command's settings
// replaced: it talks to this engine and reads nobody's config.json.
func (e *Engine) Env() []string {
	env := []string{"DOCKER_HOST=" + e.Host(), "DOCKER_CONFIG=" + filepath.Join(e.dir, "cli")}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "DOCKER_") {
			env = append(env, kv)
		}
	}
	return env
}

// Freeze stops dockerd as a debugger would: connections are taken, and nothing
// answers. Thaw lets it go on.
func (e *Engine) Freeze(t testing.TB) {
	t.Helper()
	e.signal(t, syscall.SIGSTOP)
}

// Thaw ends a Freeze.
func (e *Engine) Thaw(t testing.TB) {
	t.Helper()
	e.signal(t, syscall.SIGCONT)
}

func (e *Engine) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(e.PID(), s); err != nil {
		t.Fatalf("enginetest: %v: %v", s, err)
	}
}

// Stop stops dockerd in order, and its containers with it. What it keeps on
// disk stays.
func (e *Engine) Stop(t testing.TB) {
	t.Helper()
	if err := e.halt(syscall.SIGTERM); err != nil {
		t.Fatalf("enginetest: %v", err)
	}
}

// Kill ends dockerd at once, as a power cut would.
func (e *Engine) Kill(t testing.TB) {
	t.Helper()
	if err := e.halt(syscall.SIGKILL); err != nil {
		t.Fatalf("enginetest: %v", err)
	}
}

// Restart starts a stopped engine again, and stops it before when it runs.
func (e *Engine) Restart(t testing.TB) {
	t.Helper()
	e.Stop(t)
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	if err := e.run(ctx); err != nil {
		t.Fatalf("enginetest: %v", err)
	}
}

// Log is the end of what dockerd wrote.
func (e *Engine) Log(lines int) string {
	src, err := os.ReadFile(filepath.Join(e.dir, "log"))
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(src)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
