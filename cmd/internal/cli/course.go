package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/lessons"
)

func newCourseCmd(a *app) *cobra.Command {
	cmd := a.command("course COMMAND", nil)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return &usageError{errors.New(a.say("error.verb", "Arg", "course "+args[0]))}
		}
		return cmd.Help()
	}
	cmd.Args = cobra.ArbitraryArgs
	cmd.AddCommand(newCourseLintCmd(a), newCourseTestCmd(a))
	return cmd
}

type lintOptions struct {
	app  *app
	json bool
}

func newCourseLintCmd(a *app) *cobra.Command {
	o := &lintOptions{app: a}
	cmd := a.commandAs("help.course-lint", "lint", func(*cobra.Command, []string) error { return runLint(o) })
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	return cmd
}

// lintChecks lets the course's lint read check blocks with the checker's eyes.
func lintChecks(b lessons.Block) []lessons.Issue {
	_, issues := checker.Parse([]byte(b.Text))
	found := make([]lessons.Issue, len(issues))
	for i, is := range issues {
		found[i] = lessons.Issue{Line: is.Line, Message: is.Message}
	}
	return found
}

func runLint(o *lintOptions) error {
	a := o.app
	fsys, err := a.courseFS()
	if err != nil {
		return err
	}
	found := lessons.Lint(fsys, lintChecks)
	if o.json {
		if err := writeJSON(a.sys.Stdout, found); err != nil {
			return err
		}
	}
	if len(found) == 0 {
		if !o.json {
			return a.praise()
		}
		return nil
	}
	if !o.json {
		for _, e := range found {
			fmt.Fprintln(a.sys.Stdout, e.Error())
		}
		fmt.Fprintln(a.sys.Stderr, a.say("lint.count", "N", len(found)))
	}
	return errNotYet
}

// praise says how much was read without finding a mistake.
func (a *app) praise() error {
	p, err := a.player()
	if err != nil {
		return err
	}
	steps := 0
	for _, e := range p.Course().Entries {
		l, err := p.Lesson(e.ID)
		if err != nil {
			return err
		}
		steps += len(l.Steps)
	}
	fmt.Fprintln(a.sys.Stdout, a.say("lint.fine", "Lessons", len(p.Course().Entries), "Steps", steps))
	return nil
}
