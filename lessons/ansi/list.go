package ansi

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// list writes items behind "- " or their numbers, which end in one column.
func (p *printer) list(node ast.Node) {
	n := node.(*ast.List)
	last := len(itoa(n.Start + max(n.ChildCount()-1, 0)))
	number := n.Start
	if !p.begun {
		p.space()
	}
	outer := p.tight
	first := true
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		marker := "- "
		if n.IsOrdered() {
			digits := itoa(number)
			marker = strings.Repeat(" ", max(last-len(digits), 0)) + digits + ". "
			number++
		}
		p.tight = n.IsTight || first
		if !p.tight {
			p.space()
		}
		first = false
		item := c
		tight := n.IsTight
		p.nested(marker, strings.Repeat(" ", len(marker)), func() {
			p.tight = tight
			p.children(item)
		})
	}
	p.tight = outer
}
