// Package cli is naru's command line: a file for each verb, which parses its
// flags into an options struct and hands them to a function that works.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	catalog "github.com/naru-lab/naru/checker/messages"
	"github.com/naru-lab/naru/cmd/internal/host"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/messages"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/content"
	"github.com/naru-lab/naru/lessons"
	"github.com/naru-lab/naru/lessons/ansi"
)

// app is one run of the program: the world around it, the words it speaks and
// the flags that every verb has.
type app struct {
	sys  System
	lang lessons.Lang
	cat  *catalog.Catalog
	term terminal

	course  string // --course: a directory; empty for the course that is built in
	noColor bool   // --no-color

	engine *engine.Client // connected by the first who asks
	stdout io.Writer      // as it was given, for commands that are run on it; sys.Stdout keeps its errors
	lines  bool           // the line player is on: its words are named, not the verbs
}

// Run carries out a command line and returns the process's exit code.
func Run(ctx context.Context, sys System, args []string) int {
	out := &output{w: sys.Stdout}
	a := &app{sys: sys, stdout: sys.Stdout, lang: language(args, sys.Getenv), cat: messages.Catalog()}
	a.sys.Stdout = out
	a.term = newTerminal(sys, false)
	defer a.close()
	root := newRootCmd(a, args)
	root.SetArgs(args)
	root.SetIn(sys.Stdin)
	root.SetOut(out)
	root.SetErr(sys.Stderr)
	err := out.unwritten(root.ExecuteContext(ctx))
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		err = errStopped
	}
	return a.fail(err)
}

// say is a sentence of the catalogue in the person's language, its values
// given as name, value, name, value, … Whatever an engine, a file or a command
// line put into them, the sentence is safe for a terminal.
func (a *app) say(id string, pairs ...any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		value := pairs[i+1]
		switch v := value.(type) {
		case string:
			value = ansi.Clean(v)
		case error:
			value = ansi.Clean(v.Error())
		}
		data[fmt.Sprint(pairs[i])] = value
	}
	return a.cat.Say(string(a.lang), id, data)
}

// how is a sentence that names what to type: a verb of the command line, or a
// word of the line player while that is on.
func (a *app) how(id string, pairs ...any) string {
	if a.lines {
		id = "learn." + id
	}
	return a.say(id, pairs...)
}

// courseFS is the course that is played.
func (a *app) courseFS() (fs.FS, error) {
	if a.course == "" {
		return content.FS(), nil
	}
	info, err := os.Stat(a.course)
	if err == nil && !info.IsDir() {
		err = errors.New("not a directory")
	}
	if err != nil {
		return nil, &usageError{fmt.Errorf("opening the course %q: %w", a.course, err)}
	}
	return os.DirFS(a.course), nil
}

// player opens the course with the learner's progress.
func (a *app) player() (*play.Player, error) {
	fsys, err := a.courseFS()
	if err != nil {
		return nil, err
	}
	return play.Open(play.Config{
		Course: fsys,
		Dirs:   learner.DirsFrom(a.sys.Getenv, a.sys.Home),
		Langs:  []lessons.Lang{a.lang},
		Engine: func(ctx context.Context) (play.Engine, error) {
			c, err := a.connect(ctx)
			if err != nil {
				return nil, err // not c: a nil client is no nil Engine
			}
			return c, nil
		},
		Host: a.describeHost,
		Now:  a.sys.Now,
	})
}

// place is the player and the step that an argument names; without an
// argument the current one.
func (a *app) place(args []string) (*play.Player, play.Place, error) {
	p, err := a.player()
	if err != nil {
		return nil, play.Place{}, err
	}
	arg := ""
	if len(args) > 0 {
		arg = args[0]
	}
	at, err := p.Resolve(arg)
	return p, at, err
}

// lessonsNamed is the player and the lessons that arguments name.
func (a *app) lessonsNamed(args []string) (p *play.Player, ids []string, err error) {
	p, err = a.player()
	if err != nil {
		return nil, nil, err
	}
	for _, arg := range args {
		at, err := p.Resolve(arg)
		if err != nil {
			return nil, nil, err
		}
		ids = append(ids, at.Lesson)
	}
	return p, ids, nil
}

// findEngine is the engine that the person's docker command talks to.
func (a *app) findEngine() (engine.Endpoint, error) {
	return engine.Find(engine.Env{Getenv: a.sys.Getenv, Home: a.sys.Home})
}

// connect is a connection to that engine, one for the whole run.
func (a *app) connect(ctx context.Context) (*engine.Client, error) {
	if a.engine != nil {
		return a.engine, nil
	}
	end, err := a.findEngine()
	if err != nil {
		return nil, err
	}
	a.engine, err = engine.Connect(ctx, end)
	return a.engine, err
}

func (a *app) describeHost(ctx context.Context) (*checker.Host, error) {
	m, err := host.Local()
	if err != nil {
		return nil, fmt.Errorf("looking at this machine: %w", err)
	}
	return host.Describe(ctx, m)
}

func (a *app) close() {
	if a.engine != nil {
		a.engine.Close()
	}
}

// completeSteps offers LESSON and LESSON/STEP to the shell.
func (a *app) completeSteps(steps bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		p, err := a.player()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var names []cobra.Completion
		for _, e := range p.Course().Entries {
			names = append(names, cobra.CompletionWithDesc(e.ID, e.Title.In(a.lang)))
			if !steps {
				continue
			}
			l, err := p.Lesson(e.ID)
			if err != nil {
				continue // a broken lesson is not offered; lint names it
			}
			for _, s := range l.Steps {
				names = append(names, cobra.CompletionWithDesc(e.ID+"/"+s.ID, s.Title.In(a.lang)))
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}
