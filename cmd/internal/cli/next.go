package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func newNextCmd(a *app) *cobra.Command {
	return a.stepCommand("next [LESSON[/STEP]]", a.runNext)
}

// runNext goes to the step after the current one, or to the one that is named.
func (a *app) runNext(_ context.Context, args []string) error {
	p, at, err := a.place(args)
	if err != nil {
		return err
	}
	if len(args) == 0 {
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
	if err := p.Go(at); err != nil {
		return err
	}
	return a.writeStep(a.sys.Stdout, p, at)
}
