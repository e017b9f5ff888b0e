package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/play"
)

func newSolutionCmd(a *app) *cobra.Command {
	return a.stepCommand("solution [LESSON[/STEP]]", a.runSolution)
}

func (a *app) runSolution(_ context.Context, args []string) error {
	p, at, err := a.place(args)
	if err != nil {
		return err
	}
	return a.showSolution(p, at)
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
