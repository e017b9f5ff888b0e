package lessons

import (
	"io/fs"
	"time"

	"github.com/yuin/goldmark/ast"
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
	Entries []Entry
	fsys    fs.FS
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
	Intro   map[Lang]Body     // what stands before the first step
	Steps   []*Step
	files   fs.FS
}

// Step is one idea and what it asks for.
type Step struct {
	ID        string
	Title     Text
	Body      map[Lang]Body // what is shown: prose, run blocks, figures, questions; no hints or solutions
	Runs      []Block
	Checks    Block // as written, YAML; empty when the step only tells
	Solutions []Block
	Mistakes  []Mistake
	Hints     map[Lang][]Body // in their order: idea, shape, whole
	Quizzes   []Quiz
}

// Asks reports whether the step has something to be checked.
func (s *Step) Asks() bool { return s.Checks.Text != "" || len(s.Quizzes) > 0 }

// Body is a run of markdown blocks of one file, for a renderer.
type Body struct {
	Source []byte
	Nodes  []ast.Node // top-level blocks, custom ones among them
}

// Block is a fenced block as written.
type Block struct {
	Position
	Lang string // "console", "dockerfile", …
	File string // the workspace file that it writes; empty for commands
	Text string
}

// Mistake is a wrong attempt that people make, and the finding that it must
// bring about.
type Mistake struct {
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
	File string // "090-volumes/ko.md"
	Line int    // from 1
}
