package proof

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

// restore returns to the starting state of the last step. It goes back to the
// latest state that is still there under what has come since, by removing
// that, and plays on from it. Where none is, or something else is amiss
// afterwards, the lesson is begun anew.
func (p *prover) restore(ctx context.Context, plan *play.ResetPlan) error {
	to := len(p.states) - 1
	from, err := p.nearest(ctx)
	if err != nil {
		return err
	}
	if from >= 0 {
		same, err := p.undo(ctx, p.states[from], plan)
		if err != nil {
			return err
		}
		if same {
			p.undone = true
			return p.again(ctx, from, to)
		}
	}
	return p.anew(ctx, to)
}

// again plays from a step to another that it had come to before.
func (p *prover) again(ctx context.Context, from, to int) error {
	p.states = p.states[:from+1]
	if from < to {
		p.count.Replays++
		p.count.Replayed += to - from
	}
	return p.playOn(ctx, to)
}

// nearest finds the latest state that can be gone back to; -1 for none.
func (p *prover) nearest(ctx context.Context) (int, error) {
	now, err := p.fingerprint(ctx)
	if err != nil {
		return -1, err
	}
	for n, s := range slices.Backward(p.states) {
		since, whole, err := p.history.since(ctx, s.mark)
		if err != nil {
			return -1, err
		}
		lost := s.lost(now, since)
		if lost == "" && whole {
			return n, nil
		}
		fmt.Fprintf(p.cfg.Log, "  not as at the start of %s: %s\n", p.lesson.Steps[n].ID, lost)
	}
	return -1, nil
}

// undo removes what came since a state, by the lesson's own reset, and reports
// whether all is as it was.
func (p *prover) undo(ctx context.Context, s *state, plan *play.ResetPlan) (same bool, err error) {
	only := *plan
	only.Remove = since(s.objects, plan.Remove)
	err = p.player.Reset(ctx, &only, nil)
	if incomplete, ok := errors.AsType[*play.IncompleteError](err); ok {
		p.fail(ResetBack, p.step, p.step.Position, "reset could not remove what a mistake made: "+incomplete.Error())
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := p.retag(ctx, s); err != nil {
		return false, err
	}
	if err := p.putBack(s); err != nil {
		return false, err
	}
	if err := p.history.forget(ctx, s.mark); err != nil {
		return false, err
	}
	now, err := p.fingerprint(ctx)
	if err != nil {
		return false, err
	}
	diff := s.diff(now)
	if diff != "" {
		fmt.Fprintf(p.cfg.Log, "  undoing left a difference: %s\n", diff)
	}
	return diff == "", nil
}

// since leaves of objects those that a snapshot has not.
func since(s *engine.Snapshot, objects []learner.Object) []learner.Object {
	var list []learner.Object
	for _, o := range objects {
		with := since(s, o.With)
		if !has(s, o) {
			o.With = with
			list = append(list, o)
		} else {
			list = append(list, with...)
		}
	}
	return list
}

// has reports whether a snapshot has an object: a tag, on the same image.
func has(s *engine.Snapshot, o learner.Object) bool {
	switch o.Kind {
	case learner.KindContainer:
		return slices.ContainsFunc(s.Containers, func(c engine.ContainerID) bool { return c.ID == o.ID })
	case learner.KindNetwork:
		return slices.ContainsFunc(s.Networks, func(n engine.NetworkID) bool { return n.ID == o.ID })
	case learner.KindVolume:
		return slices.ContainsFunc(s.Volumes, func(v engine.VolumeID) bool { return v.Name == o.Name })
	default:
		return slices.ContainsFunc(s.Images, func(i engine.ImageID) bool {
			return i.ID == o.ID && (o.Name == "" || slices.Contains(i.Tags, o.Name))
		})
	}
}

// retag gives images the tags back that they had.
func (p *prover) retag(ctx context.Context, s *state) error {
	now, err := p.cfg.Engine.Snapshot(ctx)
	if err != nil {
		return err
	}
	for _, i := range s.objects.Images {
		for _, tag := range i.Tags {
			if has(now, learner.Object{Kind: learner.KindImage, ID: i.ID, Name: tag}) {
				continue
			}
			if err := p.cfg.Engine.TagImage(ctx, i.ID, tag); err != nil {
				return err
			}
		}
	}
	return nil
}

// playOn plays from the last state that there is to the start of a step.
func (p *prover) playOn(ctx context.Context, to int) error {
	for len(p.states)-1 < to {
		s := p.lesson.Steps[len(p.states)-1]
		if err := p.solve(ctx, s); err != nil {
			return err
		}
		if err := p.pass(ctx, s); err != nil {
			return err
		}
		if err := p.save(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pass waits until a step that was solved passes: that is evidence for later
// steps.
func (p *prover) pass(ctx context.Context, s *lessons.Step) error {
	if !s.Asks() || p.broken[s.ID] {
		return nil
	}
	held, out, err := p.settle(ctx, s, passed)
	if err == nil && !held {
		p.broken[s.ID] = true
		p.fail(Passes, s, s.Checks.Position, "passed, and does not when played again: "+describe(out.Report))
	}
	return err
}

func passed(o *play.Outcome) bool { return o.Passed() }

// anew resets the lesson, which must bring the engine back, and plays it again
// up to the start of a step.
func (p *prover) anew(ctx context.Context, to int) error {
	if err := p.reset(ctx, "before playing again"); err != nil {
		return err
	}
	if err := p.begin(ctx); err != nil {
		return err
	}
	return p.again(ctx, 0, to)
}

// begin starts the lesson, in an empty workspace.
func (p *prover) begin(ctx context.Context) error {
	if err := os.RemoveAll(p.dirs.Workspaces); err != nil {
		return err
	}
	if err := p.start(ctx); err != nil {
		return err
	}
	p.undone, p.states = false, nil
	return p.save(ctx)
}
