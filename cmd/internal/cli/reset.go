package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons/ansi"
)

type resetOptions struct {
	app    *app
	args   []string
	dryRun bool
	yes    bool
	json   bool
}

func newResetCmd(a *app) *cobra.Command {
	o := &resetOptions{app: a}
	cmd := a.stepCommand("reset [LESSON]", func(ctx context.Context, args []string) error {
		o.args = args
		return runReset(ctx, o)
	})
	cmd.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, a.say("flag.dry-run"))
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, a.say("flag.yes"))
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	return cmd
}

// jsonReset is what `reset --json` prints: the plan, and what became of it.
type jsonReset struct {
	Lesson  string           `json:"lesson"`
	Started bool             `json:"started"`
	Remove  []learner.Object `json:"remove"`
	Keep    []learner.Object `json:"keep"`
	Removed []learner.Object `json:"removed"`
	Failed  []jsonFailure    `json:"failed"`
}

type jsonFailure struct {
	learner.Object
	Error string `json:"error"`
}

func runReset(ctx context.Context, o *resetOptions) error {
	a := o.app
	p, at, err := a.place(o.args)
	if err != nil {
		return err
	}
	plan, err := p.PlanReset(ctx, at.Lesson)
	if err != nil {
		return err
	}
	j := jsonReset{
		Lesson: plan.Lesson, Started: plan.Started, Remove: plan.Remove, Keep: plan.Keep,
		Removed: []learner.Object{}, Failed: []jsonFailure{},
	}
	if !o.json {
		a.writeResetPlan(a.sys.Stdout, plan)
	}
	if o.dryRun || (len(plan.Remove) == 0 && !plan.Started) {
		if o.json {
			return writeJSON(a.sys.Stdout, j)
		}
		return nil
	}
	if o.json && !o.yes { // a script, or a person who was shown no plan
		return &usageError{errors.New(a.say("error.tty-yes"))}
	}
	if !o.yes {
		question := a.say("reset.ask", "N", len(plan.Remove))
		if len(plan.Remove) == 0 {
			question = a.say("reset.ask-anew")
		}
		ok, err := a.agreed(ctx, question)
		if err != nil {
			return err
		}
		if !ok {
			fmt.Fprintln(a.sys.Stderr, a.say("reset.nothing-done"))
			return errStopped
		}
	}
	err = p.Reset(ctx, plan, func(obj learner.Object, err error) {
		if err != nil {
			j.Failed = append(j.Failed, jsonFailure{obj, err.Error()})
			fmt.Fprintln(a.sys.Stderr, a.say("reset.failed", "Object", a.object(obj), "Why", err))
			return
		}
		j.Removed = append(j.Removed, obj)
		if !o.json {
			fmt.Fprintln(a.sys.Stderr, a.say("reset.removed", "Object", a.object(obj)))
		}
	})
	left, incomplete := errors.AsType[*play.IncompleteError](err)
	if err != nil && !incomplete {
		return err
	}
	err = nil
	if o.json {
		err = writeJSON(a.sys.Stdout, j)
	} else if len(j.Removed) > 0 {
		fmt.Fprintln(a.sys.Stdout, a.say("reset.done", "N", len(j.Removed)))
	}
	if err == nil && len(j.Failed) > 0 {
		fmt.Fprintln(a.sys.Stderr, a.say("reset.some-left", "N", len(j.Failed), "Lesson", plan.Lesson))
		return unusable(left)
	}
	return err
}

// unusable is the engine's own failure among what kept a reset from its end,
// and errNotYet where the engine works and only refused.
func unusable(left *play.IncompleteError) error {
	if left == nil {
		return errNotYet
	}
	for _, err := range left.Failed {
		e, ok := errors.AsType[*engine.Error](err)
		if ok && (e.Kind != engine.API || e.Status >= http.StatusInternalServerError) {
			return e
		}
	}
	return errNotYet
}

// writeResetPlan shows what will be removed, and what stays and why.
func (a *app) writeResetPlan(w io.Writer, plan *play.ResetPlan) {
	switch {
	case !plan.Started:
		fmt.Fprintln(w, a.say("reset.not-started", "Lesson", plan.Lesson))
		return
	case len(plan.Remove) == 0:
		fmt.Fprintln(w, a.say("reset.nothing", "Lesson", plan.Lesson))
	default:
		fmt.Fprintln(w, a.say("reset.remove"))
		for _, o := range plan.Remove {
			note := ""
			if o.Why != learner.Owned {
				note = "   " + a.term.paint(quiet, a.say("reset.why."+string(o.Why)))
			}
			fmt.Fprintf(w, "  %s%s\n", a.object(o), note)
		}
	}
	if len(plan.Keep) > 0 {
		fmt.Fprintln(w, a.say("reset.keep"))
		for _, o := range plan.Keep {
			fmt.Fprintf(w, "  %s   %s\n", a.object(o), a.term.paint(quiet, a.say("reset.why."+string(o.Why))))
		}
	}
}

// object is an object of the engine in the person's words.
func (a *app) object(o learner.Object) string {
	name := o.Name
	if name == "" {
		name = shortID(o.ID)
	}
	return a.say("kind."+o.Kind) + " " + ansi.Clean(name)
}

// shortID is an ID as Docker's own lists show it.
func shortID(id string) string {
	const algorithm, short = "sha256:", 12
	if len(id) > len(algorithm) && id[:len(algorithm)] == algorithm {
		id = id[len(algorithm):]
	}
	return id[:min(short, len(id))]
}
