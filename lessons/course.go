package lessons

import (
	"io/fs"
	"slices"
	"time"

	"github.com/yuin/goldmark/ast"

	"github.com/naru-lab/naru/lessons/markdown"
)

// Lang is a language that lessons are written in.
type Lang string

// The languages there are. Korean is the original; English is its translation.
const (
	Korean  Lang = "ko"
	English Lang = "en"
)

// Text is a sentence or a title in each language that has it.
type Text map[Lang]string

// In gives the text in a language, or in the original where that is missing.
func (t Text) In(l Lang) string {
	if s, ok := t[l]; ok {
		return s
	}
	return t[Korean]
}

// Course is a set of lessons in their order. Only the front matter of its
// lessons has been read; Lesson reads one whole.
type Course struct {
	Name    string // from course.yaml; "naru" where there is none
	Title   Text
	Version string // from course.yaml
	Langs   []Lang // languages that every lesson has: those of Title, the original first
	Entries []Entry
	fsys    fs.FS
	parser  func() *markdown.Parser
}

// Entry finds a lesson by its id.
func (c *Course) Entry(id string) (Entry, bool) {
	i := slices.IndexFunc(c.Entries, func(e Entry) bool { return e.ID == id })
	if i < 0 {
		return Entry{}, false
	}
	return c.Entries[i], true
}

// Entry is a lesson's front matter.
type Entry struct {
	ID       string // "volumes"
	Number   int    // 90
	Dir      string // "090-volumes"
	Title    Text
	Summary  Text
	Minutes  time.Duration
	Images   []string // references that the lesson needs, parameters not yet filled in
	Requires Requires
	Params   []Param
	Owns     Owns
	Langs    []Lang // translations that exist, the original first
}

// Requires is what a lesson needs of the engine and the machine.
type Requires struct {
	Engine  string // lowest engine version, "20.10"; empty: any that naru supports
	Compose bool
	Memory  int64 // bytes the engine's machine should have; 0 none
}

// Param is a value that may differ from learner to learner.
type Param struct {
	Name    string
	Type    string // "port" (replaced by a free one where taken), "image", "text"
	Default string
	// Platforms overrides Default for some platforms, by "linux/arm/v7".
	Platforms map[string]string
}

// For is the value that a learner on this platform ("linux/arm/v7") begins
// with.
func (p Param) For(platform string) string {
	if v, ok := p.Platforms[platform]; ok {
		return v
	}
	return p.Default
}

// Owns is what reset may remove, beside the objects that the lesson's checks
// name: shell patterns of names. Whatever was there before the lesson was
// started stays, even when its name is listed.
type Owns struct {
	Containers []string // names, or "image:REF" for containers made from that image under any name
	Images     []string
	Volumes    []string
	Networks   []string
}

// Lesson is one lesson, read whole, with its parameters filled in.
type Lesson struct {
	Entry
	Version string            // changes when what is asked changes: a hash of the checks' and questions' source
	Values  map[string]string // the parameters' values
	Intro   Bodies            // what stands before the first step
	Steps   []*Step
	files   fs.FS
}

// Files are what a learner starts from, to be copied into the workspace as
// they are. It is nil when the lesson has none.
func (l *Lesson) Files() fs.FS { return l.files }

// Step finds a step by its id; nil when the lesson has none of that id.
func (l *Lesson) Step(id string) *Step {
	for _, s := range l.Steps {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// Step is one idea and what it asks for.
type Step struct {
	Position
	ID        string
	Title     Text   // plain text, without markup
	Body      Bodies // what is shown: prose, run blocks, figures, questions; no title, hints or solutions
	Runs      []Block
	Checks    Block // as written, YAML; empty when the step only tells
	Solutions []Block
	Mistakes  []Mistake
	Hints     map[Lang][]Body // in their order: idea, shape, whole
	Quizzes   []Quiz
}

// HintsIn gives the hints in a language, or in the original where that has none.
func (s *Step) HintsIn(l Lang) []Body {
	if hints, ok := s.Hints[l]; ok {
		return hints
	}
	return s.Hints[Korean]
}

// Quiz finds one of the step's questions by its id; nil when there is none.
func (s *Step) Quiz(id string) *Quiz {
	for i := range s.Quizzes {
		if s.Quizzes[i].ID == id {
			return &s.Quizzes[i]
		}
	}
	return nil
}

// Asks reports whether the step has something to be checked.
func (s *Step) Asks() bool { return s.Checks.Text != "" || len(s.Quizzes) > 0 }

// Body is a run of markdown blocks of one file, for a renderer.
type Body struct {
	Source []byte
	Nodes  []ast.Node // top-level blocks, those of lessons/markdown among them
}

// IsEmpty reports whether there is nothing to show.
func (b Body) IsEmpty() bool { return len(b.Nodes) == 0 }

// Bodies is a run of blocks in each language that has it.
type Bodies map[Lang]Body

// In gives the blocks in a language, or in the original where that is missing.
func (b Bodies) In(l Lang) Body {
	if body, ok := b[l]; ok {
		return body
	}
	return b[Korean]
}

// Block is a fenced block as written, parameters filled in.
type Block struct {
	Position        // of the opening fence; the first line of Text is the next one
	Lang     string // "console", "dockerfile", …
	File     string // the workspace file that it writes; empty for commands
	Text     string
}

// Mistake is a wrong attempt that people make, and the finding that it must
// bring about.
type Mistake struct {
	Position
	ID      string  // what joins its blocks; empty for a mistake of one block
	Blocks  []Block // one or more, run in their order
	Finding string  // "container.volumes", or "container.volumes different"
}

// Quiz is a question with its options.
type Quiz struct {
	Position
	ID       string
	Question Text // inline markdown
	Options  []Option
	Multiple bool // more than one option is right
}

// Option is one answer to a question and the reply to it.
type Option struct {
	Text  Text // inline markdown
	Reply Text // inline markdown
	Right bool
}

// Position is a place in a course's files.
type Position struct {
	File string `json:"file"` // "090-volumes/ko.md"
	Line int    `json:"line"` // from 1; 0 for a file as a whole
}
