package cli

import "github.com/spf13/cobra"

type showOptions struct {
	app  *app
	args []string
}

func newShowCmd(a *app) *cobra.Command {
	o := &showOptions{app: a}
	cmd := a.command("show [LESSON[/STEP]]", func(_ *cobra.Command, args []string) error {
		o.args = args
		return runShow(o)
	})
	cmd.ValidArgsFunction = a.completeSteps(true)
	return cmd
}

func runShow(o *showOptions) error {
	p, at, err := o.app.place(o.args)
	if err != nil {
		return err
	}
	return o.app.writeStep(o.app.sys.Stdout, p, at)
}
