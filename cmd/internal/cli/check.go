package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/play"
)

type checkOptions struct {
	app   *app
	args  []string
	json  bool
	quiet bool
}

func newCheckCmd(a *app) *cobra.Command {
	o := &checkOptions{app: a}
	cmd := a.stepCommand("check [LESSON[/STEP]]", func(ctx context.Context, args []string) error {
		o.args = args
		return runCheck(ctx, o)
	})
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, a.say("flag.quiet"))
	return cmd
}

func runCheck(ctx context.Context, o *checkOptions) error {
	a := o.app
	p, at, err := a.place(o.args)
	if err != nil {
		return err
	}
	out, unwritten := p.Check(ctx, at)
	if out == nil {
		return unwritten
	}
	// The verdict is shown even when it could not be written down.
	switch {
	case o.json:
		err = a.writeJSONReport(a.sys.Stdout, out)
	case !o.quiet:
		err = a.showOutcome(p, out)
	}
	if err = errors.Join(unwritten, err); err == nil && !out.Passed() {
		err = errNotYet
	}
	return err
}

// showOutcome shows a report and what may be done next.
func (a *app) showOutcome(p *play.Player, out *play.Outcome) error {
	w := bufio.NewWriter(a.sys.Stdout) // else every line is a write of its own
	return errors.Join(a.writeOutcome(w, p, out), w.Flush())
}

func (a *app) writeOutcome(w io.Writer, p *play.Player, out *play.Outcome) error {
	if !out.Asks {
		fmt.Fprintln(w, a.how("check.nothing"))
	} else {
		a.writeReport(w, out)
	}
	fmt.Fprintln(w)
	if out.Passed() {
		next, done, err := p.Next(out.Place)
		if err != nil {
			return err
		}
		if done {
			fmt.Fprintln(w, a.term.paint(pass, a.say("check.all-done")))
			return nil
		}
		fmt.Fprintln(w, a.term.paint(pass, a.say("check.passed")), a.how("check.next", "Title", a.titleOf(p, next)))
		return nil
	}
	if out.OfferHint() {
		fmt.Fprintln(w, a.how("check.offer-hint", "Tries", out.Tries))
		return nil
	}
	fmt.Fprintln(w, a.how("check.again"))
	return nil
}

// titleOf is the title of a place's step, or its id where the lesson can't be read.
func (a *app) titleOf(p *play.Player, at play.Place) string {
	l, err := p.Lesson(at.Lesson)
	if err != nil {
		return at.String()
	}
	for _, s := range l.Steps {
		if s.ID == at.Step {
			return s.Title.In(a.lang)
		}
	}
	return at.String()
}
