package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/docker/go-units"
	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/checker/engine"
	catalog "github.com/naru-lab/naru/checker/messages"
	"github.com/naru-lab/naru/cmd/internal/images"
	"github.com/naru-lab/naru/cmd/internal/play"
	lessonansi "github.com/naru-lab/naru/lessons/ansi"
)

type prepareOptions struct {
	app        *app
	lessons    []string
	dryRun     bool
	json       bool
	noPackages bool
}

func newPrepareCmd(a *app) *cobra.Command {
	o := &prepareOptions{app: a}
	cmd := a.command("prepare [LESSON]...", func(cmd *cobra.Command, args []string) error {
		o.lessons = args
		return runPrepare(cmd.Context(), o)
	})
	cmd.Args = cobra.ArbitraryArgs
	cmd.ValidArgsFunction = a.completeSteps(false)
	cmd.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, a.say("flag.dry-run"))
	cmd.Flags().BoolVar(&o.json, "json", false, a.say("flag.json"))
	cmd.Flags().BoolVar(&o.noPackages, "no-packages", false, a.say("flag.no-packages"))
	return cmd
}

func runPrepare(ctx context.Context, o *prepareOptions) error {
	a := o.app
	p, ids, err := a.lessonsNamed(o.lessons)
	if err != nil {
		return err
	}
	client, err := a.connect(ctx)
	if err != nil {
		return err
	}
	refs, opts := imagesOf(p, ids), a.imageOptions(!o.noPackages)
	if !o.dryRun {
		opts.Progress = a.imageProgress()
		res, err := images.Ensure(ctx, client, refs, opts)
		if o.json {
			err = errors.Join(err, writeJSON(a.sys.Stdout, res))
		} else if err == nil {
			fmt.Fprintln(a.sys.Stdout, a.term.passSign(), a.say("prepare.done", "N", len(res)))
		}
		return err
	}
	states, err := images.Status(ctx, client, refs, opts)
	if err != nil {
		return err
	}
	if o.json {
		return writeJSON(a.sys.Stdout, states)
	}
	a.writeImages(states)
	return nil
}

// imagesOf lists the images of some lessons, or of all, each once.
func imagesOf(p *play.Player, ids []string) []string {
	var refs []string
	for _, e := range p.Course().Entries {
		if len(ids) > 0 && !slices.Contains(ids, e.ID) {
			continue
		}
		l, err := p.Lesson(e.ID)
		if err != nil {
			continue // a broken lesson needs no images; lint names it
		}
		for _, ref := range l.Images {
			if !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	return refs
}

func (a *app) imageOptions(packages bool) images.Options {
	return images.Options{AllowPackages: packages, CacheDir: images.CacheDir(a.sys.Getenv, a.sys.Home)}
}

// ensureImages makes a lesson's images present, saying nothing where all are.
func (a *app) ensureImages(ctx context.Context, client *engine.Client, refs []string) error {
	opts, show := a.imageOptions(true), a.imageProgress()
	opts.Progress = func(e images.Event) {
		if e.Kind != images.Present {
			show(e)
		}
	}
	_, err := images.Ensure(ctx, client, refs, opts)
	return err
}

// imageProgress tells on stderr how images come to be: on a terminal the moving
// figures change in place, elsewhere they are left out.
func (a *app) imageProgress() func(images.Event) {
	cat := catalog.New(images.Messages())
	var last time.Time
	moving := false
	return func(e images.Event) {
		id, data := e.Message()
		text := lessonansi.Clean(cat.Say(string(a.lang), id, data)) // a layer's name is the engine's word
		w := a.sys.Stderr
		if e.Kind == images.Layer || e.Kind == images.Loading {
			const often = 100 * time.Millisecond
			if now := a.sys.Now(); a.sys.StderrTTY && now.Sub(last) > often {
				last, moving = now, true
				fmt.Fprint(w, "\r\x1b[K"+ansi.Truncate(text, a.term.width-1, ""))
			}
			return
		}
		if moving {
			moving = false
			fmt.Fprint(w, "\r\x1b[K")
		}
		fmt.Fprintln(w, text)
	}
}

// writeImages shows where images are, or where they would come from.
func (a *app) writeImages(states []images.State) {
	wide := 0
	for _, s := range states {
		wide = max(wide, len(s.Ref))
	}
	for _, s := range states {
		sign, size := a.term.waitSign(), ""
		if s.Present {
			sign = a.term.passSign()
		}
		if s.Download > 0 {
			size = "  ~" + units.HumanSize(float64(s.Download))
		}
		fmt.Fprintf(a.sys.Stdout, " %s %s%s  %s%s\n", sign, s.Ref, strings.Repeat(" ", wide-len(s.Ref)),
			a.say("prepare.from."+string(s.From)), a.term.paint(quiet, size))
		if s.Err != nil {
			a.indented(a.sys.Stdout, a.explain(s.Err).text)
		}
	}
}

// explainImage says why an image can't be had.
func (a *app) explainImage(err error) (fault, bool) {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		joined = oneError{err}
	}
	cat := catalog.New(images.Messages())
	var lines []string
	for _, e := range joined.Unwrap() {
		id, data, ok := images.Message(e)
		if !ok {
			return fault{}, false
		}
		if line := cat.Say(string(a.lang), id, data); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return fault{strings.Join(lines, "\n"), a.say("prepare.hint"), exitEngine}, true
}

// oneError is an error that is not a list, as a list of one.
type oneError struct{ err error }

func (o oneError) Unwrap() []error { return []error{o.err} }
