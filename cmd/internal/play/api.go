package play

import (
	"context"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// Engine is what playing asks of a Docker Engine; *engine.Client is one. A
// verdict only reads. The removing methods are called by Reset alone.
type Engine interface {
	checker.Engine
	// Recognize tells who the engine is, from memory where that knows it.
	Recognize(ctx context.Context, m engine.Memory) (*engine.Info, error)
	// Skew is how far the engine's clock is ahead of this machine's.
	Skew() time.Duration
	// RemoveContainer removes a container, running or not, and the volumes
	// that nobody named with it.
	RemoveContainer(ctx context.Context, id string) error
	RemoveVolume(ctx context.Context, name string) error
	RemoveNetwork(ctx context.Context, id string) error
	// RemoveImage takes a name from an image, and the image with its last
	// name; one without names is removed by its ID. Never by force.
	// Its parents stay.
	RemoveImage(ctx context.Context, ref string) error
	// AllImages lists the images, and those that only are others' parents.
	AllImages(ctx context.Context) ([]engine.ImageSummary, error)
}

var _ Engine = (*engine.Client)(nil)

// Place is a step of a lesson.
type Place struct {
	Lesson string `json:"lesson"`
	Step   string `json:"step"`
}

// String is the place as a person types it: "volumes/keep".
func (p Place) String() string {
	if p.Step == "" {
		return p.Lesson
	}
	return p.Lesson + "/" + p.Step
}

// UnknownError says that an argument names no lesson, step or question.
type UnknownError struct {
	Arg  string // as typed
	Kind string // "lesson", "step" or "question"
	Near string // the nearest that there is, as it must be typed; may be empty
}

// NoAnswerError says that an answer can't be taken: the question has no such
// option, or needs exactly one.
type NoAnswerError struct {
	Question string
	Options  int  // how many there are
	Multiple bool // more than one may be chosen
}

// Started is what starting a lesson came to.
type Started struct {
	Lesson    *lessons.Lesson // with its parameters filled in
	Place     Place           // where the learner is now
	Again     bool            // it had been started before and goes on
	Workspace string
	NewFiles  []string // copied into the workspace, slash-separated, relative to it
	KeptFiles []string // of the lesson's files, those that were there already and were left alone
	Params    map[string]string
	Replaced  []learner.Replaced // ports that were taken, and what stands in for them
	Engine    *engine.Info       // nil when none could be used
	// NoEngine says why no engine could be used. The lesson is started all the
	// same (the first lesson is about getting an engine); its baseline is
	// taken as soon as a check finds one.
	NoEngine error
	// OtherEngine is set when the lesson was started before on another engine
	// than the one there is now.
	OtherEngine *learner.OtherEngineError
}

// Outcome is what checking a step came to.
type Outcome struct {
	Place    Place
	Lesson   *lessons.Lesson
	Step     *lessons.Step
	Asks     bool           // false: the step only tells, there is nothing to check
	Report   checker.Report // of the step's checks, then its questions
	State    *checker.State // what the verdict rests on; nil when nothing was observed
	Engine   *engine.Info   // nil when the step asks nothing of an engine
	Took     time.Duration  // observing and comparing, connecting left out
	Started  bool           // the lesson was started before
	Recorded bool           // this check wrote the step's pass into the journal
	Before   bool           // the step had passed before
	Tries    int            // failed checks of this step so far, this one included
	// OtherEngine is set when the lesson was started on another engine.
	OtherEngine *learner.OtherEngineError
}

// Passed reports whether the step is done. A step that only tells is.
func (o *Outcome) Passed() bool { return !o.Asks || o.Report.Passed() }

// OfferHint reports whether it is time to offer a hint rather than to wait to
// be asked for one: after the third try that failed.
func (o *Outcome) OfferHint() bool { return !o.Passed() && o.Tries >= triesBeforeHint }

const triesBeforeHint = 3

// Hint is one hint of a step: first the idea, then the shape of the command,
// then the whole command.
type Hint struct {
	Place Place
	N     int // from 1
	Total int
	Body  lessons.Bodies
}

// Solved is a step's solution as its author wrote it.
type Solved struct {
	Place  Place
	Blocks []lessons.Block // in the order to do them; empty when there is none
}

// Question is something a step asks for an answer to.
type Question struct {
	ID      string
	Quiz    *lessons.Quiz // nil for an open question, answered in words
	Choices []int         // what was answered last, from 0
	Text    string        // what was answered last to an open question
	Done    bool          // it has been answered; for a quiz: rightly
}

// Reply is what the learner gets to an answer to a quiz.
type Reply struct {
	Right   bool
	Quiz    *lessons.Quiz
	Chosen  []int            // the options' places, from 0, sorted
	Options []lessons.Option // those chosen, each with its reply
}

// LessonStatus is how far a learner is with a lesson.
type LessonStatus struct {
	Entry   lessons.Entry
	Started bool
	Current bool // the learner is here
	Asking  int  // steps that ask for something
	Passed  int  // of those, how many are done
	Older   int  // of those done, how many were done with an older version of the lesson
	Steps   []StepStatus
	Err     error // the lesson can't be read; the counts are zero then
}

// Done reports whether every step that asks for something has passed.
func (s LessonStatus) Done() bool { return s.Asking > 0 && s.Passed == s.Asking }

// StepStatus is how far a learner is with a step.
type StepStatus struct {
	ID       string
	Title    lessons.Text
	Asks     bool
	Current  bool
	Passed   bool
	Older    bool // passed with an older version of the lesson
	PassedAt time.Time
	Tries    int
	Hints    int // shown so far
	Revealed bool
}

// ResetPlan is what resetting a lesson will do. Remove is in the order of
// removal.
type ResetPlan struct {
	Lesson string
	learner.Plan
	// Started is false when the lesson was not started: nothing can be told
	// from what was there before, and nothing is removed.
	Started bool
	Engine  *engine.Info
}
