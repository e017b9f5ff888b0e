package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// taskParser reads the box that a list item begins with, "[ ]" or "[x]". It
// must come before goldmark's links.
type taskParser struct{}

// spaces are what may stand in an empty box and after one.
const spaces = " \t\r\n\f"

// Trigger implements parser.InlineParser.
func (taskParser) Trigger() []byte { return []byte{'['} }

// Parse implements parser.InlineParser.
func (taskParser) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	item, ok := parent.Parent().(*ast.ListItem)
	if !ok || item.FirstChild() != parent || parent.HasChildren() {
		return nil
	}
	line, _ := block.PeekLine()
	if len(line) < 3 || line[2] != ']' || strings.IndexByte("xX"+spaces, line[1]) < 0 {
		return nil
	}
	rest := bytes.TrimLeft(line[3:], spaces)
	block.Advance(len(line) - len(rest))
	return extast.NewTaskCheckBox(line[1] == 'x' || line[1] == 'X')
}
