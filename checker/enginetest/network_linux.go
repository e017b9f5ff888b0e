package enginetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// errStopped is the answer of an engine that has been stopped.
var errStopped = errors.New("the engine is stopped")

// Command is a command that runs in the engine's network namespace, where what
// containers publish answers on localhost. DOCKER_HOST is set for it.
func (e *Engine) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	enter := []string{fmt.Sprintf("--net=/proc/%d/ns/net", e.PID()), "--", name}
	cmd := exec.CommandContext(ctx, "nsenter", append(enter, args...)...)
	cmd.Env = e.Env()
	return cmd
}

// Dial connects from within the engine's network namespace: it is a
// DialContext for http.Transport. A host name is "localhost" or an address.
func (e *Engine) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	pid := e.PID()
	if pid == 0 {
		return nil, errStopped
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	// Addresses are given to the dialer one by one: it then dials on this very
	// thread, the one that is in the namespace.
	hosts := []string{host}
	if host == "localhost" {
		hosts = []string{"127.0.0.1", "::1"}
	}
	var conn net.Conn
	err = within(pid, func() error {
		var failed error
		for _, h := range hosts {
			c, err := new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(h, port))
			if err == nil {
				conn = c
				return nil
			}
			if failed == nil {
				failed = err
			}
		}
		return failed
	})
	return conn, err
}

// Listen listens in the engine's network namespace until the test ends: for a
// registry that the engine pulls from, say. It ends with the engine's Stop.
func (e *Engine) Listen(t testing.TB, addr string) net.Listener {
	t.Helper()
	var l net.Listener
	err := within(e.PID(), func() (err error) {
		l, err = new(net.ListenConfig).Listen(t.Context(), "tcp4", addr)
		return err
	})
	if err != nil {
		t.Fatalf("enginetest: listening on %q: %v", addr, err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// within calls f in the network namespace of a process.
func within(pid int, f func() error) error {
	done := make(chan error, 1)
	go func() {
		// Never unlocked: the thread is in the wrong namespace and ends with
		// the goroutine.
		runtime.LockOSThread()
		done <- func() error {
			ns, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
			if err != nil {
				return err
			}
			defer func() { _ = ns.Close() }()
			if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
				return fmt.Errorf("entering the engine's network namespace: %w", err)
			}
			return f()
		}()
	}()
	return <-done
}

// loopbackUp sets the loopback interface of a new network namespace up.
func loopbackUp(pid int) error {
	return within(pid, func() error {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer func() { _ = unix.Close(fd) }()
		lo, err := unix.NewIfreq("lo")
		if err != nil {
			return err
		}
		lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
		return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
	})
}
