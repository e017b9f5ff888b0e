package play

import (
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// Status tells how far the learner is with every lesson. It reads all of them;
// Progress is the cheaper question. A lesson that can't be read has its error
// in its place.
func (p *Player) Status() ([]LessonStatus, error) {
	progress, err := p.store.Progress()
	if err != nil {
		return nil, err
	}
	all := make([]LessonStatus, 0, len(p.course.Entries))
	for i := range p.course.Entries {
		entry := &p.course.Entries[i]
		of := progress.Of(entry.ID)
		s := LessonStatus{Entry: *entry, Started: of.IsStarted(), Current: progress.Lesson == entry.ID}
		lesson, err := p.lesson(entry, of)
		if err != nil {
			s.Err = err
		} else {
			s.fill(lesson, of)
		}
		all = append(all, s)
	}
	return all, nil
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
