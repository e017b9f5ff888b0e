package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// TestCalledOff has a person call a lesson off, and none be there at all.
func TestCalledOff(t *testing.T) {
	e := loaded(t)
	doKeep(t, e)
	p := played(t, e.Host())
	before := p.records(t)
	for name, off := range map[string]func(terminal io.Writer, cmd *exec.Cmd) error{
		"Ctrl-C":  func(w io.Writer, _ *exec.Cmd) error { _, err := io.WriteString(w, "\x03"); return err },
		"Ctrl-D":  func(w io.Writer, _ *exec.Cmd) error { _, err := io.WriteString(w, "\x04"); return err },
		"q":       func(w io.Writer, _ *exec.Cmd) error { _, err := io.WriteString(w, "q\n"); return err },
		"SIGINT":  func(_ io.Writer, cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGINT) },
		"SIGTERM": func(_ io.Writer, cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			cmd := p.command(t, "learn", "volumes/keep")
			said, code, took := atTerminal(t, cmd, off)
			if code != 0 || took > 2*time.Second || !strings.Contains(said, "Until next time") {
				t.Errorf("code %d, %v after it was called off:\n%s", code, took, said)
			}
			p.unharmed(t, before)
		})
	}
	t.Run("hung up", func(t *testing.T) {
		cmd := p.command(t, "learn", "volumes/keep")
		_, _, took := atTerminal(t, cmd, func(w io.Writer, _ *exec.Cmd) error { return w.(*os.File).Close() }) //nolint:forcetypeassert // atTerminal's
		if took > 2*time.Second {
			t.Errorf("it lives on for %v", took)
		}
		p.unharmed(t, before)
	})
	t.Run("stdin is closed", func(t *testing.T) {
		naru := p.command(t, "learn", "volumes/keep")
		cmd := exec.CommandContext(t.Context(), "sh", "-c", `exec "$0" "$@" <&-`, naru.Path)
		cmd.Args = append(cmd.Args, naru.Args[1:]...)
		cmd.Env, cmd.Dir = naru.Env, naru.Dir
		finish(t, cmd).want(t, 0, "")
		p.unharmed(t, before)
	})
	t.Run("stdin is empty", func(t *testing.T) {
		p.run(t, "learn", "volumes/keep").want(t, 0, "")
		e.Docker(t, "volume", "create", "scrap") // something to be asked about
		p.run(t, "reset", "volumes").want(t, 2, "--yes")
		p.unharmed(t, before)
	})
}

// atTerminal runs a command on a terminal until its prompt, and then does what
// calls it off. It tells what was said, the exit code, and how long the end took.
func atTerminal(t *testing.T, cmd *exec.Cmd, off func(io.Writer, *exec.Cmd) error) (said string, code int, took time.Duration) {
	t.Helper()
	cmd.Env = append(cmd.Env, "TERM=xterm")
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	late := time.AfterFunc(10*patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	var all strings.Builder
	words := bufio.NewReader(terminal)
	for !strings.HasSuffix(all.String(), "\n> ") {
		b, err := words.ReadByte()
		if err != nil {
			t.Fatalf("no prompt: %v\n%s", err, all.String())
		}
		all.WriteByte(b)
	}
	begun := time.Now()
	if err := off(terminal, cmd); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(&all, words) // a terminal ends with an error
	_ = cmd.Wait()              // its code is looked at
	return all.String(), cmd.ProcessState.ExitCode(), time.Since(begun)
}
