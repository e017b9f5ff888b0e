// Package proof proves a course on a real engine: that no step says yes to
// something wrong, or no to something right.
//
// For every step of every lesson it holds:
//
//  1. untouched, the step fails;
//  2. its run and solution blocks, and the right answers, make it pass;
//  3. each listed mistake fails, with its finding;
//  4. checking again changes nothing on the engine;
//  5. reset brings the engine back to what it was;
//  6. Korean and English have the same steps, blocks and questions.
//
// The engine may be the author's own: only what the proof itself made is ever
// removed, and a lesson whose names are taken there is refused.
//
// # How a lesson is proved
//
// It is played twice. First straight through, as by a learner who makes no
// mistake, and reset: proofs 1, 2, 4 and 5, with nothing that could have been
// left of a mistake. Then once more with all its mistakes: proof 3, and proof 5
// for each of them.
//
// Every mistake begins where its step begins. Playing the lesson up to there
// again for each one takes most of a proof's time, so what came since the
// step's start is undone instead: naru's own reset, told to leave what was
// there at the start, removes it; moved tags, the workspace and the journal are
// put back; and the engine's events of that time are forgotten (see history).
// Afterwards everything must be as it was at the start: the same objects, and
// the same containers in the same state.
//
// What a mistake removed, stopped or wrote into can't be undone. Events tell
// which containers and volumes that are (see touched). Then the proof goes back
// to the start of the latest step before which they were made, and plays on
// from there. Where something differs all the same, the lesson is reset and
// played again from its beginning; so it is before a mistake that has not had
// its finding counts as a failure.
//
// LessonResult tells how often that was, and what each step took.
package proof

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/lessons"
)

// Config is what a proof works with.
type Config struct {
	Course  fs.FS
	Lessons []string // by id; empty: all
	Engine  *engine.Client
	Host    func(context.Context) (*checker.Host, error)
	// Dir is an empty directory for workspaces and journals; the caller's to remove.
	Dir string
	// Naru is the program that blocks call as `naru`; CourseDir is its --course,
	// empty for the built-in one.
	Naru, CourseDir string
	// Environ is the environment of the blocks, as os.Environ gives it.
	Environ []string
	// LintChecks reads check blocks for lint.
	LintChecks func(lessons.Block) []lessons.Issue
	// Progress is told as the proof goes on; nil: nobody is.
	Progress func(Event)
	// Log gets what blocks print; nil: nowhere.
	Log io.Writer
}

// Event is a moment of a proof.
type Event struct {
	Lesson, Step string
	What         string // "lesson", "step", "failure"
	Detail       string
	Took         time.Duration
}

// The proofs, by their numbers in the package comment.
const (
	Untouched = 1
	Passes    = 2
	Mistakes  = 3
	Unchanged = 4
	ResetBack = 5
	SameTexts = 6
)

// Result is what a proof came to.
type Result struct {
	Engine   string         `json:"engine"` // its version
	Lessons  []LessonResult `json:"lessons"`
	Failures []Failure      `json:"failures"`
}

// LessonResult counts what was proved of a lesson.
type LessonResult struct {
	Lesson   string        `json:"lesson"`
	Steps    int           `json:"steps"`    // that ask for something
	Checks   int           `json:"checks"`   // in them, questions included
	Mistakes int           `json:"mistakes"` // that failed with their finding
	Options  int           `json:"options"`  // wrong options of questions that were refused
	Replays  int           `json:"replays"`  // how often steps had to be played again after a mistake
	Replayed int           `json:"replayed"` // how many steps, all in all
	Retried  int           `json:"retried"`  // mistakes that were made once more, in a lesson begun anew
	Resets   time.Duration `json:"resets"`
	Took     time.Duration `json:"took"`
	Each     []*StepResult `json:"each"`
}

// Spent adds up what the steps took.
func (r *LessonResult) Spent() StepResult {
	var all StepResult
	for _, s := range r.Each {
		all.Played += s.Played
		all.Solved += s.Solved
		all.Made += s.Made
		all.Checked += s.Checked
		all.Undone += s.Undone
	}
	return all
}

// StepResult is what a step's proof took, in nanoseconds.
type StepResult struct {
	Step     string        `json:"step"`
	Mistakes int           `json:"mistakes"` // that failed with their finding
	Played   time.Duration `json:"played"`   // without a mistake: proofs 1, 2 and 4
	Solved   time.Duration `json:"solved"`   // the steps before it, on the way to its mistakes
	Made     time.Duration `json:"made"`     // making its mistakes
	Checked  time.Duration `json:"checked"`  // until each had its finding
	Undone   time.Duration `json:"undone"`   // returning from each, steps played again included
}

// Took is all of it.
func (r *StepResult) Took() time.Duration { return r.Played + r.Solved + r.Made + r.Checked + r.Undone }

// Failure is a proof that doesn't hold.
type Failure struct {
	Proof  int    `json:"proof"`
	Lesson string `json:"lesson,omitempty"`
	Step   string `json:"step,omitempty"`
	At     string `json:"at,omitempty"` // file:line
	Detail string `json:"detail"`
}

// String is the failure as a compiler would print it.
func (f Failure) String() string {
	at := f.At
	if at == "" {
		at = f.Lesson + "/" + f.Step
	}
	return fmt.Sprintf("%s: proof %d: %s", at, f.Proof, f.Detail)
}

// Run proves a course, lesson by lesson. What doesn't hold is in the result;
// an error means that the proof could not be made.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	if cfg.Progress == nil {
		cfg.Progress = func(Event) {}
	}
	if cfg.Log == nil {
		cfg.Log = io.Discard
	}
	info, err := cfg.Engine.Info(ctx)
	if err != nil {
		return nil, err
	}
	res := &Result{Engine: info.Version, Failures: []Failure{}}
	for _, e := range lessons.Lint(cfg.Course, cfg.LintChecks) {
		res.Failures = append(res.Failures, Failure{Proof: SameTexts, At: fmt.Sprintf("%s:%d", e.File, e.Line), Detail: e.Message})
	}
	if len(res.Failures) > 0 {
		return res, nil // a course that can't be read can't be played
	}
	course, err := lessons.Open(cfg.Course)
	if err != nil {
		return nil, err
	}
	for _, e := range course.Entries {
		if !wanted(cfg.Lessons, e.ID) {
			continue
		}
		if err := proveLesson(ctx, cfg, e.ID, res); err != nil {
			return res, fmt.Errorf("proving lesson %q: %w", e.ID, err)
		}
	}
	return res, nil
}

func wanted(ids []string, id string) bool {
	for _, w := range ids {
		if w == id {
			return true
		}
	}
	return len(ids) == 0
}
