// Package markdown is the lesson format's addition to CommonMark, as goldmark
// features: fenced blocks with a role (run, check, solution, mistake), quizzes,
// figures, alert quotes, step headings, and emphasis beside Korean words.
//
// Each feature is a node, whatever parses it, and an entry in Options;
// renderers live in packages of their own. What an author got wrong is gathered
// as Problems while parsing: a lesson with problems still has a tree.
package markdown

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Problem is something that an author got wrong.
type Problem struct {
	Line    int // in the source given to the parser, from 1
	Message string
}

// Extension adds the lesson syntax to a goldmark.Markdown. It brings no
// renderer.
type Extension struct{}

// Extend implements goldmark.Extender.
func (Extension) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(Options()...)
}

// Options are the parser options that make up the lesson syntax: CommonMark's
// own come from goldmark, tables, strikethrough and task lists are GitHub's,
// the rest is ours.
func Options() []parser.Option {
	return []parser.Option{
		parser.WithInlineParsers(
			util.Prioritized(newEmphasisParser(), 450), // before goldmark's own, 500
			util.Prioritized(strikeParser{}, 500),
			util.Prioritized(taskParser{}, 0),
		),
		parser.WithParagraphTransformers(
			util.Prioritized(alertParagraphTransformer{}, 50), // before link references, 100
			util.Prioritized(tableTransformer{}, 200),
		),
		parser.WithASTTransformers(
			util.Prioritized(pipeTransformer{}, 0),
			util.Prioritized(alertTransformer{}, 100),
			util.Prioritized(fenceTransformer{}, 200),
			util.Prioritized(stepTransformer{}, 300),
			util.Prioritized(htmlTransformer{}, 400),
		),
		parser.WithHeadingAttribute(),
	}
}

// Parser parses lessons and single lines. It may be used by several goroutines.
type Parser struct {
	blocks parser.Parser
	inline parser.Parser
}

// New makes a parser.
func New() *Parser {
	return &Parser{
		blocks: parser.NewParser(append([]parser.Option{
			parser.WithBlockParsers(parser.DefaultBlockParsers()...),
			parser.WithInlineParsers(parser.DefaultInlineParsers()...),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		}, Options()...)...),
		inline: parser.NewParser(
			parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 1000)),
			parser.WithInlineParsers(parser.DefaultInlineParsers()...),
			parser.WithInlineParsers(
				util.Prioritized(newEmphasisParser(), 450),
				util.Prioritized(strikeParser{}, 500),
			),
		),
	}
}

// Parse reads a lesson's body. The tree refers to source, which must not be
// changed afterwards. Problems are in the order of their lines.
func (p *Parser) Parse(source []byte) (ast.Node, []Problem) {
	pc := parser.NewContext()
	doc := p.blocks.Parse(text.NewReader(source), parser.WithContext(pc))
	return doc, Problems(pc)
}

// Inline reads text that knows no blocks: a quiz's option, a reply. A leading
// "1." or "#" is text here.
func (p *Parser) Inline(source []byte) ast.Node {
	return p.inline.Parse(text.NewReader(source))
}

var problemsKey = parser.NewContextKey()

// Problems are what was found wrong while parsing with this context.
func Problems(pc parser.Context) []Problem {
	problems, _ := pc.Get(problemsKey).([]Problem)
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	return problems
}

func report(pc parser.Context, line int, format string, args ...any) {
	problems, _ := pc.Get(problemsKey).([]Problem)
	pc.Set(problemsKey, append(problems, Problem{Line: line, Message: fmt.Sprintf(format, args...)}))
}

// lineOf is the line, from 1, that a byte of the source stands in.
func lineOf(source []byte, offset int) int {
	return bytes.Count(source[:max(0, min(offset, len(source)))], []byte("\n")) + 1
}

// Line is the line, from 1, that a node begins in; 0 when it can't be told.
func Line(n ast.Node, source []byte) int {
	switch n := n.(type) {
	case interface{ line() int }:
		return n.line()
	case *ast.FencedCodeBlock:
		switch {
		case n.Info != nil:
			return lineOf(source, n.Info.Segment.Start)
		case n.Lines().Len() > 0:
			return lineOf(source, n.Lines().At(0).Start) - 1
		}
	}
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		return lineOf(source, n.Lines().At(0).Start)
	}
	if pos := n.Pos(); pos >= 0 {
		return lineOf(source, pos)
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if l := Line(c, source); l > 0 {
			return l
		}
	}
	return 0
}

// Text is a block's lines as written.
func Text(n ast.Node, source []byte) string {
	var b bytes.Buffer
	lines := n.Lines()
	for i := range lines.Len() {
		seg := lines.At(i)
		b.Write(seg.Value(source))
	}
	return b.String()
}

// Plain is the text of a node's inline content without its markup.
func Plain(n ast.Node, source []byte) string {
	var b bytes.Buffer
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			if _, code := n.Parent().(*ast.CodeSpan); code {
				b.Write(n.Segment.Value(source))
			} else {
				b.WriteString(Unescape(n.Segment.Value(source)))
			}
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(source))
		}
		return ast.WalkContinue, nil
	})
	return string(bytes.TrimSpace(b.Bytes()))
}

// Unescape gives text as it is meant: backslash escapes and character
// references resolved. What comes out may hold any character.
func Unescape(s []byte) string {
	if bytes.IndexByte(s, '\\') < 0 && bytes.IndexByte(s, '&') < 0 {
		return string(s)
	}
	var b bytes.Buffer
	resolve := func(chunk []byte) {
		b.Write(util.ResolveEntityNames(util.ResolveNumericReferences(chunk)))
	}
	start := 0
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '\\' && util.IsPunct(s[i+1]) {
			resolve(s[start:i])
			b.WriteByte(s[i+1]) // escaped: no reference begins here
			i++
			start = i + 1
		}
	}
	resolve(s[start:])
	return b.String()
}
