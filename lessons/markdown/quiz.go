package markdown

import (
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Quiz is a question with options to choose from. Question, options and
// replies are inline markdown, for Parser.Inline.
type Quiz struct {
	ast.BaseBlock
	Fence
	Question string
	Options  []Option
}

// Option is one answer that may be chosen.
type Option struct {
	Text  string
	Reply string // what is said to whoever chose it
	Right bool
}

// Multiple reports whether more than one option is right.
func (n *Quiz) Multiple() bool {
	right := 0
	for _, o := range n.Options {
		if o.Right {
			right++
		}
	}
	return right > 1
}

// Kind implements ast.Node.
func (*Quiz) Kind() ast.NodeKind { return KindQuiz }

// IsRaw implements ast.Node: the lines hold no inline nodes.
func (*Quiz) IsRaw() bool { return true }

// Dump implements ast.Node.
func (n *Quiz) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"ID": n.Name, "Question": n.Question}, nil)
}

var optionPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[-*+] +\[([^\]]*)\](?: +(.*)|)$`)
})

// quizReader reads a quiz line by line: a paragraph, then items, each with its
// reply as an indented quote. A line that continues a text is joined to it.
type quizReader struct {
	quiz  *Quiz
	into  *string // the text that the next line may continue
	reply bool    // into is a reply
	bad   func(line int, format string, args ...any)
}

func newQuiz(f Fence, lines *text.Segments, source []byte, pc parser.Context) *Quiz {
	n := &Quiz{Fence: f}
	n.SetLines(lines)
	r := &quizReader{quiz: n, bad: func(line int, format string, args ...any) { report(pc, line, format, args...) }}
	for i := range lines.Len() {
		seg := lines.At(i)
		r.line(f.Line+1+i, strings.TrimRight(string(seg.Value(source)), " \t\n"))
	}
	r.finish()
	return n
}

func (r *quizReader) line(no int, line string) {
	indented := strings.TrimLeft(line, " \t") != line
	line = strings.TrimSpace(line)
	options := &r.quiz.Options
	m := optionPattern().FindStringSubmatch(line)
	switch {
	case line == "":
		r.into = nil
	case m != nil && !indented:
		*options = append(*options, Option{Text: m[2], Right: m[1] == "x" || m[1] == "X"})
		if m[1] != "x" && m[1] != "X" && m[1] != " " {
			r.bad(no, "an option's box is \"[ ]\" or, when it is right, \"[x]\", not \"[%s]\"", m[1])
		}
		if m[2] == "" {
			r.bad(no, "the option is empty")
		}
		r.into, r.reply = &(*options)[len(*options)-1].Text, false
	case strings.HasPrefix(line, ">"):
		if len(*options) == 0 {
			r.bad(no, "a reply stands below its option")
			return
		}
		o := &(*options)[len(*options)-1]
		if o.Reply != "" && (r.into == nil || !r.reply) {
			r.bad(no, "the option has a second reply")
		}
		join(&o.Reply, strings.TrimSpace(line[1:]))
		r.into, r.reply = &o.Reply, true
	case r.into != nil && (indented || len(*options) == 0):
		join(r.into, line)
	case len(*options) == 0 && r.quiz.Question == "":
		r.quiz.Question = line
		r.into = &r.quiz.Question
	case len(*options) == 0:
		r.bad(no, "a question is one paragraph; say the rest in the lesson's text")
	default:
		r.bad(no, "can't read %q: an option is \"- [ ] text\", its reply an indented \"  > text\"", line)
	}
}

func join(s *string, line string) {
	if *s != "" && line != "" {
		*s += " "
	}
	*s += line
}

func (r *quizReader) finish() {
	n := r.quiz
	if n.Question == "" {
		r.bad(n.Line, "the quiz %q has no question", n.Name)
	}
	if len(n.Options) < 2 {
		r.bad(n.Line, "the quiz %q needs two options or more, it has %d", n.Name, len(n.Options))
	}
	right := false
	for i, o := range n.Options {
		right = right || o.Right
		if o.Reply == "" {
			r.bad(n.Line, "option %d of the quiz %q has no reply: write an indented \"  > …\" below it", i+1, n.Name)
		}
	}
	if len(n.Options) > 0 && !right {
		r.bad(n.Line, "the quiz %q has no right option: mark one \"- [x]\"", n.Name)
	}
}
