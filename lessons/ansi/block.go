package ansi

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"github.com/naru-lab/naru/lessons/markdown"
)

// blockRenderer is what renders a kind of block; nil for a kind that isn't
// known, which shows its children, or its text where it has none.
func blockRenderer(kind ast.NodeKind) func(*printer, ast.Node) {
	switch kind {
	case ast.KindDocument, ast.KindListItem, extast.KindTableHeader, extast.KindTableRow, extast.KindDefinitionList:
		return (*printer).children
	case ast.KindTextBlock, ast.KindParagraph, extast.KindTableCell:
		return (*printer).textBlock
	case ast.KindHeading:
		return (*printer).heading
	case ast.KindThematicBreak:
		return (*printer).thematicBreak
	case ast.KindCodeBlock:
		return (*printer).code
	case ast.KindFencedCodeBlock:
		return (*printer).fenced
	case ast.KindBlockquote:
		return (*printer).quote
	case ast.KindList:
		return (*printer).list
	case ast.KindHTMLBlock:
		return (*printer).html
	case ast.KindLinkReferenceDefinition, markdown.KindHidden:
		return func(*printer, ast.Node) {}
	case extast.KindTable:
		return (*printer).table
	case extast.KindDefinitionTerm:
		return (*printer).term
	case extast.KindDefinitionDescription:
		return (*printer).description
	case extast.KindFootnoteList:
		return (*printer).footnotes
	case extast.KindFootnote:
		return (*printer).footnote
	case markdown.KindStep:
		return (*printer).step
	case markdown.KindRun:
		return (*printer).run
	case markdown.KindFigure:
		return (*printer).figure
	case markdown.KindQuiz:
		return (*printer).quiz
	case markdown.KindAlert:
		return (*printer).alert
	}
	return nil
}

// block writes one block.
func (p *printer) block(n ast.Node) {
	f := blockRenderer(n.Kind())
	switch {
	case f != nil:
		f(p, n)
	case n.Type() == ast.TypeInline || n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeInline:
		p.textBlock(n)
	case n.HasChildren():
		p.children(n)
	case n.Lines() != nil:
		p.code(n)
	}
}

func (p *printer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		p.block(c)
	}
}

func (p *printer) textBlock(n ast.Node) {
	spans := p.inline(n)
	if widthOf(spans) == 0 {
		return
	}
	p.space()
	p.paragraph(spans)
}

func (p *printer) heading(n ast.Node) { p.title(n, n.(*ast.Heading).Level) }

func (p *printer) step(n ast.Node) { p.title(n, 2) }

// title is bold; those of a page and of a step are underlined.
func (p *printer) title(n ast.Node, level int) {
	spans := p.inline(n)
	for i := range spans {
		spans[i].style |= bold
	}
	lines := wrap(spans, p.width)
	if len(lines) == 0 {
		return
	}
	p.space()
	width := 0
	for _, line := range lines {
		p.styled(line...)
		width = max(width, widthOf(line))
	}
	if level <= 2 {
		p.newline(p.rule(width))
	}
}

func (p *printer) thematicBreak(ast.Node) {
	p.space()
	p.newline(p.rule(p.width))
}

// quoteBar is ASCII: the box-drawing bar is of ambiguous width.
const quoteBar = "| "

func (p *printer) quote(n ast.Node) {
	if !n.HasChildren() {
		return
	}
	p.space()
	p.nested(quoteBar, quoteBar, func() { p.children(n) })
}

func (p *printer) alert(node ast.Node) {
	n := node.(*markdown.Alert)
	p.space()
	s := bold
	if n.Alert == markdown.Warning {
		s |= bad
	}
	p.styled(span{text: label(p.opts.Lang, string(n.Alert)), style: s})
	p.indented(func() { p.children(n) })
}

// indented writes blocks set in by two columns, right below what stands above.
func (p *printer) indented(f func()) {
	outer := *p
	p.nested("  ", "  ", func() {
		p.wrote, p.begun = false, false
		f()
	})
	p.wrote = p.wrote || outer.wrote
}

func (p *printer) html(node ast.Node) {
	n := node.(*ast.HTMLBlock)
	if n.HTMLBlockType == ast.HTMLBlockType2 {
		return
	}
	p.space()
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		p.newline(codeLine(string(seg.Value(p.source))))
	}
	if n.HasClosure() {
		p.newline(codeLine(string(n.ClosureLine.Value(p.source))))
	}
}

func (p *printer) term(n ast.Node) {
	spans := p.inline(n)
	for i := range spans {
		spans[i].style |= bold
	}
	p.space()
	p.paragraph(spans)
}

func (p *printer) description(n ast.Node) {
	tight := n.(*extast.DefinitionDescription).IsTight
	p.indented(func() {
		p.tight = tight
		p.children(n)
	})
}

func (p *printer) footnotes(n ast.Node) {
	p.space()
	p.newline(p.rule(min(p.width, 20)))
	p.children(n)
}

func (p *printer) footnote(n ast.Node) {
	p.item("["+itoa(n.(*extast.Footnote).Index)+"] ", n)
}

// item writes a list's item behind its marker, with a hanging indent.
func (p *printer) item(marker string, n ast.Node) {
	p.space()
	p.nested(marker, strings.Repeat(" ", len(marker)), func() { p.children(n) })
}

// Renders reports whether a kind of node has a rendering of its own. Other
// kinds show what is inside them.
func Renders(kind ast.NodeKind) bool {
	return blockRenderer(kind) != nil || inlineRenderer(kind) != nil
}
