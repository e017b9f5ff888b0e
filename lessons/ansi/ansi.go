// Package ansi shows lessons in a terminal.
//
// Prose is wrapped at spaces, so that Korean words keep together; Hangul takes
// two columns. Code is shown as it stands, never wrapped nor cut. The marks are
// characters of one width everywhere; the one exception, the rule ─, is not
// used where Options.ASCII is set. Whatever a lesson's source holds, no control
// character reaches the terminal but the sequences that this package makes.
package ansi

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"

	"github.com/naru-lab/naru/lessons"
	"github.com/naru-lab/naru/lessons/markdown"
)

// Options say how to show a lesson. The zero value is plain text, 80 columns
// wide, in Korean.
type Options struct {
	Width int // columns; 0 means 80 for Render and no wrapping for Inline

	// Color allows escape sequences: bold, underlined and faint text, and
	// colour for right and wrong. Without it what comes out is plain text.
	Color bool

	// ASCII keeps marks and rules to ASCII: for dumb terminals, for NO_COLOR,
	// and for those that draw characters of ambiguous width two columns wide.
	// A lesson's own text stays as it is.
	ASCII bool

	// Hyperlinks makes links of OSC 8 sequences, where Color allows them,
	// instead of writing out their addresses.
	Hyperlinks bool

	// Words shows figures as their text alternative, for screen readers.
	Words bool

	Lang lessons.Lang

	// Answers are the options chosen so far, from 0, by the question's id.
	// Their replies are shown.
	Answers map[string][]int
}

const (
	defaultWidth = 80
	minWidth     = 16 // columns; narrower than this, lines run over
)

// Render writes a run of blocks, a blank line between each two and none at
// either end. The error is w's.
func Render(w io.Writer, body lessons.Body, opts Options) error {
	p := newPrinter(w, body.Source, opts)
	for _, n := range body.Nodes {
		p.block(n)
	}
	return p.flush()
}

// Inline gives a text of inline markdown, such as a question's option, with
// lines wrapped to Width where that is set. No newline ends it.
func Inline(text string, opts Options) string {
	width := opts.Width
	if width <= 0 {
		width = unlimited
	}
	var b strings.Builder
	p := newPrinter(&b, []byte(text), opts)
	lines := wrap(p.inline(p.markdown().Inline(p.source)), width)
	for i, l := range lines {
		if i > 0 {
			_ = p.w.WriteByte('\n')
		}
		p.pieces(l)
	}
	_ = p.w.Flush() // a strings.Builder takes everything
	return b.String()
}

// Wrap wraps plain text at spaces to a number of columns, each line break of
// the text kept. Words stay whole, "--name" too, unless one is wider than a
// whole line. No control character is left.
func Wrap(text string, width int) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, l := range wrap([]span{{text: clean(line)}}, max(width, minWidth)) {
			if j > 0 {
				b.WriteByte('\n')
			}
			for _, piece := range l {
				b.WriteString(piece.text)
			}
		}
	}
	return b.String()
}

// Renderer is Render as goldmark knows renderers, for a whole document.
type Renderer struct{ opts Options }

// NewRenderer makes a renderer for goldmark.WithRenderer.
func NewRenderer(opts Options) *Renderer { return &Renderer{opts} }

// Render implements renderer.Renderer.
func (r *Renderer) Render(w io.Writer, source []byte, n ast.Node) error {
	p := newPrinter(w, source, r.opts)
	p.block(n)
	return p.flush()
}

// AddOptions implements renderer.Renderer. There are none.
func (r *Renderer) AddOptions(...renderer.Option) {}

// printer writes blocks line by line.
type printer struct {
	w      *bufio.Writer
	opts   Options
	source []byte
	parser *markdown.Parser

	width  int    // of what is written inside prefix
	prefix string // of every line
	first  string // of the next line, instead of the prefix
	begun  bool   // first holds a marker that waits for its line
	wrote  bool   // something stands above; a block begins with a blank line
	tight  bool   // no blank lines between blocks
}

func newPrinter(w io.Writer, source []byte, opts Options) *printer {
	width := opts.Width
	if width <= 0 {
		width = defaultWidth
	}
	if opts.Lang == "" {
		opts.Lang = lessons.Korean
	}
	return &printer{w: bufio.NewWriter(w), opts: opts, source: source, width: max(width, minWidth)}
}

// markdown is the parser for text inside nodes, made when it is first needed.
func (p *printer) markdown() *markdown.Parser {
	if p.parser == nil {
		p.parser = markdown.New()
	}
	return p.parser
}

func (p *printer) flush() error {
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("writing a lesson: %w", err)
	}
	return nil
}

// space sets a block apart from what stands above.
func (p *printer) space() {
	if p.wrote && !p.tight && !p.begun {
		p.newline("")
	}
}

// start writes what stands before a line's text.
func (p *printer) start(empty bool) {
	prefix := p.prefix
	if p.begun {
		prefix, p.begun = p.first, false
	}
	if empty {
		prefix = strings.TrimRight(prefix, " ")
	}
	_, _ = p.w.WriteString(prefix) // bufio keeps the error for flush
	p.wrote = true
}

// newline writes one line of text that needs no care.
func (p *printer) newline(text string) {
	p.start(text == "")
	_, _ = p.w.WriteString(text)
	_ = p.w.WriteByte('\n')
}

// styled writes one line of spans as it is.
func (p *printer) styled(spans ...span) {
	p.start(len(spans) == 0)
	p.pieces(spans)
	_ = p.w.WriteByte('\n')
}

// paragraph wraps spans into lines.
func (p *printer) paragraph(spans []span) {
	for _, line := range wrap(spans, p.width) {
		p.styled(line...)
	}
}

// nested writes blocks behind a prefix: first on the first line, rest on the
// others, both equally wide. Where that would leave too little room, as in
// lists far too deep, they stand where the outer blocks do.
func (p *printer) nested(first, rest string, blocks func()) {
	outer := *p
	if p.width-len(rest) >= minWidth {
		p.first, p.begun = p.lead()+first, true
		p.prefix += rest
		p.width -= len(rest)
	}
	blocks()
	if p.begun && !outer.begun { // nothing was written: the marker stands alone
		p.newline("")
	}
	p.prefix, p.width, p.tight = outer.prefix, outer.width, outer.tight
	p.first = outer.first
}

// lead is what the next line begins with.
func (p *printer) lead() string {
	if p.begun {
		return p.first
	}
	return p.prefix
}
