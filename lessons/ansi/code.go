package ansi

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark/ast"

	"github.com/naru-lab/naru/lessons"
	"github.com/naru-lab/naru/lessons/markdown"
)

const codeIndent = "  "

// console is the language of blocks that hold commands and their output.
const console = "console"

func (p *printer) code(n ast.Node) { p.verbatim(markdown.Text(n, p.source), "") }

func (p *printer) fenced(node ast.Node) {
	n := node.(*ast.FencedCodeBlock)
	p.verbatim(markdown.Text(n, p.source), string(n.Language(p.source)))
}

// run shows commands, or a file below its name.
func (p *printer) run(node ast.Node) {
	n := node.(*markdown.Run)
	if n.File == "" {
		p.verbatim(markdown.Text(n, p.source), n.Lang)
		return
	}
	p.space()
	p.styled(span{text: clean(n.File), style: bold}, span{text: ":"})
	tight := p.tight
	p.tight = true
	p.verbatim(markdown.Text(n, p.source), n.Lang)
	p.tight = tight
}

// verbatim shows code as it stands: never wrapped, never cut, so that it can be
// copied. Of a console block the commands are bold and their output faint.
func (p *printer) verbatim(text, lang string) {
	p.space()
	lines := []lessons.Line{}
	if lang == console {
		lines = lessons.Lines(text)
	} else {
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
			lines = append(lines, lessons.Line{Text: line})
		}
	}
	for _, line := range lines {
		s := style(0)
		switch {
		case line.Command:
			s = bold
		case lang == console:
			s = faint
		}
		if code := codeLine(line.Text); code != "" {
			p.styled(span{text: codeIndent}, span{text: code, style: s})
		} else {
			p.newline("")
		}
	}
}

// figure shows the drawing, or says what it shows where it has no room or
// can't be seen.
func (p *printer) figure(node ast.Node) {
	n := node.(*markdown.Figure)
	text := strings.TrimRight(markdown.Text(n, p.source), "\n")
	wide := 0
	for line := range strings.SplitSeq(text, "\n") {
		wide = max(wide, ansi.StringWidth(codeLine(line)))
	}
	if n.Alt != "" && (p.opts.Words || wide+len(codeIndent) > p.width) {
		p.space()
		alt := clean(markdown.Unescape([]byte(n.Alt)))
		p.paragraph([]span{{text: "[" + label(p.opts.Lang, labelFigure) + "] " + alt}})
		return
	}
	p.verbatim(text, "")
}
