package cli

// The terminal's rules.
//
// What was asked for goes to stdout; progress, questions and errors go to
// stderr, so that a pipe carries the answer alone. Colour is given only to a
// terminal that wants it: never with --no-color, NO_COLOR (no-color.org),
// TERM=dumb or a pipe. Meaning never rests on colour: every coloured sign is a
// sign of its own. A dumb terminal, or one that is not UTF-8, gets ASCII signs.

import (
	"strings"
)

// The narrowest and the widest text, in columns: a longer line is hard to read.
const (
	minWidth     = 40
	maxWidth     = 96
	defaultWidth = 80
)

// terminal is how this run writes to the person.
type terminal struct {
	color bool
	ascii bool
	width int
}

func newTerminal(sys System, noColor bool) terminal {
	dumb := sys.Getenv("TERM") == "dumb"
	t := terminal{
		color: sys.StdoutTTY && !noColor && sys.Getenv("NO_COLOR") == "" && !dumb,
		ascii: dumb || !utf8Locale(sys.Getenv),
		width: defaultWidth,
	}
	if sys.StdoutTTY && sys.Width != nil {
		if w := sys.Width(); w > 0 {
			t.width = min(max(w, minWidth), maxWidth)
		}
	}
	return t
}

// utf8Locale reports whether the locale can show more than ASCII. Without any
// locale the text is Korean or English in UTF-8 all the same: most such places
// (containers, services, pipes) carry it.
func utf8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8") || v == "c" || v == "posix"
		}
	}
	return true
}

// ink is what a piece of text means.
type ink int

const (
	plain  ink = iota
	strong     // a title
	quiet      // secondary
	pass       // confirmed
	near       // not yet, what differs
	river      // what the step asks for, what one may do
	stop       // an error of the engine or of naru itself
)

var sgr = map[ink]string{strong: "1", quiet: "2", pass: "32", near: "33", river: "36", stop: "31"}

// paint colours text by its meaning.
func (t terminal) paint(i ink, s string) string {
	if !t.color || s == "" || sgr[i] == "" {
		return s
	}
	return "\x1b[" + sgr[i] + "m" + s + "\x1b[0m"
}

// The signs of a check, each telling its state without colour.
func (t terminal) passSign() string {
	if t.ascii {
		return t.paint(pass, "v")
	}
	return t.paint(pass, "✓")
}

func (t terminal) nearSign() string { return t.paint(near, "!") }
func (t terminal) waitSign() string { return t.paint(quiet, "-") }
