package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/play"
)

func newHintCmd(a *app) *cobra.Command {
	return a.stepCommand("hint [LESSON[/STEP]]", a.runHint)
}

func (a *app) runHint(_ context.Context, args []string) error {
	p, at, err := a.place(args)
	if err != nil {
		return err
	}
	return a.showHint(p, at)
}

// showHint shows the next hint of a step: the idea, the shape, the whole.
func (a *app) showHint(p *play.Player, at play.Place) error {
	h, err := p.Hint(at)
	if err != nil {
		return err
	}
	w := a.sys.Stdout
	if h.Total == 0 {
		fmt.Fprintln(w, a.say("hint.none"))
		return nil
	}
	fmt.Fprintln(w, a.term.paint(strong, a.say("hint.heading", "N", h.N, "Total", h.Total, "What", a.say(hintName(h)))))
	fmt.Fprintln(w)
	if err := a.render(w, h.Body.In(a.lang), nil); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if h.N < h.Total {
		fmt.Fprintln(w, a.term.paint(quiet, a.how("hint.more")))
	} else {
		fmt.Fprintln(w, a.term.paint(quiet, a.how("hint.last")))
	}
	return nil
}

// hintName is the catalogue's word for a hint's level.
func hintName(h *play.Hint) string {
	switch {
	case h.N == 1:
		return "hint.idea"
	case h.N < h.Total:
		return "hint.shape"
	default:
		return "hint.whole"
	}
}
