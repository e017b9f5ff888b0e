package ansi

import (
	"math"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const unlimited = math.MaxInt32 // columns

// word is what a line is never broken inside: text between spaces, maybe in
// several styles.
type word struct {
	pieces []span
	width  int
	gap    span // the space before it
	brk    bool // a hard line break stands before it
}

// wrap breaks spans into lines of at most width columns, at spaces only: a
// Korean word and its particle stay together (CSS calls it keep-all). A word
// wider than a whole line is broken anywhere.
func wrap(spans []span, width int) [][]span {
	var lines [][]span
	var line []span
	column := 0
	end := func() {
		lines = append(lines, line)
		line, column = nil, 0
	}
	for i, w := range words(spans) {
		if w.brk && i > 0 {
			end()
		}
		switch {
		case column == 0:
		case column+1+w.width <= width:
			line = extend(line, w.gap)
			column++
		default:
			end()
		}
		for w.width > width {
			head, tail := split(w.pieces, width)
			lines = append(lines, head)
			w.pieces, w.width = tail, widthOf(tail)
		}
		for _, piece := range w.pieces {
			line = extend(line, piece)
		}
		column += w.width
	}
	if column > 0 {
		end()
	}
	return lines
}

// extend adds a span to a line, joined to the last where they look the same.
func extend(line []span, s span) []span {
	if last := len(line) - 1; last >= 0 && line[last].looksLike(s) {
		line[last].text += s.text
		return line
	}
	return append(line, s)
}

func words(spans []span) []word {
	var out []word
	var open bool // the last word may go on
	var brk bool
	var gap span
	for _, s := range spans {
		for text := s.text; text != ""; {
			if n := len(text) - len(strings.TrimLeft(text, " \n")); n > 0 {
				brk = brk || strings.Contains(text[:n], "\n")
				gap = span{text: " ", style: s.style, link: s.link}
				open = false
				text = text[n:]
				continue
			}
			n := strings.IndexAny(text, " \n")
			if n < 0 {
				n = len(text)
			}
			piece := span{text[:n], s.style, s.link}
			if !open {
				if !gap.looksLike(piece) || len(out) > 0 && !gap.looksLike(out[len(out)-1].lastPiece()) {
					gap = span{text: " "} // no underline between two links
				}
				out = append(out, word{gap: gap, brk: brk})
				open, brk = true, false
			}
			w := &out[len(out)-1]
			w.pieces = append(w.pieces, piece)
			w.width += ansi.StringWidth(piece.text)
			text = text[n:]
		}
	}
	return out
}

func (w word) lastPiece() span { return w.pieces[len(w.pieces)-1] }

func widthOf(spans []span) int {
	n := 0
	for _, s := range spans {
		n += ansi.StringWidth(s.text)
	}
	return n
}

// split cuts spans after as many whole characters as width columns hold, and
// after one at least.
func split(spans []span, width int) (head, tail []span) {
	column := 0
	for i, s := range spans {
		for at := 0; at < len(s.text); {
			cluster, w := ansi.FirstGraphemeCluster(s.text[at:], ansi.GraphemeWidth)
			if column+w > width && column > 0 {
				if at > 0 {
					head = append(head, span{s.text[:at], s.style, s.link})
				}
				tail = append(tail, span{s.text[at:], s.style, s.link})
				return head, append(tail, spans[i+1:]...)
			}
			column += w
			at += max(len(cluster), 1)
		}
		head = append(head, s)
	}
	return head, nil
}
