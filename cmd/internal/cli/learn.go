package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

func newLearnCmd(a *app) *cobra.Command {
	return a.stepCommand("learn [LESSON[/STEP]]", a.runLearn)
}

// runLearn plays a lesson in lines: a step is shown, a word is waited for.
func (a *app) runLearn(ctx context.Context, args []string) error {
	p, at, err := a.place(args)
	if err != nil {
		return err
	}
	started, err := a.start(ctx, p, at.Lesson)
	if err != nil {
		return err
	}
	if len(args) == 0 || at.Step == "" {
		at = started.Place
	}
	l := &lines{app: a, player: p, lesson: started.Lesson, at: at}
	if err := l.show(); err != nil {
		return err
	}
	if !a.sys.StdinTTY {
		return l.once(ctx)
	}
	a.lines = true
	return l.play(ctx)
}

// lines is the line-by-line player.
type lines struct {
	app    *app
	player *play.Player
	lesson *lessons.Lesson
	at     play.Place
}

func (l *lines) show() error {
	if err := l.player.Go(l.at); err != nil {
		return err
	}
	fmt.Fprintln(l.app.sys.Stdout)
	return l.app.writeStep(l.app.sys.Stdout, l.player, l.at)
}

// once is learning without a terminal: the step is judged as it stands.
func (l *lines) once(ctx context.Context) error {
	fmt.Fprintln(l.app.sys.Stdout)
	return l.check(ctx)
}

func (l *lines) play(ctx context.Context) error {
	a := l.app
	for {
		id := "learn.prompt"
		if a.term.ascii {
			id = "learn.prompt-ascii"
		}
		fmt.Fprintf(a.sys.Stderr, "\n%s\n> ", a.term.paint(quiet, a.say(id)))
		line, err := readLineContext(ctx, a.sys.Stdin)
		if errors.Is(err, io.EOF) || ctx.Err() != nil {
			fmt.Fprintln(a.sys.Stderr)
			return l.bye()
		}
		if err != nil {
			return err
		}
		again, err := l.obey(ctx, strings.TrimSpace(line))
		switch {
		case err != nil && ctx.Err() != nil:
			return l.bye()
		case err != nil:
			// What goes wrong with one word doesn't end the lesson.
			a.fail(err)
		case !again:
			return l.bye()
		}
	}
}

func (l *lines) bye() error {
	fmt.Fprintln(l.app.sys.Stderr, l.app.say("learn.bye"))
	return nil
}

// obey does what a line says. It is false when the learner wants to stop.
func (l *lines) obey(ctx context.Context, line string) (again bool, err error) {
	a := l.app
	if cmd, ok := shellLine(line); ok {
		_, err := l.run(ctx, cmd)
		return true, err
	}
	// A lesson says "naru answer …": it means the same here.
	word, rest, _ := strings.Cut(strings.TrimPrefix(line, "naru "), " ")
	switch strings.ToLower(word) {
	case "", "c", "check":
		return true, l.check(ctx)
	case "h", "hint":
		return true, a.showHint(l.player, l.at)
	case "s", "solution":
		return true, a.showSolution(l.player, l.at)
	case "n", "next":
		return true, l.next()
	case "b", "p", "back":
		return true, l.back()
	case "show":
		return true, l.show()
	case "status":
		return true, runStatus(&statusOptions{app: a, args: []string{l.at.Lesson}})
	case "answer":
		return true, a.answer(l.player, l.at, strings.Fields(rest))
	case "run":
		return true, l.runAll(ctx)
	case "reset":
		return true, runReset(ctx, &resetOptions{app: a, args: []string{l.at.Lesson}})
	case "q", "quit", "exit":
		return false, nil
	case "?", "help":
		fmt.Fprintln(a.sys.Stdout, a.say("learn.keys"))
		return true, nil
	}
	if _, ok := choices(strings.Fields(line)); ok {
		return true, a.answer(l.player, l.at, strings.Fields(line))
	}
	fmt.Fprintln(a.sys.Stderr, a.say("learn.unknown", "Word", oneLine(word)))
	return true, nil
}

// shellLine tells a line for the shell from a word for the player.
func shellLine(line string) (string, bool) {
	if cmd, ok := strings.CutPrefix(line, "!"); ok {
		return cmd, true
	}
	return line, line == "docker" || strings.HasPrefix(line, "docker ")
}

func (l *lines) check(ctx context.Context) error {
	out, unwritten := l.player.Check(ctx, l.at)
	if out == nil {
		return unwritten
	}
	return errors.Join(l.app.showOutcome(l.player, out), unwritten)
}

func (l *lines) next() error {
	following, done, err := l.player.Next(l.at)
	if err != nil {
		return err
	}
	if done {
		fmt.Fprintln(l.app.sys.Stdout, l.app.say("check.all-done"))
		return nil
	}
	l.at = following
	return l.show()
}

func (l *lines) back() error {
	for i, s := range l.lesson.Steps {
		if s.ID == l.at.Step && i > 0 {
			l.at.Step = l.lesson.Steps[i-1].ID
			return l.show()
		}
	}
	fmt.Fprintln(l.app.sys.Stdout, l.app.say("learn.first"))
	return nil
}

// run runs a line in the lesson's folder with the learner's own shell, on the
// learner's own terminal, and gives its exit code.
func (l *lines) run(ctx context.Context, line string) (code int, err error) {
	a := l.app
	shell := a.sys.Getenv("SHELL")
	if shell == "" {
		shell = "/bin/sh"
	}
	cmd := exec.CommandContext(ctx, shell, "-c", line)
	cmd.Dir = l.player.Workspace(l.at.Lesson)
	if info, err := os.Stat(cmd.Dir); err != nil || !info.IsDir() {
		return 0, &learner.WorkspaceError{Path: cmd.Dir, Reason: learner.WorkspaceIsGone}
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.sys.Stdin, a.stdout, a.sys.Stderr
	// docker hands it on to the container that it runs in the foreground.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 3 * time.Second
	defer a.sys.Interrupts.Lend()()
	err = cmd.Run()
	ended, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return 0, err
	}
	code = ended.ExitCode()
	if status, ok := ended.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = bySignal + int(status.Signal())
	}
	fmt.Fprintln(a.sys.Stderr, a.term.paint(quiet, a.say("learn.failed", "Code", code)))
	return code, nil
}

// bySignal and the signal's number are the exit code of what a signal ended,
// as shells tell it.
const bySignal = 128

// runAll runs the commands that the step shows, each shown before it is run.
// Ctrl-C ends all of it.
func (l *lines) runAll(ctx context.Context) error {
	ran := false
	for _, s := range l.lesson.Steps {
		if s.ID != l.at.Step {
			continue
		}
		for _, b := range s.Runs {
			for _, c := range lessons.Commands(b) {
				ran = true
				fmt.Fprintln(l.app.sys.Stderr, l.app.term.paint(river, "$ "+c))
				code, err := l.run(ctx, c)
				if err != nil || code == bySignal+int(syscall.SIGINT) {
					return err
				}
			}
		}
	}
	if !ran {
		fmt.Fprintln(l.app.sys.Stdout, l.app.say("learn.no-run"))
	}
	return nil
}
