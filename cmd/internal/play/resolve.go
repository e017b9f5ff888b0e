package play

import (
	"strconv"
	"strings"

	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// Resolve finds the place that an argument means: "volumes", "volumes/keep",
// "/keep" in the current lesson, a lesson's number or folder ("90", "090",
// "9", "090-volumes"), and the current place for an empty one. A lesson alone
// means where the learner is in it. What names nothing is an *UnknownError.
func (p *Player) Resolve(arg string) (Place, error) {
	progress, err := p.store.Progress()
	if err != nil {
		return Place{}, err
	}
	name, step, _ := strings.Cut(strings.TrimSpace(arg), "/")
	entry, err := p.current(progress)
	if name != "" {
		entry, err = p.find(name)
	}
	if err != nil {
		return Place{}, err
	}
	lesson, err := p.lesson(entry, progress.Of(entry.ID))
	if err != nil {
		return Place{}, err
	}
	if step == "" {
		return Place{Lesson: lesson.ID, Step: where(lesson, progress.Of(lesson.ID))}, nil
	}
	if lesson.Step(step) == nil {
		return Place{}, unknownStep(lesson, step, name != "")
	}
	return Place{Lesson: lesson.ID, Step: step}, nil
}

// current is the lesson that the learner is in; the first one before the
// first start, or when it is no longer in the course.
func (p *Player) current(progress *learner.Progress) (*lessons.Entry, error) {
	for i := range p.course.Entries {
		if p.course.Entries[i].ID == progress.Lesson {
			return &p.course.Entries[i], nil
		}
	}
	if len(p.course.Entries) == 0 {
		return nil, &UnknownError{Kind: "lesson"}
	}
	return &p.course.Entries[0], nil
}

// find is the lesson of a name, a folder or a number.
func (p *Player) find(name string) (*lessons.Entry, error) {
	number, err := strconv.Atoi(name)
	numbered := err == nil
	var ninth *lessons.Entry // "9" for 090, where no lesson is number 9
	for i := range p.course.Entries {
		e := &p.course.Entries[i]
		switch {
		case e.ID == name, e.Dir == name, numbered && e.Number == number:
			return e, nil
		case numbered && e.Number == 10*number:
			ninth = e
		}
	}
	if ninth != nil {
		return ninth, nil
	}
	ids := make([]string, len(p.course.Entries))
	for i, e := range p.course.Entries {
		ids[i] = e.ID
	}
	return nil, &UnknownError{Arg: name, Kind: "lesson", Near: nearest(name, ids)}
}

// where is the step that the learner turned to last in a lesson; when there is
// none, or newer content has none such, the first that is still to be done.
func where(l *lessons.Lesson, progress *learner.LessonProgress) string {
	if l.Step(progress.Step) != nil {
		return progress.Step
	}
	for _, s := range l.Steps {
		done := progress.Of(s.ID).Passed()
		if !done && (s.Asks() || !progress.IsStarted()) {
			return s.ID
		}
	}
	if len(l.Steps) == 0 {
		return ""
	}
	return l.Steps[0].ID
}

// Step gives a place's lesson and step.
func (p *Player) Step(place Place) (*lessons.Lesson, *lessons.Step, error) {
	l, s, _, err := p.at(place)
	return l, s, err
}

// at gives all that is known about a place.
func (p *Player) at(place Place) (*lessons.Lesson, *lessons.Step, *learner.LessonProgress, error) {
	entry, err := p.find(place.Lesson)
	if err != nil {
		return nil, nil, nil, err
	}
	progress, err := p.store.Progress()
	if err != nil {
		return nil, nil, nil, err
	}
	lesson, err := p.lesson(entry, progress.Of(entry.ID))
	if err != nil {
		return nil, nil, nil, err
	}
	step := lesson.Step(place.Step)
	if step == nil {
		return nil, nil, nil, unknownStep(lesson, place.Step, true)
	}
	return lesson, step, progress.Of(entry.ID), nil
}

// unknownStep is the error for a step that a lesson doesn't have. What was
// meant is given as it must be typed: with the lesson where that was typed.
func unknownStep(l *lessons.Lesson, step string, whole bool) error {
	ids := make([]string, len(l.Steps))
	for i, s := range l.Steps {
		ids[i] = s.ID
	}
	near := nearest(step, ids)
	if near != "" {
		near = "/" + near
		if whole {
			near = l.ID + near
		}
	}
	return &UnknownError{Arg: step, Kind: "step", Near: near}
}
