package markdown

import (
	"bytes"
	"slices"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// tableTransformer makes GitHub's tables of paragraphs: a header, a line of
// dashes that has as many columns, and rows up to the paragraph's end. What
// stands above the header stays a paragraph.
type tableTransformer struct{}

// Transform implements parser.ParagraphTransformer.
func (tableTransformer) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	for i := 1; i < lines.Len(); i++ {
		line := lines.At(i)
		columns := alignments(line.Value(reader.Source()))
		if columns == nil {
			continue
		}
		table := extast.NewTable()
		table.Alignments = columns
		table.SetPos(node.Pos())
		r := rows{columns: columns, source: reader.Source()}
		header := r.row(lines.At(i-1), true)
		if header.ChildCount() != len(columns) {
			return
		}
		table.AppendChild(table, extast.NewTableHeader(header))
		for j := i + 1; j < lines.Len(); j++ {
			table.AppendChild(table, r.row(lines.At(j), false))
		}
		earlier, _ := pc.Get(pipesKey).([]int)
		pc.Set(pipesKey, append(earlier, r.pipes...))
		parent := node.Parent()
		parent.InsertAfter(parent, node, table)
		lines.SetSliced(0, i-1)
		if lines.Len() == 0 {
			parent.RemoveChild(parent, node)
			return
		}
		last := lines.At(i - 2)
		last.Stop-- // the line break
		lines.Set(i-2, last)
		return
	}
}

// alignments reads the line below a table's header; nil when it is none.
func alignments(line []byte) []extast.Alignment {
	indent, _ := util.IndentWidth(line, 0)
	if indent > 3 || len(bytes.Trim(line, "-|: \t\r\n")) > 0 || len(bytes.Trim(line, "-")) == 0 {
		return nil
	}
	columns := bytes.Split(line, []byte{'|'})
	if util.IsBlank(columns[0]) {
		columns = columns[1:]
	}
	if n := len(columns); n > 0 && util.IsBlank(columns[n-1]) {
		columns = columns[:n-1]
	}
	var all []extast.Alignment
	for _, c := range columns {
		c = bytes.TrimSpace(c)
		dashes := bytes.TrimSuffix(bytes.TrimPrefix(c, []byte{':'}), []byte{':'})
		if len(dashes) == 0 || len(bytes.Trim(dashes, "-")) > 0 {
			return nil
		}
		left, right := c[0] == ':', c[len(c)-1] == ':'
		switch {
		case left && right:
			all = append(all, extast.AlignCenter)
		case left:
			all = append(all, extast.AlignLeft)
		case right:
			all = append(all, extast.AlignRight)
		default:
			all = append(all, extast.AlignNone)
		}
	}
	return all
}

// rows reads the lines of a table.
type rows struct {
	columns []extast.Alignment
	source  []byte
	pipes   []int // where a backslash stands before a bar, perhaps in code
}

// row reads a line's cells. A row that is no header has as many as the table
// has columns: further ones are dropped, missing ones are empty.
func (r *rows) row(segment text.Segment, header bool) *extast.TableRow {
	row := extast.NewTableRow(r.columns)
	row.SetPos(segment.Start)
	start, padding := segment.Start, segment.Padding
	segment = segment.TrimLeftSpace(r.source)
	segment = segment.TrimRightSpace(r.source)
	line := segment.Value(r.source)
	at, end := 0, len(line)
	if end > 0 && line[0] == '|' {
		at++
	}
	if end > 0 && line[end-1] == '|' {
		end--
	}
	for at < end {
		cell := extast.NewTableCell()
		cell.SetPos(start + at - padding)
		switch n := row.ChildCount(); {
		case n < len(r.columns):
			cell.Alignment = r.columns[n]
		case header:
			cell.Alignment = extast.AlignNone
		default:
			return row
		}
		to := r.cellEnd(line[:end], at, segment.Start)
		words := text.NewSegment(segment.Start+at, segment.Start+to)
		words = words.TrimLeftSpace(r.source)
		cell.Lines().Append(words.TrimRightSpace(r.source))
		row.AppendChild(row, cell)
		at = to + 1
	}
	for row.ChildCount() < len(r.columns) {
		row.AppendChild(row, extast.NewTableCell())
	}
	return row
}

// cellEnd finds the bar that ends the cell beginning at a byte of a line. One
// after a backslash doesn't; where it may stand in code, which would show the
// backslash, that one's place in the source is kept for pipeTransformer.
func (r *rows) cellEnd(line []byte, at, offset int) int {
	code := false
	for i := at; i < len(line); i++ {
		switch {
		case line[i] == '`':
			code = true
		case line[i] != '|':
		case i == 0 || line[i-1] != '\\':
			return i
		case code:
			r.pipes = append(r.pipes, offset+i-1)
		}
	}
	return len(line)
}

// pipesKey holds the places of the backslashes before bars in tables' cells.
var pipesKey = parser.NewContextKey()

// pipeTransformer takes the backslash of `a \| b` out of code in tables.
type pipeTransformer struct{}

// Transform implements parser.ASTTransformer.
func (pipeTransformer) Transform(doc *ast.Document, _ text.Reader, pc parser.Context) {
	pipes, _ := pc.Get(pipesKey).([]int)
	if len(pipes) == 0 {
		return
	}
	slices.Sort(pipes)
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the function gives no error
		if entering && n.Kind() == ast.KindCodeSpan {
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok {
					cutAt(n, t, pipes)
				}
			}
		}
		return ast.WalkContinue, nil
	})
}

// cutAt cuts a text in two at the first of the places that lies in it, which
// is left out. The second part comes after it.
func cutAt(parent ast.Node, t *ast.Text, places []int) {
	i, _ := slices.BinarySearch(places, t.Segment.Start)
	if i == len(places) || places[i] >= t.Segment.Stop {
		return
	}
	rest := ast.NewRawTextSegment(t.Segment.WithStart(places[i] + 1))
	t.Segment = t.Segment.WithStop(places[i])
	parent.InsertAfter(parent, t, rest)
}
