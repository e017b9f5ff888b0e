package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
	"github.com/naru-lab/naru/lessons/ansi"
)

// render writes a run of markdown in the terminal's way; answers are the
// options chosen so far, by question.
func (a *app) render(w io.Writer, b lessons.Body, answers map[string][]int) error {
	return ansi.Render(w, b, ansi.Options{
		Width: a.term.width, Color: a.term.color, ASCII: a.term.ascii, Lang: a.lang, Answers: answers,
	})
}

// writeStep shows a step: where it stands, its title, its text with what was
// answered to its questions.
func (a *app) writeStep(w io.Writer, p *play.Player, at play.Place) error {
	l, err := p.Lesson(at.Lesson)
	if err != nil {
		return err
	}
	questions, err := p.Questions(at)
	if err != nil {
		return err
	}
	answers := map[string][]int{}
	for _, q := range questions {
		answers[q.ID] = q.Choices
	}
	for i, s := range l.Steps {
		if s.ID != at.Step {
			continue
		}
		fmt.Fprintf(w, "%s  %s\n\n", a.term.paint(quiet, l.Title.In(a.lang)),
			a.term.paint(quiet, a.say("step.place", "N", i+1, "Total", len(l.Steps), "Place", at.String())))
		if i == 0 {
			if intro := l.Intro.In(a.lang); !intro.IsEmpty() {
				if err := a.render(w, intro, nil); err != nil {
					return err
				}
				fmt.Fprintln(w)
			}
		}
		fmt.Fprintln(w, a.term.paint(strong, s.Title.In(a.lang)))
		fmt.Fprintln(w)
		return a.render(w, s.Body.In(a.lang), answers)
	}
	return fmt.Errorf("showing %s: %w", at, &play.UnknownError{Arg: at.String(), Kind: "step"})
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
