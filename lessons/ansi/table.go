package ansi

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

const (
	columnGap = 2    // columns of the terminal between those of a table
	columnMin = 12   // below which a column isn't narrowed
	cellMax   = 2    // lines a cell may take; a taller one makes a list of the table
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
	widths := rows.measure()
	if !rows.fit(widths, p.width) {
		p.space()
		p.records(rows)
		return
	}
	p.space()
	for i, row := range rows {
		p.row(row, widths, n.Alignments, i == 0)
		if i == 0 {
			p.newline(p.underlines(widths))
		}
	}
}

// measure gives each column the width of its widest cell.
func (rows cells) measure() (widths []int) {
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 1)
			}
			widths[i] = max(widths[i], widthOf(cell))
		}
	}
	return widths
}

// fit narrows the widest columns until the table is no wider than width. It
// reports false where columns would become too narrow to read, or cells too
// tall.
func (rows cells) fit(widths []int, width int) bool {
	total := columnGap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	if total <= width {
		return true
	}
	for ; total > width; total-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		widths[widest]--
		if widths[widest] < columnMin {
			return false
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			if len(wrap(cell, widths[i])) > cellMax || slices.ContainsFunc(words(cell), func(w word) bool { return w.width > widths[i] }) {
				return false
			}
		}
	}
	return true
}

// row writes a row, in as many lines as its tallest cell has.
func (p *printer) row(row [][]span, widths []int, align []extast.Alignment, header bool) {
	columns := make([][][]span, len(row))
	height := 1
	for i, cell := range row {
		columns[i] = wrap(cell, widths[i])
		height = max(height, len(columns[i]))
	}
	for l := range height {
		line := make([][]span, len(columns))
		for i, column := range columns {
			if l < len(column) {
				line[i] = column[l]
			}
		}
		p.rowLine(line, widths, align, header)
	}
}

func (p *printer) rowLine(row [][]span, widths []int, align []extast.Alignment, header bool) {
	var line []span
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
		if len(cell) > 0 && owed > 0 {
			line = append(line, span{text: strings.Repeat(" ", owed)})
			owed = 0
		}
		for _, s := range cell {
			if header {
				s.style |= bold
			}
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
