package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/play"
)

type solutionOptions struct {
	app  *app
	args []string
}

func newSolutionCmd(a *app) *cobra.Command {
	o := &solutionOptions{app: a}
	cmd := a.command("solution [LESSON[/STEP]]", func(_ *cobra.Command, args []string) error {
		o.args = args
		return runSolution(o)
	})
	cmd.ValidArgsFunction = a.completeSteps(true)
	return cmd
}

func runSolution(o *solutionOptions) error {
	p, at, err := o.app.place(o.args)
	if err != nil {
		return err
	}
	return o.app.showSolution(p, at)
}

func (a *app) showSolution(p *play.Player, at play.Place) error {
	s, err := p.Solution(at)
	if err != nil {
		return err
	}
	if len(s.Blocks) == 0 {
		fmt.Fprintln(a.sys.Stdout, a.say("solution.none"))
		return nil
	}
	a.writeBlocks(a.sys.Stdout, s.Blocks)
	fmt.Fprintln(a.sys.Stderr, a.term.paint(quiet, a.say("solution.after")))
	return nil
}
