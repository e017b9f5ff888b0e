package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/play"
)

type nextOptions struct {
	app  *app
	args []string
}

func newNextCmd(a *app) *cobra.Command {
	o := &nextOptions{app: a}
	cmd := a.command("next [LESSON[/STEP]]", func(_ *cobra.Command, args []string) error {
		o.args = args
		return runNext(o)
	})
	cmd.ValidArgsFunction = a.completeSteps(true)
	return cmd
}

// runNext goes to the step after the current one, or to the one that is named.
func runNext(o *nextOptions) error {
	a := o.app
	p, at, err := a.place(o.args)
	if err != nil {
		return err
	}
	if len(o.args) == 0 {
		following, done, err := p.Next(at)
		if err != nil {
			return err
		}
		if done {
			fmt.Fprintln(a.sys.Stdout, a.say("check.all-done"))
			return nil
		}
		at = following
	}
	return a.goTo(p, at)
}

// goTo makes a step the current one and shows it.
func (a *app) goTo(p *play.Player, at play.Place) error {
	if err := p.Go(at); err != nil {
		return err
	}
	return a.writeStep(a.sys.Stdout, p, at)
}
