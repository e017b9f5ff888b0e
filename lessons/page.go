package lessons

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"github.com/naru-lab/naru/lessons/markdown"
)

// page is one language's file of a lesson, taken apart.
type page struct {
	lang     Lang
	file     string
	first    int      // the line of the file that the body begins in
	last     int      // the file's last line
	raw      []string // the body's lines as written, parameters not filled in
	src      []byte   // the body, parameters filled in
	intro    Body
	sections []*section
	used     map[string]bool // parameters
	errs     Errors
}

// section is a step as one page has it.
type section struct {
	Position
	id        string
	title     string
	body      Body
	runs      []Block
	checks    []Block
	solutions []Block
	mistakes  []attempt
	hints     []hint
	quizzes   []question
	figures   []*markdown.Figure
}

// question is a quiz and its place in the file.
type question struct {
	Position
	*markdown.Quiz
}

// attempt is one block of a mistake.
type attempt struct {
	Block
	id      string
	finding string
}

type hint struct {
	Position
	body Body
}

// readPage reads one language's file whole.
func (c *Course) readPage(e Entry, lang Lang, values map[string]string) *page {
	p := &page{lang: lang, file: e.file(lang), first: 1, used: map[string]bool{}}
	src, err := fs.ReadFile(c.fsys, p.file)
	if err != nil {
		p.errs.add(Position{File: p.file}, "reading: %v", err)
		return p
	}
	p.parse(src, c.parser(), e, values)
	return p
}

func (p *page) parse(src []byte, parser *markdown.Parser, e Entry, values map[string]string) {
	front, body, err := splitFront(src)
	if err != nil {
		p.errs.add(Position{p.file, 1}, "%v", err)
		return
	}
	p.last = bytes.Count(src, []byte("\n")) + 1
	p.first = bytes.Count(front, []byte("\n")) + 3
	body = p.clean(normalized(body))
	p.raw = strings.Split(string(body), "\n")
	p.src = []byte(fill(string(body), values,
		func(name string) { p.used[name] = true },
		func(name string, line int) {
			p.errs.add(p.at(line), `unknown param %q%s; \{{ writes the braces themselves`, name, didYouMean(name, e.paramNames()))
		}))
	doc, problems := parser.Parse(p.src)
	for _, problem := range problems {
		p.errs.add(p.at(problem.Line), "%s", problem.Message)
	}
	p.divide(doc)
}

// at is a place in the file, by its line in the body. What is missing after
// the end is missing in the last line.
func (p *page) at(line int) Position {
	return Position{p.file, min(p.first+max(line, 1)-1, p.last)}
}

// clean reports and replaces what no text file should have: it could be taken
// for a terminal's commands.
func (p *page) clean(body []byte) []byte {
	bad := func(r rune) bool {
		return r == utf8.RuneError || r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0
	}
	if !bytes.ContainsFunc(body, bad) {
		return body
	}
	for i, line := range bytes.Split(body, []byte("\n")) {
		switch at := bytes.IndexFunc(line, bad); {
		case !utf8.Valid(line):
			p.errs.add(p.at(i+1), "the line isn't valid UTF-8")
		case at >= 0:
			r, _ := utf8.DecodeRune(line[at:])
			p.errs.add(p.at(i+1), "the line has a control character (U+%04X)", r)
		}
	}
	return bytes.Map(func(r rune) rune {
		if bad(r) {
			return utf8.RuneError
		}
		return r
	}, body)
}

// divide hands the document's blocks to the intro and the steps.
func (p *page) divide(doc ast.Node) {
	p.intro.Source = p.src
	body := &p.intro
	var s *section
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *markdown.Step:
			s = p.begin(n)
			body = &s.body
			continue
		case *ast.Heading:
			if n.Level == 1 {
				if s != nil {
					p.errs.add(p.at(markdown.Line(n, p.src)), "a heading of level 1 stands before the first step only")
				}
				continue
			}
		case *ast.LinkReferenceDefinition:
			continue
		case *ast.HTMLBlock: // a comment; anything else has been reported
			continue
		}
		if s != nil {
			if p.take(s, n) {
				continue
			}
		} else if role := p.asks(n); role != "" {
			p.errs.add(p.at(markdown.Line(n, p.src)), "a %s stands inside a step, below its heading \"## Title {#id}\"", role)
			continue
		}
		body.Nodes = append(body.Nodes, n)
	}
	if len(p.sections) == 0 {
		p.errs.lacks(p.at(1), "the lesson has no step: a heading \"## Title {#id}\"")
	}
}

