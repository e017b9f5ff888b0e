package cli

import (
	"context"

	"github.com/spf13/cobra"
)

func newShowCmd(a *app) *cobra.Command {
	return a.stepCommand("show [LESSON[/STEP]]", a.runShow)
}

func (a *app) runShow(_ context.Context, args []string) error {
	p, at, err := a.place(args)
	if err != nil {
		return err
	}
	return a.writeStep(a.sys.Stdout, p, at)
}
