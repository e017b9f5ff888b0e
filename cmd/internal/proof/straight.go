package proof

import (
	"context"
	"fmt"
	"slices"

	"github.com/naru-lab/naru/lessons"
)

// straight plays the lesson through as a learner would who makes no mistake,
// and resets it: proofs 1, 2, 4 and 5. Nothing is undone on the way.
func (p *prover) straight(ctx context.Context) error {
	for _, s := range p.lesson.Steps {
		p.step = s
		err := p.timed(&p.times(s).Played, func() error { return p.straightStep(ctx, s) })
		if err != nil {
			return err
		}
	}
	return p.timed(&p.count.Resets, func() error { return p.reset(ctx, "after the lesson") })
}

func (p *prover) straightStep(ctx context.Context, s *lessons.Step) error {
	if s.Asks() {
		p.count.Steps++
		if err := p.untouched(ctx, s); err != nil {
			return err
		}
		if err := p.wrongOptions(ctx, s); err != nil {
			return err
		}
	}
	if err := p.solve(ctx, s); err != nil {
		return err
	}
	if s.Asks() {
		return p.passes(ctx, s)
	}
	return nil
}

// untouched: proof 1.
func (p *prover) untouched(ctx context.Context, s *lessons.Step) error {
	if err := p.player.Go(p.place(s)); err != nil {
		return err
	}
	out, err := p.player.Check(ctx, p.place(s))
	if err != nil {
		return err
	}
	if out.Report.Passed() {
		p.fail(Untouched, s, s.Checks.Position, "passes before anything was done")
	}
	return nil
}

// wrongOptions answers each question wrongly in every single way.
func (p *prover) wrongOptions(ctx context.Context, s *lessons.Step) error {
	for _, q := range s.Quizzes {
		for i, o := range q.Options {
			if o.Right && !q.Multiple {
				continue
			}
			reply, err := p.player.Answer(p.place(s), q.ID, []int{i})
			if err != nil {
				return err
			}
			if reply.Right {
				p.fail(Mistakes, s, q.Position, fmt.Sprintf("option %d of question %q is taken for right", i+1, q.ID))
				continue
			}
			p.count.Options++
		}
		out, err := p.player.Check(ctx, p.place(s))
		if err != nil {
			return err
		}
		if out.Report.Passed() {
			p.fail(Mistakes, s, q.Position, fmt.Sprintf("passes with question %q answered wrongly", q.ID))
		}
	}
	return nil
}

// solve does what the step shows and its solution, in the order of the page,
// and answers its questions.
func (p *prover) solve(ctx context.Context, s *lessons.Step) error {
	if err := p.player.Go(p.place(s)); err != nil {
		return err
	}
	blocks := slices.Concat(s.Runs, s.Solutions)
	slices.SortStableFunc(blocks, func(a, b lessons.Block) int { return a.Line - b.Line })
	if err := p.do(ctx, blocks); err != nil {
		return err
	}
	return p.answerRightly(s)
}

func (p *prover) answerRightly(s *lessons.Step) error {
	for _, q := range s.Quizzes {
		var right []int
		for i, o := range q.Options {
			if o.Right {
				right = append(right, i)
			}
		}
		if _, err := p.player.Answer(p.place(s), q.ID, right); err != nil {
			return err
		}
	}
	return nil
}

// passes: proofs 2 and 4.
func (p *prover) passes(ctx context.Context, s *lessons.Step) error {
	held, out, err := p.settle(ctx, s, passed)
	if err != nil {
		return err
	}
	p.count.Checks += len(out.Report.Results)
	if !held {
		p.broken[s.ID] = true
		p.fail(Passes, s, s.Checks.Position, "its own solution does not pass: "+describe(out.Report))
		return nil
	}
	before, err := p.fingerprint(ctx)
	if err != nil {
		return err
	}
	mark, err := p.history.mark(ctx)
	if err != nil {
		return err
	}
	again, err := p.player.Check(ctx, p.place(s))
	if err != nil {
		return err
	}
	after, err := p.fingerprint(ctx)
	if err != nil {
		return err
	}
	events, _, err := p.history.since(ctx, mark)
	if err != nil {
		return err
	}
	if !again.Report.Passed() {
		p.fail(Unchanged, s, s.Checks.Position, "passed, and does not when checked again: "+describe(again.Report))
	}
	if diff := before.diff(after); diff != "" {
		p.fail(Unchanged, s, s.Checks.Position, "checking changed the engine: "+diff)
	}
	if name := written(events, before.boxes); name != "" {
		p.fail(Unchanged, s, s.Checks.Position, "checking wrote to container "+name)
	}
	return nil
}
