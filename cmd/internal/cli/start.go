package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/play"
)

func newStartCmd(a *app) *cobra.Command {
	return a.stepCommand("start [LESSON]", a.runStart)
}

func (a *app) runStart(ctx context.Context, args []string) error {
	p, at, err := a.place(args)
	if err != nil {
		return err
	}
	started, err := a.start(ctx, p, at.Lesson)
	if err != nil {
		return err
	}
	return a.writeStep(a.sys.Stdout, p, started.Place)
}

// start begins a lesson and makes its images present.
func (a *app) start(ctx context.Context, p *play.Player, lesson string) (*play.Started, error) {
	started, err := p.Start(ctx, lesson)
	if err != nil {
		return nil, err
	}
	a.writeStarted(a.sys.Stderr, started)
	if started.NoEngine != nil {
		return started, nil //nolint:nilerr // said already; the first lesson is about getting an engine
	}
	c, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	return started, a.ensureImages(ctx, c, started.Lesson.Images)
}

// writeStarted tells what starting a lesson did.
func (a *app) writeStarted(w io.Writer, s *play.Started) {
	id := "start.begun"
	if s.Again {
		id = "start.again"
	}
	fmt.Fprintln(w, a.term.paint(strong, a.say(id, "Title", s.Lesson.Title.In(a.lang))))
	fmt.Fprintln(w, "  "+a.say("start.workspace", "Path", s.Workspace))
	if len(s.NewFiles) > 0 {
		fmt.Fprintln(w, "  "+a.say("start.files", "Files", strings.Join(s.NewFiles, ", ")))
	}
	if len(s.KeptFiles) > 0 && !s.Again {
		fmt.Fprintln(w, "  "+a.say("start.kept", "Files", strings.Join(s.KeptFiles, ", ")))
	}
	for _, r := range s.Replaced {
		fmt.Fprintln(w, "  "+a.say("start.port", "From", r.Want, "To", r.Got))
	}
	if s.OtherEngine != nil {
		fmt.Fprintln(w, "  "+a.say("check.other-engine", "Then", s.OtherEngine.Was, "Now", s.OtherEngine.Is))
	}
	if s.NoEngine != nil {
		f := a.explain(s.NoEngine)
		fmt.Fprintln(w, "  "+a.say("start.no-engine", "Why", f.text))
		fmt.Fprintln(w, "  "+a.say("error.hint", "Text", f.hint))
	}
	fmt.Fprintln(w)
}
