package learner

import (
	"maps"
	"slices"
	"time"

	"github.com/naru-lab/naru/checker"
)

// Progress is what the journal tells about a course. It is derived from the
// records alone.
type Progress struct {
	Course string
	// Lesson and Step are where the learner turned last; empty before the
	// first lesson was started. Newer content may no longer have them.
	Lesson, Step string
	Lessons      map[string]*LessonProgress
}

// LessonProgress is how far a learner is with a lesson, since it was started
// or last reset.
type LessonProgress struct {
	Started time.Time         // the first start; zero: not started
	Session string            // of the first start, see NewSession
	Version string            // of the lesson, at the last start
	Params  map[string]string // the values in force, from the last start
	Engine  string            // EngineKey of the engine at the last start; empty: there was none
	Step    string            // where the learner turned last in this lesson
	Steps   map[string]*StepProgress
	Left    []Object  // what the last reset had to leave
	Touched time.Time // the last record
}

// StepProgress is how far a learner is with a step.
type StepProgress struct {
	Passes   []Pass // at most one for each version of the lesson, the oldest first
	Tries    int    // checks that did not pass, up to the first that did
	Hints    int    // the highest level of hint that was shown
	Revealed bool   // the solution was shown
	Answers  map[string]Answer
}

// Pass is a step's passing with what proved it.
type Pass struct {
	Time     time.Time
	Version  string // of the lesson
	Engine   string // EngineKey; empty when the step asked nothing of an engine
	Evidence []checker.Evidence
}

// Answer is the last answer to a question.
type Answer struct {
	Time    time.Time
	Choices []int  // of a quiz, from 0
	Text    string // of an open question
	Right   bool   // for a quiz: as judged by the lesson that asked it
}

// Passed reports whether the step has passed, whatever the lesson's version
// was then.
func (s *StepProgress) Passed() bool { return len(s.Passes) > 0 }

// PassedVersion reports whether the step has passed in this version of the
// lesson. A step that Passed, but not in this version, was done with an older
// lesson and stays done.
func (s *StepProgress) PassedVersion(version string) bool {
	return slices.ContainsFunc(s.Passes, func(p Pass) bool { return p.Version == version })
}

// IsStarted reports whether the lesson was started and not reset since.
func (l *LessonProgress) IsStarted() bool { return !l.Started.IsZero() }

// Of gives a step's progress; an empty one for a step without.
func (l *LessonProgress) Of(step string) *StepProgress {
	if s := l.Steps[step]; s != nil {
		return s
	}
	return &StepProgress{}
}

// Evidence is what proved the given steps when each passed last, on the given
// engine, in the order of the steps. Objects of another engine prove nothing
// here: an ID would differ without anything having been replaced.
func (l *LessonProgress) Evidence(engine string, steps ...string) []checker.Evidence {
	var all []checker.Evidence
	for _, id := range steps {
		passes := l.Of(id).Passes
		if len(passes) == 0 {
			continue
		}
		last := passes[len(passes)-1]
		if last.Engine != engine {
			continue
		}
		for _, e := range last.Evidence {
			e.Step = id
			all = append(all, e)
		}
	}
	return all
}

// Of gives a lesson's progress; an empty one for a lesson without.
func (p *Progress) Of(lesson string) *LessonProgress {
	if l := p.Lessons[lesson]; l != nil {
		return l
	}
	return &LessonProgress{}
}

// Derive tells a course's progress from the journal's records, in their order.
func Derive(course string, records []Record) *Progress {
	p := newProgress(course)
	for _, r := range records {
		p.add(r)
	}
	return p
}

func newProgress(course string) *Progress {
	return &Progress{Course: course, Lessons: map[string]*LessonProgress{}}
}

// clone is a copy that can be changed without changing the other.
func (p *Progress) clone() *Progress {
	c := *p
	c.Lessons = make(map[string]*LessonProgress, len(p.Lessons))
	for id, l := range p.Lessons {
		own := *l
		own.Params, own.Left = maps.Clone(l.Params), slices.Clone(l.Left)
		own.Steps = make(map[string]*StepProgress, len(l.Steps))
		for id, s := range l.Steps {
			step := *s
			step.Passes, step.Answers = slices.Clone(s.Passes), maps.Clone(s.Answers)
			own.Steps[id] = &step
		}
		c.Lessons[id] = &own
	}
	return &c
}

// add takes the next record into account. Records of other courses and of
// unknown kinds are passed over.
func (p *Progress) add(r Record) {
	if r.Course != p.Course || r.Lesson == "" {
		return
	}
	l := p.Lessons[r.Lesson]
	if l == nil {
		l = &LessonProgress{Steps: map[string]*StepProgress{}}
		p.Lessons[r.Lesson] = l
	}
	l.Touched = r.Time
	switch r.Kind {
	case Started:
		if l.Started.IsZero() {
			l.Started, l.Session, l.Left = r.Time, r.Session, nil
		}
		l.Version, l.Params, l.Engine = r.LessonVersion, maps.Clone(r.Params), r.Engine
	case At:
		l.Step = r.Step
		p.Lesson, p.Step = r.Lesson, r.Step
	case Reset:
		*l = LessonProgress{Steps: map[string]*StepProgress{}, Left: r.Left, Touched: r.Time}
		if p.Lesson == r.Lesson {
			p.Step = ""
		}
	case Passed, Tried, Hinted, Solution, Answered:
		if r.Step != "" {
			l.step(r.Step).apply(r)
		}
	}
}

func (l *LessonProgress) step(id string) *StepProgress {
	s := l.Steps[id]
	if s == nil {
		s = &StepProgress{Answers: map[string]Answer{}}
		l.Steps[id] = s
	}
	return s
}

func (s *StepProgress) apply(r Record) {
	switch r.Kind {
	case Passed:
		if !s.PassedVersion(r.LessonVersion) {
			s.Passes = append(s.Passes, Pass{Time: r.Time, Version: r.LessonVersion, Engine: r.Engine, Evidence: r.Evidence})
		}
	case Tried:
		if !s.Passed() {
			s.Tries++
		}
	case Hinted:
		s.Hints = max(s.Hints, r.Level)
	case Solution:
		s.Revealed = true
	case Answered:
		s.Answers[r.Question] = Answer{Time: r.Time, Choices: r.Choices, Text: r.Text, Right: r.Right}
	case Started, At, Reset: // of the lesson, not of a step
	}
}
