package markdown

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// KindStep is the kind of Step.
var KindStep = ast.NewNodeKind("NaruStep")

// Step is a heading of level 2: where a step begins. Its children are the
// title's inline nodes.
type Step struct {
	ast.BaseBlock
	ID string // empty when the author forgot it
	at int
}

func (n *Step) line() int { return n.at }

// Kind implements ast.Node.
func (*Step) Kind() ast.NodeKind { return KindStep }

// Dump implements ast.Node.
func (n *Step) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"ID": n.ID}, nil)
}

// stepTransformer turns the document's headings of level 2 into steps.
type stepTransformer struct{}

// Transform implements parser.ASTTransformer.
func (stepTransformer) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	source := reader.Source()
	for c := doc.FirstChild(); c != nil; {
		next := c.NextSibling()
		if h, ok := c.(*ast.Heading); ok && h.Level == 2 {
			step := &Step{at: Line(h, source)}
			step.ID = stepID(h, step.at, pc)
			for k := h.FirstChild(); k != nil; {
				sibling := k.NextSibling()
				step.AppendChild(step, k)
				k = sibling
			}
			step.SetLines(h.Lines())
			if Plain(step, source) == "" {
				report(pc, step.at, "the step has no title")
			}
			doc.ReplaceChild(doc, h, step)
		}
		c = next
	}
}

func stepID(h *ast.Heading, line int, pc parser.Context) string {
	for _, a := range h.Attributes() {
		if !bytes.Equal(a.Name, []byte("id")) {
			report(pc, line, "a step's heading takes an id alone, not %q", a.Name)
		}
	}
	v, ok := h.AttributeString("id")
	if !ok {
		report(pc, line, "the step has no id: write \"## Title {#id}\"")
		return ""
	}
	id, isText := v.([]byte)
	if !isText || !ValidID(string(id)) {
		report(pc, line, "the step's id %q must be small letters, digits and hyphens, a letter first", fmt.Sprint(printable(v)))
	}
	return string(id)
}

func printable(v any) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return v
}

// htmlTransformer reports raw HTML, which no player shows. Comments are the
// author's own and may stay.
type htmlTransformer struct{}

// Transform implements parser.ASTTransformer.
func (htmlTransformer) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	source := reader.Source()
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			if n.Segments.Len() > 0 {
				seg := n.Segments.At(0)
				if value := seg.Value(source); !bytes.HasPrefix(value, []byte("<!--")) {
					report(pc, lineOf(source, seg.Start), "raw HTML isn't shown: write `%s` as code, or \\%[1]s", bytes.TrimSpace(value))
				}
			}
		case *ast.HTMLBlock:
			if n.HTMLBlockType != ast.HTMLBlockType2 {
				report(pc, Line(n, source), "raw HTML isn't shown: write it in a code block")
			}
		}
		return ast.WalkContinue, nil
	})
}
