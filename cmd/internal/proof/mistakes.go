package proof

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

// How long a verdict may take to become what it must be: containers start, end
// and begin to answer in their own time.
const (
	settleTime = 15 * time.Second
	settleTick = 150 * time.Millisecond
)

// mistakes plays the lesson once more, as far as there are mistakes, and makes
// all of them: proof 3, and what proof 5 says about them.
func (p *prover) mistakes(ctx context.Context) error {
	last := -1
	for n, s := range p.lesson.Steps {
		if len(s.Mistakes) > 0 {
			last = n
		}
	}
	if last < 0 {
		return nil
	}
	if err := p.begin(ctx); err != nil {
		return err
	}
	for n := 0; n <= last; n++ {
		s := p.lesson.Steps[n]
		if err := p.timed(&p.times(s).Solved, func() error { return p.playOn(ctx, n) }); err != nil {
			return err
		}
		for m := range s.Mistakes {
			// What went before may have read the lesson anew.
			if err := p.mistake(ctx, p.lesson.Steps[n], m, n == last && m == len(s.Mistakes)-1); err != nil {
				return err
			}
		}
		p.cfg.Progress(Event{Lesson: p.lesson.ID, Step: s.ID, What: "step", Took: p.times(s).Took()})
	}
	return p.timed(&p.count.Resets, func() error { return p.reset(ctx, "after the mistakes") })
}

// mistake makes one mistake from the step's starting state, to which it returns
// unless it is the lesson's final one.
func (p *prover) mistake(ctx context.Context, s *lessons.Step, m int, final bool) error {
	p.step = s
	t := p.times(s)
	at := s.Mistakes[m].Blocks[0].Position
	held, out, err := p.attempt(ctx, s, m)
	if err != nil {
		return err
	}
	if !held && p.undone {
		// Something that is on no list may have been left of what was undone.
		p.count.Retried++
		if err := p.timed(&t.Undone, func() error { return p.anew(ctx, len(p.states)-1) }); err != nil {
			return err
		}
		s = p.lesson.Step(s.ID)
		if held, out, err = p.attempt(ctx, s, m); err != nil {
			return err
		}
	}
	want := s.Mistakes[m].Finding
	switch {
	case held:
		p.count.Mistakes++
		t.Mistakes++
	case out.Report.Passed():
		p.fail(Mistakes, s, at, "the mistake passes; wanted the finding "+want)
	default:
		p.fail(Mistakes, s, at, fmt.Sprintf("wanted the finding %q, found %s", want, describe(out.Report)))
	}
	return p.timed(&t.Undone, func() error {
		plan, err := p.covers(ctx, at)
		if err != nil || final {
			return err
		}
		return p.restore(ctx, plan)
	})
}

// attempt does a mistake's blocks, and tells whether its finding was there
// before time was up.
func (p *prover) attempt(ctx context.Context, s *lessons.Step, m int) (held bool, out *play.Outcome, err error) {
	t := p.times(s)
	err = p.timed(&t.Made, func() error {
		if err := p.player.Go(p.place(s)); err != nil {
			return err
		}
		if err := p.answerRightly(s); err != nil {
			return err
		}
		return p.do(ctx, s.Mistakes[m].Blocks)
	})
	if err != nil {
		return false, nil, err
	}
	err = p.timed(&t.Checked, func() error {
		held, out, err = p.settle(ctx, s, func(o *play.Outcome) bool { return finds(o.Report, s.Mistakes[m].Finding) })
		return err
	})
	return held, out, err
}

// settle checks a step until the verdict is what it must be, or time is up. It
// gives the last one.
func (p *prover) settle(ctx context.Context, s *lessons.Step, good func(*play.Outcome) bool) (bool, *play.Outcome, error) {
	deadline := time.Now().Add(settleTime)
	tick := time.NewTicker(settleTick)
	defer tick.Stop()
	for {
		out, err := p.player.Check(ctx, p.place(s))
		if err != nil {
			return false, nil, err
		}
		if held := good(out); held || time.Now().After(deadline) {
			return held, out, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false, nil, ctx.Err()
		}
	}
}

// finds reports whether the first check that did not pass has the finding:
// "container.volumes", or with its reason "container.volumes different".
func finds(rep checker.Report, want string) bool {
	first := rep.First()
	if first == nil {
		return false
	}
	field, reason, _ := strings.Cut(want, " ")
	return slices.ContainsFunc(first.Findings, func(f checker.Finding) bool {
		return f.Field == field && (reason == "" || string(f.Reason) == reason)
	})
}

// describe names what a report found instead.
func describe(rep checker.Report) string {
	first := rep.First()
	if first == nil {
		return "nothing"
	}
	var found []string
	for _, f := range first.Findings {
		found = append(found, fmt.Sprintf("%s %s (%s)", f.Field, f.Reason, f.Say("en")))
	}
	return first.Subject.String() + ": " + strings.Join(found, "; ")
}
