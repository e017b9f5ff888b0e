package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/host"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons/ansi"
)

type doctorOptions struct {
	app  *app
	args []string
	json bool
	all  bool
}

func newDoctorCmd(a *app) *cobra.Command {
	o := &doctorOptions{app: a}
	cmd := a.stepCommand("doctor [LESSON]", func(ctx context.Context, args []string) error {
		o.args = args
		return runDoctor(ctx, o)
	})
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	cmd.Flags().BoolVarP(&o.all, "all", "a", false, a.say("flag.all"))
	return cmd
}

func runDoctor(ctx context.Context, o *doctorOptions) error {
	a := o.app
	m, err := host.Local()
	if err != nil {
		return fmt.Errorf("looking at this machine: %w", err)
	}
	ask, err := a.askFor(o.args)
	if err != nil {
		return err
	}
	findings := host.Diagnose(ctx, m, ask)
	if o.json {
		err = writeJSON(a.sys.Stdout, host.Word(string(a.lang), findings))
	} else {
		a.writeDiagnosis(a.sys.Stdout, findings, o.all)
	}
	if err == nil && host.Worst(findings) == host.Blocks {
		err = errNotYet
	}
	return err
}

// askFor is what a lesson wants of the machine; without an argument, of the
// current lesson where there is one.
func (a *app) askFor(args []string) (host.Ask, error) {
	p, at, err := a.place(args)
	if err != nil {
		return host.Ask{}, err
	}
	l, err := p.Lesson(at.Lesson)
	if err != nil {
		return host.Ask{}, err
	}
	ask := host.Ask{Images: l.Images, Compose: l.Requires.Compose, Memory: l.Requires.Memory, Network: true}
	progress, err := p.Progress()
	if err != nil {
		return host.Ask{}, err
	}
	if _, begun := progress.Lessons[at.Lesson]; begun {
		return ask, nil // its own containers hold its names and ports
	}
	ask.Names = play.ContainerNames(l)
	for _, param := range l.Params {
		if param.Type != "port" {
			continue
		}
		if port, err := strconv.Atoi(l.Values[param.Name]); err == nil {
			ask.Ports = append(ask.Ports, port)
		}
	}
	return ask, nil
}

// writeDiagnosis shows the findings in the order to mend them.
func (a *app) writeDiagnosis(w io.Writer, findings []host.Finding, all bool) {
	for _, f := range findings {
		words := f.Say(string(a.lang))
		words.What = ansi.Clean(words.What)
		switch f.Level {
		case host.OK:
			if all {
				fmt.Fprintf(w, " %s %s\n", a.term.passSign(), words.What)
			}
			continue
		case host.Info:
			fmt.Fprintf(w, " %s %s\n", a.term.waitSign(), words.What)
		case host.Blocks:
			fmt.Fprintf(w, " %s %s\n", a.term.paint(stop, "x"), a.term.paint(strong, words.What))
		default:
			fmt.Fprintf(w, " %s %s\n", a.term.nearSign(), words.What)
		}
		a.indented(w, words.Why)
		a.indented(w, words.Fix)
		for _, c := range f.Commands {
			fmt.Fprintln(w, "       "+a.term.paint(river, ansi.Clean(c)))
		}
	}
	if host.Worst(findings) != host.Blocks {
		fmt.Fprintf(w, " %s %s\n", a.term.passSign(), a.say("doctor.fine"))
	}
}
