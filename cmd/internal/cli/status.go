package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

type statusOptions struct {
	app  *app
	args []string
	json bool
}

func newStatusCmd(a *app) *cobra.Command {
	o := &statusOptions{app: a}
	cmd := a.stepCommand("status [LESSON]", func(_ context.Context, args []string) error {
		o.args = args
		return runStatus(o)
	})
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	return cmd
}

// jsonStatus is a lesson with its steps.
type jsonStatus struct {
	Lesson    string     `json:"lesson"`
	Title     string     `json:"title"`
	Workspace string     `json:"workspace"`
	Started   bool       `json:"started"`
	Done      bool       `json:"done"`
	Steps     []jsonStep `json:"steps"`
}

type jsonStep struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Asks    bool   `json:"asks"`
	Passed  bool   `json:"passed"`
	Older   bool   `json:"older,omitempty"` // passed as an older version of the lesson asked it
	Tries   int    `json:"tries"`
	Hints   int    `json:"hints"`
	Current bool   `json:"current"`
}

func runStatus(o *statusOptions) error {
	a := o.app
	p, at, err := a.place(o.args)
	if err != nil {
		return err
	}
	of, err := p.Status(at.Lesson)
	if err == nil {
		err = of.Err
	}
	if err != nil {
		return err
	}
	st := jsonStatus{
		Lesson: of.Entry.ID, Title: of.Entry.Title.In(a.lang), Workspace: p.Workspace(of.Entry.ID),
		Started: of.Started, Done: of.Done(),
	}
	for _, s := range of.Steps {
		st.Steps = append(st.Steps, jsonStep{
			ID: s.ID, Title: s.Title.In(a.lang), Asks: s.Asks, Passed: s.Passed, Older: s.Older,
			Tries: s.Tries, Hints: s.Hints, Current: s.Current,
		})
	}
	if o.json {
		return writeJSON(a.sys.Stdout, st)
	}
	w := a.sys.Stdout
	fmt.Fprintf(w, "%s  %s\n", a.term.paint(strong, st.Title), a.term.paint(quiet, st.Workspace))
	for i, s := range st.Steps {
		sign := a.term.waitSign()
		switch {
		case s.Passed:
			sign = a.term.passSign()
		case s.Current:
			sign = a.term.paint(river, ">")
		case !s.Asks:
			sign = " "
		}
		note := ""
		switch {
		case s.Older:
			note = a.say("status.older")
		case !s.Asks:
			note = a.say("status.reading")
		case !s.Passed && s.Tries > 0:
			note = a.say("status.tries", "Tries", s.Tries)
		}
		fmt.Fprintf(w, " %s %2d  %s  %s  %s\n", sign, i+1, s.Title, a.term.paint(river, st.Lesson+"/"+s.ID), a.term.paint(quiet, note))
	}
	return nil
}
