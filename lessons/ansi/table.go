package ansi

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

const (
	columnGap = 2
	hang      = "  " // before the further lines of a record's field
)

// cells are a table's rows, the header first.
type cells [][][]span

func (p *printer) table(node ast.Node) {
	n := node.(*extast.Table)
	var rows cells
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		var row [][]span
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			row = append(row, p.inline(c))
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return
	}
	widths, total := rows.measure()
	p.space()
	if total > p.width {
		p.records(rows)
		return
	}
	for i, row := range rows {
		p.row(row, widths, n.Alignments, i == 0)
		if i == 0 {
			p.newline(p.underlines(widths))
		}
	}
}

func (rows cells) measure() (widths []int, total int) {
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 1)
			}
			widths[i] = max(widths[i], widthOf(cell))
		}
	}
	for i, w := range widths {
		total += w
		if i > 0 {
			total += columnGap
		}
	}
	return widths, total
}

func (p *printer) row(row [][]span, widths []int, align []extast.Alignment, header bool) {
	var line []span
	pad := func(n int) {
		if n > 0 {
			line = append(line, span{text: strings.Repeat(" ", n)})
		}
	}
	owed := 0 // spaces before the next text; none end a line
	for i, width := range widths {
		var cell []span
		if i < len(row) {
			cell = row[i]
		}
		free := width - widthOf(cell)
		left := 0
		if i < len(align) {
			switch align[i] {
			case extast.AlignRight:
				left = free
			case extast.AlignCenter:
				left = free / 2
			case extast.AlignLeft, extast.AlignNone:
			}
		}
		if i > 0 {
			owed += columnGap
		}
		owed += left
		if len(cell) > 0 {
			pad(owed)
			owed = 0
		}
		for _, s := range cell {
			if header {
				s.style |= bold
			}
			s.text = strings.ReplaceAll(s.text, "\n", " ")
			line = append(line, s)
		}
		owed += free - left
	}
	p.styled(line...)
}

func (p *printer) underlines(widths []int) string {
	var b strings.Builder
	for i, w := range widths {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", columnGap))
		}
		b.WriteString(p.rule(w))
	}
	return b.String()
}

// records writes a table that is too wide as a list: an item a row, a line a
// cell, each with its column's name.
func (p *printer) records(rows cells) {
	header := rows[0]
	for _, row := range rows[1:] {
		p.nested("- ", "  ", func() {
			for i, cell := range row {
				if widthOf(cell) == 0 {
					continue
				}
				var line []span
				if i < len(header) && widthOf(header[i]) > 0 {
					for _, s := range header[i] {
						s.style |= bold
						line = append(line, s)
					}
					line = append(line, span{text: ": "})
				}
				for j, l := range wrap(append(line, cell...), p.width-len(hang)) {
					if j > 0 {
						l = append([]span{{text: hang}}, l...)
					}
					p.styled(l...)
				}
			}
		})
	}
	if len(rows) == 1 {
		for _, cell := range header {
			p.paragraph(cell)
		}
	}
}
