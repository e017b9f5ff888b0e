package play

import (
	"slices"

	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// Next is the step after a place: the next one of the lesson, or the first of
// the next lesson. done says that there is none: the course ends there. It
// writes nothing; see Go.
func (p *Player) Next(from Place) (next Place, done bool, err error) {
	lesson, step, err := p.Step(from)
	if err != nil {
		return Place{}, false, err
	}
	if i := slices.Index(lesson.Steps, step); i+1 < len(lesson.Steps) {
		return Place{Lesson: lesson.ID, Step: lesson.Steps[i+1].ID}, false, nil
	}
	i := slices.IndexFunc(p.course.Entries, func(e lessons.Entry) bool { return e.ID == lesson.ID })
	if i+1 >= len(p.course.Entries) {
		return Place{}, true, nil
	}
	following, err := p.Lesson(p.course.Entries[i+1].ID)
	if err != nil {
		return Place{}, false, err
	}
	next = Place{Lesson: following.ID}
	if len(following.Steps) > 0 {
		next.Step = following.Steps[0].ID
	}
	return next, false, nil
}

// Go makes a place the current one.
func (p *Player) Go(place Place) error {
	lesson, step, err := p.Step(place)
	if err != nil {
		return err
	}
	return p.store.Update(func(progress *learner.Progress) []learner.Record {
		if progress.Lesson == lesson.ID && progress.Step == step.ID {
			return nil
		}
		return []learner.Record{p.record(lesson, step, learner.At)}
	})
}

// record begins a record about a step.
func (p *Player) record(l *lessons.Lesson, s *lessons.Step, kind learner.Kind) learner.Record {
	return learner.Record{
		Time: p.cfg.Now().UTC(), Lesson: l.ID, LessonVersion: l.Version, Kind: kind, Step: s.ID,
	}
}

// bodies picks one of the bodies that each language has.
func bodies(all map[lessons.Lang][]lessons.Body, i int) lessons.Bodies {
	picked := lessons.Bodies{}
	for lang, list := range all {
		if i < len(list) {
			picked[lang] = list[i]
		}
	}
	return picked
}
