package enginetest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// enter prepares the namespaces that dockerd is started in, and becomes it.
//
//go:embed enter.sh
var enter string

// process is a running dockerd. It is the first process of a process namespace
// of its own: when it ends, the kernel ends all that it started.
type process struct {
	pid  int
	done chan struct{} // closed when it has ended
	err  error
}

// run starts dockerd and waits until it answers.
func (e *Engine) run(ctx context.Context) error {
	// What the last run left would be taken for a running one: process IDs
	// repeat in namespaces.
	for _, stale := range []string{"exec", "dockerd.pid", "docker.sock"} {
		if err := os.RemoveAll(filepath.Join(e.dir, stale)); err != nil {
			return err
		}
	}
	p, err := e.spawn()
	if err != nil {
		return fmt.Errorf("starting dockerd: %w", err)
	}
	e.mu.Lock()
	e.proc = p
	e.mu.Unlock()
	if err := loopbackUp(p.pid); err != nil {
		return fmt.Errorf("setting up the engine's network: %w", err)
	}
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return fmt.Errorf("dockerd ended (%w):\n%s", p.err, e.Log(10))
		case <-ctx.Done():
			return fmt.Errorf("dockerd does not answer (%w):\n%s", ctx.Err(), e.Log(10))
		case <-ticker.C:
			if c, err := engine.Connect(ctx, engine.Endpoint{Host: e.Host()}); err == nil {
				c.Close()
				return nil
			}
		}
	}
}

func (e *Engine) spawn() (*process, error) {
	log, err := os.OpenFile(filepath.Join(e.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	args := append([]string{
		"-c", enter, "enter", "dockerd",
		"--host", e.Host(),
		"--data-root", filepath.Join(e.dir, "data"),
		"--exec-root", filepath.Join(e.dir, "exec"),
		"--pidfile", filepath.Join(e.dir, "dockerd.pid"),
		"--config-file", filepath.Join(e.dir, "daemon.json"),
		"--cgroup-parent", "/" + filepath.Base(e.dir),
		"--exec-opt", "native.cgroupdriver=cgroupfs",
	}, e.spec.args...)
	cmd := exec.Command("/bin/sh", args...) //nolint:noctx // it outlives any context; end stops it
	cmd.Env = []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"ROOT=" + e.spec.root, "BIN=" + e.spec.bin, "DIR=" + e.dir,
	}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel sends Pdeathsig when the thread ends that started the
		// process, so this thread must last as long.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		p.err = cmd.Wait()
		if p.err == nil {
			p.err = errors.New("exit status 0")
		}
		close(p.done)
	}()
	return p, <-started
}

// halt ends dockerd with a signal, and waits until it and all that it started
// are gone. A frozen one is thawed.
func (e *Engine) halt(s syscall.Signal) error {
	e.mu.Lock()
	p := e.proc
	e.proc = nil
	e.mu.Unlock()
	if p == nil {
		return nil
	}
	if s == syscall.SIGKILL {
		if err := thaw(e.dir); err != nil {
			return err
		}
	}
	for _, sig := range []syscall.Signal{syscall.SIGCONT, s} {
		if err := syscall.Kill(p.pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("ending dockerd: %w", err)
		}
	}
	late := time.NewTimer(stopTime)
	defer late.Stop()
	select {
	case <-p.done:
		return nil
	case <-late.C:
	}
	if err := thaw(e.dir); err != nil {
		return err
	}
	if err := syscall.Kill(p.pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("ending dockerd: %w", err)
	}
	<-p.done
	return nil
}
