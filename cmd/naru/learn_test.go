package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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

// TestCtrlC has a person call off what runs in the player, and a question.
func TestCtrlC(t *testing.T) {
	p := newPerson(t, "unix:///none.sock")
	t.Run("a command", func(t *testing.T) {
		s := sit(t, p.command(t, "learn", "environment"))
		s.until("\n> ")
		s.types("!echo run''ning; sleep 60\n")
		s.until("running")
		s.types("\x03")
		s.until("ended with exit code 130")
		s.until("\n> ")
		s.types("!echo once mo''re\n") // the player has gone on
		s.until("once more")
		s.until("\n> ")
		s.types("q\n")
		if said, code := s.rest(); code != 0 || !strings.Contains(said, "Until next time") {
			t.Errorf("code %d:\n%s", code, said)
		}
	})
	t.Run("a folder that is gone", func(t *testing.T) {
		s := sit(t, p.command(t, "learn", "environment"))
		s.until("\n> ")
		if err := os.RemoveAll(filepath.Join(p.home, "naru/environment")); err != nil {
			t.Fatal(err)
		}
		s.types("!true\n")
		s.until("naru/environment is no longer there")
		s.until("naru start makes it anew")
		s.types("q\n")
		s.rest()
	})
	e := loaded(t)
	doKeep(t, e)
	p = played(t, e.Host())
	before := p.records(t)
	for name, off := range map[string]string{"Ctrl-C": "\x03", "Ctrl-D": "\x04", "Enter": "\n", "no": "n\n", "another word": "yess\n"} {
		t.Run("reset, "+name, func(t *testing.T) {
			s := sit(t, p.command(t, "reset", "volumes"))
			s.until("[y/N] ")
			begun := time.Now()
			s.types(off)
			said, code := s.rest()
			if code != 1 || time.Since(begun) > 2*time.Second || !strings.Contains(said, "Nothing was removed.") {
				t.Errorf("code %d after %v:\n%s", code, time.Since(begun), said)
			}
			if now := p.records(t); now != before {
				t.Errorf("the journal has changed:\n%s", now)
			}
		})
	}
}

// atTerminal runs a command on a terminal until its prompt, and then does what
// calls it off. It tells what was said, the exit code, and how long the end took.
func atTerminal(t *testing.T, cmd *exec.Cmd, off func(io.Writer, *exec.Cmd) error) (said string, code int, took time.Duration) {
	t.Helper()
	s := sit(t, cmd)
	s.until("\n> ")
	begun := time.Now()
	if err := off(s.terminal, cmd); err != nil {
		t.Fatal(err)
	}
	said, code = s.rest()
	return said, code, time.Since(begun)
}

// sitting is a person at a terminal on which a command runs.
type sitting struct {
	t        *testing.T
	cmd      *exec.Cmd
	terminal *os.File
	words    *bufio.Reader
	said     strings.Builder
}

// sit runs a command on a terminal. It is killed when it takes too long.
func sit(t *testing.T, cmd *exec.Cmd) *sitting {
	t.Helper()
	cmd.Env = append(cmd.Env, "TERM=xterm")
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(10*patience, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		late.Stop()
		_ = terminal.Close() // it may be closed already
	})
	return &sitting{t: t, cmd: cmd, terminal: terminal, words: bufio.NewReader(terminal)}
}

// until reads until something was said last.
func (s *sitting) until(end string) {
	s.t.Helper()
	for !strings.HasSuffix(s.said.String(), end) {
		b, err := s.words.ReadByte()
		if err != nil {
			s.t.Fatalf("it ended before it said %q: %v\n%s", end, err, s.said.String())
		}
		s.said.WriteByte(b)
	}
}

func (s *sitting) types(words string) {
	s.t.Helper()
	if _, err := io.WriteString(s.terminal, words); err != nil {
		s.t.Fatal(err)
	}
}

// rest waits for the command's end, and tells all that was said and the exit code.
func (s *sitting) rest() (said string, code int) {
	_, _ = io.Copy(&s.said, s.words) // a terminal ends with an error
	_ = s.cmd.Wait()                 // its code is looked at
	return s.said.String(), s.cmd.ProcessState.ExitCode()
}
