package ansi

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// style is a set of what text may look like. Colour is for right and wrong
// only, and never the only sign of either.
type style uint8

const (
	bold style = 1 << iota
	faint
	underline
	strike
	good // green
	bad  // yellow: not yet is no error, so never red
)

var codes = [...]int{1, 2, 4, 9, 32, 33}

// sequence is the SGR sequence that changes to this style from none.
func (s style) sequence() string {
	if s == 0 {
		return ansi.ResetStyle
	}
	var b strings.Builder
	b.WriteString("\x1b[")
	sep := ""
	for i, code := range codes {
		if s&(1<<i) != 0 {
			b.WriteString(sep)
			b.WriteString(strconv.Itoa(code))
			sep = ";"
		}
	}
	b.WriteByte('m')
	return b.String()
}

// span is a run of text that looks the same.
type span struct {
	text  string // without control characters, but for \n: a hard line break
	style style
	link  string // address; empty for none
}

func (s span) looksLike(o span) bool { return s.style == o.style && s.link == o.link }

// pieces writes spans in one line. Nothing is left open at its end, so that
// lines can be cut apart, paged and prefixed.
func (p *printer) pieces(spans []span) {
	if !p.opts.Color {
		for _, s := range spans {
			_, _ = p.w.WriteString(s.text)
		}
		return
	}
	var at span
	turn := func(to span) {
		if at.link != to.link {
			if at.link != "" {
				_, _ = p.w.WriteString(ansi.ResetHyperlink())
			}
			if to.link != "" {
				_, _ = p.w.WriteString(ansi.SetHyperlink(to.link))
			}
		}
		if at.style != to.style {
			if at.style != 0 {
				_, _ = p.w.WriteString(ansi.ResetStyle)
			}
			if to.style != 0 {
				_, _ = p.w.WriteString(to.style.sequence())
			}
		}
		at = to
	}
	for _, s := range spans {
		turn(s)
		_, _ = p.w.WriteString(s.text)
	}
	turn(span{})
}

// rule is a line of n columns.
func (p *printer) rule(n int) string {
	if p.opts.ASCII {
		return strings.Repeat("-", n)
	}
	return strings.Repeat("─", n)
}

// mark is the sign beside a reply.
func (p *printer) mark(right bool) span {
	switch {
	case !right:
		return span{text: "!", style: bold | bad}
	case p.opts.ASCII:
		return span{text: "v", style: bold | good}
	}
	return span{text: "✓", style: bold | good}
}
