package cli

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/lessons/ansi"
)

type listOptions struct {
	app  *app
	json bool
}

func newListCmd(a *app) *cobra.Command {
	o := &listOptions{app: a}
	cmd := a.command("list", func(*cobra.Command, []string) error { return runList(o) })
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	return cmd
}

// jsonLesson is a lesson as `list --json` gives it.
type jsonLesson struct {
	ID      string `json:"id"`
	Number  int    `json:"number"`
	Title   string `json:"title"`
	Summary string `json:"summary"`
	Minutes int    `json:"minutes"`
	Passed  int    `json:"passed"`
	Steps   int    `json:"steps,omitempty"`
	Started bool   `json:"started"`
	Done    bool   `json:"done"`
	Current bool   `json:"current"`
}

func runList(o *listOptions) error {
	a := o.app
	p, err := a.player()
	if err != nil {
		return err
	}
	progress, err := p.Progress()
	if err != nil {
		return err
	}
	rows := make([]jsonLesson, 0, len(p.Course().Entries))
	for _, e := range p.Course().Entries {
		row := jsonLesson{
			ID: e.ID, Number: e.Number, Title: e.Title.In(a.lang), Summary: e.Summary.In(a.lang),
			Minutes: int(e.Minutes.Minutes()), Current: progress.Lesson == e.ID,
		}
		// Reading a lesson whole is needed only where there is progress to count.
		if progress.Of(e.ID).IsStarted() {
			s, err := p.Status(e.ID)
			if err != nil {
				return err
			}
			row.Started, row.Steps, row.Passed, row.Done = true, s.Asking, s.Passed, s.Done()
		}
		rows = append(rows, row)
	}
	if o.json {
		return writeJSON(a.sys.Stdout, rows)
	}
	wide := 0
	for _, r := range rows {
		wide = max(wide, len(r.ID))
	}
	w := bufio.NewWriter(a.sys.Stdout) // else every line is a write of its own
	fmt.Fprintln(w, a.term.paint(strong, p.Course().Title.In(a.lang)))
	fmt.Fprintln(w)
	for i, r := range rows {
		sign := " "
		switch {
		case r.Done:
			sign = a.term.passSign()
		case r.Current:
			sign = a.term.paint(river, ">")
		case r.Started:
			sign = a.term.waitSign()
		}
		fmt.Fprintf(w, " %s %2d  %s%s  %s  %s\n", sign, i+1, a.term.paint(river, r.ID), strings.Repeat(" ", wide-len(r.ID)),
			a.term.paint(strong, r.Title), a.term.paint(quiet, a.say("list.minutes", "Minutes", r.Minutes)))
		indent := strings.Repeat(" ", 8+wide)
		for _, line := range strings.Split(ansi.Wrap(r.Summary, max(a.term.width-len(indent), 24)), "\n") {
			fmt.Fprintln(w, indent+a.term.paint(quiet, line))
		}
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, a.say("list.how"))
	return w.Flush()
}