func (p *page) begin(n *markdown.Step) *section {
	s := &section{
		Position: p.at(markdown.Line(n, p.src)),
		id:       n.ID,
		title:    markdown.Plain(n, p.src),
		body:     Body{Source: p.src},
	}
	for _, other := range p.sections {
		if other.id == s.id && s.id != "" {
			p.errs.add(s.Position, "there is a step %q already, in line %d", s.id, other.Line)
		}
	}
	p.sections = append(p.sections, s)
	return s
}

// asks names what a block is when it can stand in a step only.
func (p *page) asks(n ast.Node) string {
	switch n := n.(type) {
	case *markdown.Run:
		return "run block"
	case *markdown.Hidden:
		return string(n.Role) + " block"
	case *markdown.Quiz:
		return "quiz"
	case *markdown.Alert:
		if n.Alert == markdown.Hint {
			return "hint"
		}
	}
	return ""
}

// take keeps what a step has besides its prose, and reports whether the block
// is not to be shown.
func (p *page) take(s *section, n ast.Node) bool {
	switch n := n.(type) {
	case *markdown.Run:
		s.runs = append(s.runs, p.block(n, &n.Fence))
	case *markdown.Figure:
		s.figures = append(s.figures, n)
	case *markdown.Quiz:
		for _, other := range p.sections {
			if slices.ContainsFunc(other.quizzes, func(q question) bool { return q.Name == n.Name && q.Name != "" }) {
				p.errs.add(p.at(n.Line), "there is a quiz %q already", n.Name)
			}
		}
		s.quizzes = append(s.quizzes, question{p.at(n.Line), n})
	case *markdown.Alert:
		if n.Alert != markdown.Hint {
			return false
		}
		h := hint{p.at(markdown.Line(n, p.src)), Body{Source: p.src}}
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			h.body.Nodes = append(h.body.Nodes, c)
		}
		s.hints = append(s.hints, h)
		return true
	case *markdown.Hidden:
		b := p.block(n, &n.Fence)
		if p.lang != Korean {
			p.errs.add(b.Position, "a %s block stands in ko.md only; a translation inherits it", n.Role)
			return true
		}
		switch n.Role {
		case markdown.RoleCheck:
			s.checks = append(s.checks, b)
		case markdown.RoleSolution:
			s.solutions = append(s.solutions, b)
		case markdown.RoleMistake:
			s.mistakes = append(s.mistakes, attempt{b, n.ID, n.Finding})
		case markdown.RoleNone, markdown.RoleRun, markdown.RoleQuiz, markdown.RoleFigure: // never hidden
		}
		return true
	}
	return false
}

// block makes a Block of a fence and looks at what can be said of it alone.
func (p *page) block(n ast.Node, f *markdown.Fence) Block {
	b := Block{Position: p.at(f.Line), Lang: f.Lang, File: f.File, Text: markdown.Text(n, p.src)}
	if strings.TrimSpace(b.Text) == "" && (f.Role != markdown.RoleRun || b.File == "") {
		p.errs.lacks(b.Position, "the %s block is empty", f.Role)
		return b
	}
	if f.Role == markdown.RoleCheck || b.File != "" || b.Lang != "console" {
		return b
	}
	commands, err := splitCommands(b.Text)
	switch {
	case err != nil:
		p.errs.add(b.Position, "%v", err)
	case len(commands) == 0:
		p.errs.add(b.Position, "the %s block has no command: a line that begins with \"$ \"", f.Role)
	}
	return b
}

// written is a fence's text as it stands in the file, whatever the parameters.
func (p *page) written(line, count int) string {
	from := min(max(line, 0), len(p.raw))
	return strings.Join(p.raw[from:min(from+count, len(p.raw))], "\n")
}

func (p *page) section(id string) *section {
	for _, s := range p.sections {
		if s.id == id {
			return s
		}
	}
	return nil
}

// place is "ko.md:41", as another error speaks of it.
func place(p Position) string { return fmt.Sprintf("%s:%d", p.File, p.Line) }
