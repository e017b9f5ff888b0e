package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/proof"
)

type proveOptions struct {
	app     *app
	lessons []string
	json    bool
	verbose bool
}

func newCourseTestCmd(a *app) *cobra.Command {
	o := &proveOptions{app: a}
	cmd := a.commandAs("help.course-test", "test [LESSON]...", func(cmd *cobra.Command, args []string) error {
		o.lessons = args
		return runProof(cmd.Context(), o)
	})
	cmd.Args = cobra.ArbitraryArgs
	cmd.ValidArgsFunction = a.completeSteps(false)
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, a.say("flag.verbose"))
	return cmd
}

func runProof(ctx context.Context, o *proveOptions) (err error) {
	a := o.app
	fsys, err := a.courseFS()
	if err != nil {
		return err
	}
	p, ids, err := a.lessonsNamed(o.lessons)
	if err != nil {
		return err
	}
	client, err := a.connect(ctx)
	if err != nil {
		return err
	}
	if err := a.ensureImages(ctx, client, imagesOf(p, ids)); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "naru-proof-")
	if err != nil {
		return fmt.Errorf("making a folder for the proof: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	naru, err := programDir(dir)
	if err != nil {
		return err
	}
	cfg := proof.Config{
		Course: fsys, Lessons: ids, Engine: client, Host: a.describeHost, Dir: dir,
		Naru: naru, CourseDir: a.course, Environ: a.sys.Environ(), LintChecks: lintChecks,
		Progress: a.proofProgress,
	}
	if o.verbose {
		cfg.Log = a.sys.Stderr
	}
	res, err := proof.Run(ctx, cfg)
	if res != nil {
		if o.json {
			err = errors.Join(err, writeJSON(a.sys.Stdout, res))
		} else {
			a.writeProof(res, err == nil)
		}
	}
	if err == nil && len(res.Failures) > 0 {
		err = errNotYet
	}
	return err
}

// programDir makes a directory that holds this program as `naru`, whatever its
// file is called, and returns the program's path in it.
func programDir(dir string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program: %w", err)
	}
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		return "", err
	}
	naru := filepath.Join(bin, "naru")
	return naru, os.Symlink(self, naru)
}

func (a *app) proofProgress(e proof.Event) {
	w := a.sys.Stderr
	switch e.What {
	case "lesson":
		fmt.Fprintln(w, a.term.paint(strong, e.Lesson))
	case "step":
		fmt.Fprintf(w, "  %s/%s  %s\n", e.Lesson, e.Step, a.term.paint(quiet, e.Took.Round(100*time.Millisecond).String()))
	case "failure":
		fmt.Fprintf(w, "  %s %s\n", a.term.nearSign(), e.Detail)
	}
}

// spent is what a lesson's proof took its time for, as a sentence wants it.
func spent(l proof.LessonResult) []any {
	s := l.Spent()
	return []any{
		"Played", (s.Played + s.Solved).Round(time.Second).String(), "Made", (s.Made + s.Checked).Round(time.Second).String(),
		"Undone", s.Undone.Round(time.Second).String(), "Resets", l.Resets.Round(time.Second).String(),
		"Replayed", l.Replayed, "Retried", l.Retried,
	}
}

// writeProof shows what was proved; whole says that the proof came to its end.
func (a *app) writeProof(res *proof.Result, whole bool) {
	w := a.sys.Stdout
	var total proof.LessonResult
	for _, l := range res.Lessons {
		fmt.Fprintln(w, a.say("proof.lesson", "Lesson", l.Lesson, "Steps", l.Steps, "Checks", l.Checks, "Mistakes", l.Mistakes,
			"Took", l.Took.Round(time.Second).String()))
		fmt.Fprintln(w, "  "+a.term.paint(quiet, a.say("proof.spent", spent(l)...)))
		total.Steps += l.Steps
		total.Checks += l.Checks
		total.Mistakes += l.Mistakes
		total.Took += l.Took
	}
	fmt.Fprintln(w, a.say("proof.total", "Engine", res.Engine, "Steps", total.Steps, "Checks", total.Checks, "Mistakes", total.Mistakes,
		"Took", total.Took.Round(time.Second).String()))
	for _, f := range res.Failures {
		fmt.Fprintln(w, f)
	}
	switch {
	case len(res.Failures) > 0:
		fmt.Fprintln(w, a.say("proof.failed", "N", len(res.Failures)))
	case whole:
		fmt.Fprintln(w, a.term.passSign(), a.say("proof.holds"))
	}
}
