package ansi

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/naru-lab/naru/lessons/markdown"
)

// quiz shows a question, its numbered options, and the replies to those that
// were chosen.
func (p *printer) quiz(node ast.Node) {
	n := node.(*markdown.Quiz)
	chosen := p.opts.Answers[n.Name]
	p.space()
	p.paragraph(p.fragment(n.Question))
	p.newline("")
	left, right := "(", ")"
	if n.Multiple() {
		left, right = "[", "]"
	}
	digits := len(itoa(len(n.Options)))
	for i, o := range n.Options {
		mark := " "
		if slices.Contains(chosen, i) {
			mark = "x"
		}
		number := itoa(i + 1)
		marker := "  " + left + mark + right + " " + strings.Repeat(" ", digits-len(number)) + number + "  "
		p.nested(marker, strings.Repeat(" ", len(marker)), func() {
			p.paragraph(p.fragment(o.Text))
			if mark == " " || o.Reply == "" {
				return
			}
			p.reply(o)
		})
	}
}

func (p *printer) reply(o markdown.Option) {
	lines := wrap(p.fragment(o.Reply), p.width-2)
	for i, line := range lines {
		lead := []span{{text: "  "}}
		if i == 0 {
			lead = []span{p.mark(o.Right), {text: " "}}
		}
		p.styled(append(lead, line...)...)
	}
}

// fragment renders inline markdown that a node holds as text.
func (p *printer) fragment(text string) []span {
	outer := p.source
	p.source = []byte(text)
	spans := p.inline(p.markdown().Inline(p.source))
	p.source = outer
	return spans
}
