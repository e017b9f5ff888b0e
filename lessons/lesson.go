package lessons

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"

	"github.com/naru-lab/naru/lessons/internal/near"
	"github.com/naru-lab/naru/lessons/markdown"
)

// Lesson reads one lesson whole, with its parameters filled in: from values,
// by name, and by default where those have none. It gives a NotFoundError for
// an id that the course doesn't have, and Errors for all that keeps the lesson
// from being played; what is merely unfinished is left to Lint.
//
// With languages given, it reads the original and those only.
func (c *Course) Lesson(id string, values map[string]string, langs ...Lang) (*Lesson, error) {
	e, ok := c.Entry(id)
	if !ok {
		ids := make([]string, len(c.Entries))
		for i := range c.Entries {
			ids[i] = c.Entries[i].ID
		}
		return nil, &NotFoundError{ID: id, Near: near.Word(id, ids)}
	}
	filled, err := e.values(values)
	if err != nil {
		return nil, err
	}
	read := e
	if len(langs) > 0 {
		read.Langs = slices.DeleteFunc(slices.Clone(e.Langs), func(l Lang) bool { return l != Korean && !slices.Contains(langs, l) })
	}
	l, errs := c.build(e, filled, c.readPages(read, filled))
	if err := errs.sorted(true).orNil(); err != nil {
		return nil, err
	}
	return l, nil
}

// readPages reads a lesson's languages, at the same time.
func (c *Course) readPages(e Entry, values map[string]string) []*page {
	pages := make([]*page, len(e.Langs))
	var wg sync.WaitGroup
	for i, lang := range e.Langs {
		wg.Go(func() { pages[i] = c.readPage(e, lang, values) })
	}
	wg.Wait()
	return pages
}

// build makes a lesson of its pages, the original first.
func (c *Course) build(e Entry, values map[string]string, pages []*page) (*Lesson, Errors) {
	original := pages[0]
	l := &Lesson{Entry: e, Values: values, Intro: Bodies{}, Version: original.version()}
	l.Images = filled(e.Images, values)
	l.Owns = Owns{
		Containers: filled(e.Owns.Containers, values),
		Images:     filled(e.Owns.Images, values),
		Volumes:    filled(e.Owns.Volumes, values),
		Networks:   filled(e.Owns.Networks, values),
	}
	var errs Errors
	if info, err := fs.Stat(c.fsys, e.Dir+"/files"); err == nil && info.IsDir() {
		l.files, err = fs.Sub(c.fsys, e.Dir+"/files")
		if err != nil {
			errs.add(Position{File: e.Dir + "/files"}, "reading: %v", err)
		}
	}
	for _, s := range original.sections {
		l.Steps = append(l.Steps, s.step(&errs))
	}
	for _, p := range pages {
		errs = append(errs, p.errs...)
		l.Intro[p.lang] = p.intro
		for i, step := range l.Steps {
			// A step that a translation lacks is shown in the original.
			if s := p.section(original.sections[i].id); s != nil {
				step.speak(p.lang, s)
			}
		}
	}
	return l, errs
}

// step makes a step of what the original says; words come with speak.
func (s *section) step(errs *Errors) *Step {
	step := &Step{
		Position: s.Position, ID: s.id, Title: Text{}, Body: Bodies{}, Hints: map[Lang][]Body{},
		Runs: s.runs, Solutions: s.solutions, Mistakes: mistakes(s.mistakes, errs),
	}
	if len(s.checks) > 0 {
		step.Checks = s.checks[0]
		for _, b := range s.checks[1:] {
			errs.add(b.Position, "a step has one check block; put the checks of this one into that of line %d", s.checks[0].Line)
		}
	}
	for _, q := range s.quizzes {
		step.Quizzes = append(step.Quizzes, Quiz{
			Position: q.Position,
			ID:       q.Name, Question: Text{}, Options: make([]Option, len(q.Options)), Multiple: q.Multiple(),
		})
	}
	return step
}

// speak adds a language's words to a step.
func (s *Step) speak(lang Lang, from *section) {
	s.Title[lang] = from.title
	s.Body[lang] = from.body
	if len(from.hints) > 0 {
		hints := make([]Body, len(from.hints))
		for i := range hints {
			hints[i] = from.hints[i].body
		}
		s.Hints[lang] = hints
	}
	for _, q := range from.quizzes {
		mine := s.Quiz(q.Name)
		if mine == nil || len(mine.Options) != len(q.Options) {
			continue // Lint says so
		}
		mine.Question[lang] = q.Question
		for i, o := range q.Options {
			to := &mine.Options[i]
			if to.Text == nil {
				*to = Option{Text: Text{}, Reply: Text{}, Right: o.Right}
			}
			to.Text[lang], to.Reply[lang] = o.Text, o.Reply
		}
	}
}

// mistakes joins the blocks that belong to one mistake.
func mistakes(attempts []attempt, errs *Errors) []Mistake {
	var out []Mistake
	for _, a := range attempts {
		if last := len(out) - 1; a.id != "" && last >= 0 && out[last].ID == a.id {
			out[last].Blocks = append(out[last].Blocks, a.Block)
			switch {
			case out[last].Finding == "":
				out[last].Finding = a.finding
			case a.finding != "" && a.finding != out[last].Finding:
				errs.add(a.Position, "the mistake %q leads to %q already", a.id, out[last].Finding)
			}
			continue
		}
		for _, other := range out {
			if a.id != "" && other.ID == a.id {
				errs.add(a.Position, "the blocks of the mistake %q must follow each other", a.id)
			}
		}
		out = append(out, Mistake{Position: a.Position, ID: a.id, Blocks: []Block{a.Block}, Finding: a.finding})
	}
	for _, m := range out {
		if m.Finding == "" {
			errs.add(m.Position, "a mistake needs the finding that it leads to: finding=\"container.volumes\"")
		}
	}
	return out
}

// version is a hash of what the original asks, as written: it stays the same
// whatever the parameters are and however the prose is worded.
func (p *page) version() string {
	h := sha256.New()
	for _, s := range p.sections {
		_, _ = fmt.Fprintf(h, "step %s\n", s.id)
		for _, b := range s.checks {
			p.hash(h, "check", b.Line-p.first+1, b.Text)
		}
		for _, q := range s.quizzes {
			p.hash(h, "quiz "+q.Name, q.Quiz.Line, markdown.Text(q.Quiz, p.src))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// hash adds a fence, by its line in the body; text only tells how long it is.
func (p *page) hash(w io.Writer, what string, line int, text string) {
	count := 0
	for _, c := range text {
		if c == '\n' {
			count++
		}
	}
	_, _ = fmt.Fprintf(w, "%s\n%s\n", what, p.written(line, count))
}
