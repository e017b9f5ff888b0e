package lessons

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// prompt begins a command in a console block.
const prompt = "$ "

// Commands are a console block's commands in their order, as a shell takes
// them: without the prompt, with the lines that continue them. Sample output is
// left out. A block that writes a file has no commands.
func Commands(b Block) []string {
	if b.File != "" {
		return nil
	}
	commands, _ := splitCommands(b.Text)
	return commands
}

// Line is a line of a console block.
type Line struct {
	Text    string // with its prompt
	Command bool   // begins or continues a command; else it is sample output
}

// Lines tells a console block's commands from their sample output, line by
// line, for a renderer.
func Lines(text string) []Line {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	out := make([]Line, len(lines))
	var open shell
	for i, line := range lines {
		rest, begins := strings.CutPrefix(line, prompt)
		switch {
		case !open.done():
			open.line(line)
			out[i] = Line{line, true}
		case begins:
			open = shell{}
			open.line(rest)
			out[i] = Line{line, true}
		default:
			out[i] = Line{line, false}
		}
	}
	return out
}

// splitCommands gives the commands, and an error when the last is unfinished.
func splitCommands(text string) ([]string, error) {
	var commands []string
	var open shell
	started := 0
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if !open.done() {
			open.line(line)
			commands[len(commands)-1] += "\n" + line
			continue
		}
		if rest, ok := strings.CutPrefix(line, prompt); ok {
			open = shell{}
			open.line(rest)
			commands = append(commands, rest)
			started = i + 1
		}
	}
	if !open.done() {
		return commands, fmt.Errorf("the command in line %d of the block is unfinished: %s", started, open.missing())
	}
	return commands, nil
}

// shell follows a command over its lines as far as is needed to know where it
// ends: quotes, a backslash at the line's end, here-documents. It knows no more
// of the shell's grammar.
type shell struct {
	quote   byte     // the quote that is open, or 0
	joined  bool     // the line ended in a backslash
	heredoc []string // terminators still to come, "-" before those of <<-
}

func (s *shell) done() bool { return s.quote == 0 && !s.joined && len(s.heredoc) == 0 }

func (s *shell) missing() string {
	switch {
	case s.quote != 0:
		return fmt.Sprintf("the quote %c isn't closed", s.quote)
	case len(s.heredoc) > 0:
		return fmt.Sprintf("the here-document has no line %q", strings.TrimPrefix(s.heredoc[0], "-"))
	}
	return "nothing follows the backslash"
}

var heredocPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^<<(-?)[ \t]*(?:'([^']+)'|"([^"]+)"|\\?([A-Za-z0-9_.!-]+))`)
})

// line takes in the next line of the command.
func (s *shell) line(line string) {
	if len(s.heredoc) > 0 && s.quote == 0 && !s.joined {
		end, tabs := strings.CutPrefix(s.heredoc[0], "-")
		if tabs {
			line = strings.TrimLeft(line, "\t")
		}
		if line == end {
			s.heredoc = s.heredoc[1:]
		}
		return
	}
	s.joined = false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case s.quote == '\'':
			if c == '\'' {
				s.quote = 0
			}
		case c == '\\':
			if i == len(line)-1 {
				s.joined = true
			}
			i++
		case s.quote == '"':
			if c == '"' {
				s.quote = 0
			}
		case c == '\'' || c == '"':
			s.quote = c
		case c == '#' && (i == 0 || strings.IndexByte(" \t;&|(", line[i-1]) >= 0):
			return
		case strings.HasPrefix(line[i:], "$(("):
			if end := strings.Index(line[i:], "))"); end > 0 {
				i += end + 1 // arithmetic: << is a shift there
			}
		case strings.HasPrefix(line[i:], "<<<"):
			i += 2
		case c == '<':
			if m := heredocPattern().FindStringSubmatch(line[i:]); m != nil {
				s.heredoc = append(s.heredoc, m[1]+m[2]+m[3]+m[4])
				i += len(m[0]) - 1
			}
		}
	}
}
