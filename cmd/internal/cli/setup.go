package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/host"
	"github.com/naru-lab/naru/lessons/ansi"
)

type setupOptions struct {
	app    *app
	dryRun bool
	yes    bool
	json   bool
	from   string
	beside bool
}

func newSetupCmd(a *app) *cobra.Command {
	o := &setupOptions{app: a}
	cmd := a.command("setup", func(cmd *cobra.Command, _ []string) error { return runSetup(cmd.Context(), o) })
	cmd.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, a.say("flag.dry-run"))
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, a.say("flag.yes"))
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json-plan"))
	cmd.Flags().StringVar(&o.from, "from", host.FromDistribution, a.say("flag.from"))
	cmd.Flags().BoolVar(&o.beside, "beside-desktop", false, a.say("flag.beside-desktop"))
	_ = cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions( // fails only for a flag that isn't there
		[]cobra.Completion{host.FromDistribution, host.FromDocker}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runSetup(ctx context.Context, o *setupOptions) error {
	a := o.app
	if o.from != host.FromDistribution && o.from != host.FromDocker {
		return &usageError{fmt.Errorf("--from %q: %s", o.from, a.say("flag.from"))}
	}
	m, err := host.Local()
	if err != nil {
		return fmt.Errorf("looking at this machine: %w", err)
	}
	plan, err := host.PlanSetup(ctx, m, host.Options{From: o.from, BesideDesktop: o.beside, Terminal: a.sys.StdinTTY})
	if err != nil {
		return err
	}
	if o.json {
		return writeJSON(a.sys.Stdout, plan)
	}
	w := a.sys.Stdout
	if len(plan.Steps) == 0 {
		fmt.Fprintln(w, a.say("setup.nothing"))
		a.writeNotes(w, plan.Notes)
		return nil
	}
	a.writePlan(w, plan)
	if o.dryRun {
		return nil
	}
	if !o.yes {
		ok, err := a.agreed(ctx, a.say("setup.ask"))
		if err != nil {
			return err
		}
		if !ok {
			fmt.Fprintln(a.sys.Stderr, a.say("setup.not-done"))
			return errStopped
		}
	}
	show := setupProgress{a: a}
	if err := plan.Run(ctx, show.tell); err != nil {
		return err
	}
	fmt.Fprintln(w, a.term.passSign(), a.say("setup.done"))
	a.writeNotes(w, plan.Notes)
	return nil
}

// writePlan shows every step with its commands before anything is done.
func (a *app) writePlan(w io.Writer, plan *host.Plan) {
	fmt.Fprintln(w, a.say("setup.will"))
	for i, s := range plan.Steps {
		fmt.Fprintf(w, " %d. %s\n", i+1, ansi.Clean(s.Say(string(a.lang))))
		for _, c := range s.Commands {
			fmt.Fprintln(w, "      "+a.term.paint(quiet, c.String()))
		}
	}
	fmt.Fprintln(w)
}

func (a *app) writeNotes(w io.Writer, notes []host.Note) {
	for _, n := range notes {
		fmt.Fprintf(w, " %s %s\n", a.term.nearSign(), ansi.Clean(n.Say(string(a.lang))))
		for _, c := range n.Commands {
			fmt.Fprintln(w, "      "+c)
		}
	}
}

// setupProgress tells what is being done: a line for each command, and one
// now and then while an engine is waited for.
type setupProgress struct {
	a    *app
	step int
	wait time.Duration
}

func (s *setupProgress) tell(p host.Progress) {
	a := s.a
	if p.Step != s.step {
		s.step, s.wait = p.Step, 0
		fmt.Fprintln(a.sys.Stderr, a.say("setup.step", "N", p.Step, "Total", p.Of, "Text", p.What.Say(string(a.lang))))
	}
	const every = 5 * time.Second
	if p.Waiting >= s.wait+every {
		s.wait = p.Waiting
		fmt.Fprintln(a.sys.Stderr, "     "+a.term.paint(quiet, a.say("setup.waiting", "Seconds", int(p.Waiting.Seconds()))))
	}
	if p.Done && p.Engine != "" {
		fmt.Fprintln(a.sys.Stderr, "     "+a.term.paint(quiet, "Docker Engine "+p.Engine))
	}
}
