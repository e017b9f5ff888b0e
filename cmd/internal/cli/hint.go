package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/naru-lab/naru/cmd/internal/play"
)

type hintOptions struct {
	app  *app
	args []string
}

func newHintCmd(a *app) *cobra.Command {
	o := &hintOptions{app: a}
	cmd := a.command("hint [LESSON[/STEP]]", func(_ *cobra.Command, args []string) error {
		o.args = args
		return runHint(o)
	})
	cmd.ValidArgsFunction = a.completeSteps(true)
	return cmd
}

func runHint(o *hintOptions) error {
	p, at, err := o.app.place(o.args)
	if err != nil {
		return err
	}
	return o.app.showHint(p, at)
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
