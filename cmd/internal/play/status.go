package play

import (
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// Status tells how far the learner is with a lesson. A lesson that can't be
// read has its error in LessonStatus.Err; the error beside it is of the journal,
// or an *UnknownError.
func (p *Player) Status(id string) (*LessonStatus, error) {
	entry, err := p.find(id)
	if err != nil {
		return nil, err
	}
	progress, err := p.store.Progress()
	if err != nil {
		return nil, err
	}
	of := progress.Of(entry.ID)
	s := &LessonStatus{Entry: *entry, Started: of.IsStarted(), Current: progress.Lesson == entry.ID}
	var lesson *lessons.Lesson
	if lesson, s.Err = p.lesson(entry, of); s.Err == nil {
		s.fill(lesson, of)
	}
	return s, nil
}

func (s *LessonStatus) fill(l *lessons.Lesson, progress *learner.LessonProgress) {
	here := where(l, progress)
	for _, step := range l.Steps {
		of := progress.Of(step.ID)
		st := StepStatus{
			ID: step.ID, Title: step.Title, Asks: step.Asks(),
			Current: s.Current && step.ID == here,
			Passed:  of.Passed(), Older: of.Passed() && !of.PassedVersion(l.Version),
			Tries: of.Tries, Hints: of.Hints, Revealed: of.Revealed,
		}
		if n := len(of.Passes); n > 0 {
			st.PassedAt = of.Passes[n-1].Time
		}
		if st.Asks {
			s.Asking++
			if st.Passed {
				s.Passed++
			}
			if st.Older {
				s.Older++
			}
		}
		s.Steps = append(s.Steps, st)
	}
}
