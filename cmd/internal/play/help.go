package play

import "github.com/naru-lab/naru/cmd/internal/learner"

// Hint gives the next hint of a step and notes that it was shown. After the
// last one it gives the last again. A step without hints gives one with a
// Total of 0.
func (p *Player) Hint(place Place) (*Hint, error) {
	lesson, step, err := p.Step(place)
	if err != nil {
		return nil, err
	}
	h := &Hint{Place: Place{Lesson: lesson.ID, Step: step.ID}}
	for _, hints := range step.Hints {
		h.Total = max(h.Total, len(hints))
	}
	if h.Total == 0 {
		return h, nil
	}
	err = p.store.Update(func(progress *learner.Progress) []learner.Record {
		shown := min(max(progress.Of(lesson.ID).Of(step.ID).Hints, 0), h.Total)
		h.N = min(shown+1, h.Total)
		if h.N == shown {
			return nil
		}
		r := p.record(lesson, step, learner.Hinted)
		r.Level = h.N
		return []learner.Record{r}
	})
	if err != nil {
		return nil, err
	}
	h.Body = bodies(step.Hints, h.N-1)
	return h, nil
}

// Solution gives a step's solution and notes that it was shown.
func (p *Player) Solution(place Place) (*Solved, error) {
	lesson, step, err := p.Step(place)
	if err != nil {
		return nil, err
	}
	solved := &Solved{Place: Place{Lesson: lesson.ID, Step: step.ID}, Blocks: step.Solutions}
	if len(step.Solutions) == 0 {
		return solved, nil
	}
	err = p.store.Update(func(progress *learner.Progress) []learner.Record {
		if progress.Of(lesson.ID).Of(step.ID).Revealed {
			return nil
		}
		return []learner.Record{p.record(lesson, step, learner.Solution)}
	})
	if err != nil {
		return nil, err
	}
	return solved, nil
}
