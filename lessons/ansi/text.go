package ansi

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Clean makes a text safe to write to a terminal as it is, line by line. What is
// said of clean holds for it, but line breaks stay.
func Clean(text string) string {
	if !strings.Contains(text, "\n") {
		return clean(text)
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = clean(line)
	}
	return strings.Join(lines, "\n")
}

// clean takes out of a text what a terminal would obey rather than show.
// Control characters are written as people write them, ^[ for escape; C1
// controls and the marks that turn the direction of writing become U+FFFD.
// Tabs and line breaks become spaces.
func clean(s string) string {
	if !strings.ContainsFunc(s, unsafe) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case r < ' ':
			b.WriteByte('^')
			b.WriteRune(r + '@')
		case unsafe(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unsafe(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0:
		return true
	case r == utf8.RuneError: // a broken byte reads so, and must not pass
		return true
	case r == '\u2028', r == '\u2029': // line and paragraph separator
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f', r == '\u061c':
		return true // bidirectional controls: shown text must be the text
	}
	return false
}

const tabStop = 8

// codeLine is a line of code as it is shown: tabs become spaces up to the next
// stop, as the block doesn't stand at the left edge.
func codeLine(line string) string {
	line = strings.TrimRight(line, "\r\n")
	if !strings.Contains(line, "\t") {
		return clean(line)
	}
	var b strings.Builder
	column := 0
	for i, part := range strings.Split(line, "\t") {
		if i > 0 {
			n := tabStop - column%tabStop
			b.WriteString(strings.Repeat(" ", n))
			column += n
		}
		part = clean(part)
		b.WriteString(part)
		column += ansi.StringWidth(part)
	}
	return b.String()
}
