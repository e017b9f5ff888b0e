package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
	"github.com/naru-lab/naru/lessons/ansi"
)

// render writes a run of markdown in the terminal's way.
func (a *app) render(w io.Writer, b lessons.Body) error {
	return ansi.Render(w, b, ansi.Options{
		Width: a.term.width, Color: a.term.color, ASCII: a.term.ascii, Lang: a.lang,
	})
}

// writeStep shows a step: where it stands, its title, its text.
func (a *app) writeStep(w io.Writer, l *lessons.Lesson, at play.Place) error {
	for i, s := range l.Steps {
		if s.ID != at.Step {
			continue
		}
		fmt.Fprintf(w, "%s  %s\n\n", a.term.paint(quiet, l.Title.In(a.lang)),
			a.term.paint(quiet, a.say("step.place", "N", i+1, "Total", len(l.Steps), "Place", at.String())))
		if i == 0 {
			if intro, ok := bodyIn(l.Intro, a.lang); ok {
				if err := a.render(w, intro); err != nil {
					return err
				}
				fmt.Fprintln(w)
			}
		}
		fmt.Fprintln(w, a.term.paint(strong, s.Title.In(a.lang)))
		fmt.Fprintln(w)
		body, _ := bodyIn(s.Body, a.lang)
		return a.render(w, body)
	}
	return fmt.Errorf("showing %s: %w", at, &play.UnknownError{Arg: at.String(), Kind: "step"})
}

// bodyIn is the body in a language, or in the original.
func bodyIn(m map[lessons.Lang]lessons.Body, l lessons.Lang) (lessons.Body, bool) {
	if b, ok := m[l]; ok {
		return b, true
	}
	b, ok := m[lessons.Korean]
	return b, ok && len(b.Nodes) > 0
}

// writeBlocks shows commands and files as an author wrote them, never
// re-wrapped, so that they can be copied.
func (a *app) writeBlocks(w io.Writer, blocks []lessons.Block) {
	for i, b := range blocks {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if b.File != "" {
			fmt.Fprintln(w, a.term.paint(quiet, a.say("step.file", "File", b.File)))
		}
		for _, line := range strings.Split(strings.TrimRight(b.Text, "\n"), "\n") {
			fmt.Fprintln(w, "  "+line)
		}
	}
}
