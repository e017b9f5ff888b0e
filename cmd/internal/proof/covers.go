package proof

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

// covers holds proof 5 for a mistake: whatever is there of the lesson, reset
// would remove. It gives the reset's plan.
func (p *prover) covers(ctx context.Context, at lessons.Position) (*play.ResetPlan, error) {
	now, err := p.cfg.Engine.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	plan, err := p.player.PlanReset(ctx, p.lesson.ID)
	if err != nil {
		return nil, err
	}
	goes := map[string]bool{}
	for _, o := range plan.Remove {
		goes[o.Kind+" "+o.ID] = true
		goes[o.Kind+" "+o.Name] = true
		for _, with := range o.With {
			goes[with.Kind+" "+with.ID] = true
		}
	}
	var stays []string
	for _, o := range added(p.before, now) {
		if goes[o.Kind+" "+o.ID] || goes[o.Kind+" "+o.Name] {
			continue
		}
		stays = append(stays, o.String())
		if last := p.states[len(p.states)-1]; !has(last.objects, o) { // it is this mistake's
			err = errors.Join(err, p.discard(ctx, o))
		}
	}
	if len(stays) > 0 {
		p.fail(ResetBack, p.step, at, "after this mistake, reset would leave "+strings.Join(stays, ", "))
	}
	return plan, err
}

// discard removes what the proof made and reset would leave.
func (p *prover) discard(ctx context.Context, o learner.Object) error {
	switch o.Kind {
	case learner.KindContainer:
		return p.cfg.Engine.RemoveContainer(ctx, o.ID)
	case learner.KindNetwork:
		return p.cfg.Engine.RemoveNetwork(ctx, o.ID)
	case learner.KindVolume:
		return p.cfg.Engine.RemoveVolume(ctx, o.Name)
	default:
		return p.cfg.Engine.RemoveImage(ctx, cmp.Or(o.Name, o.ID))
	}
}

// added lists what came to be between two snapshots.
func added(before, after *engine.Snapshot) []learner.Object {
	var all []learner.Object
	for _, c := range after.Containers {
		all = append(all, learner.Object{Kind: learner.KindContainer, Name: c.Name, ID: c.ID})
	}
	for _, n := range after.Networks {
		all = append(all, learner.Object{Kind: learner.KindNetwork, Name: n.Name, ID: n.ID})
	}
	for _, v := range after.Volumes {
		all = append(all, learner.Object{Kind: learner.KindVolume, Name: v.Name})
	}
	for _, i := range after.Images {
		for _, t := range i.Tags {
			all = append(all, learner.Object{Kind: learner.KindImage, Name: t, ID: i.ID})
		}
		if len(i.Tags) == 0 {
			all = append(all, learner.Object{Kind: learner.KindImage, ID: i.ID})
		}
	}
	return since(before, all)
}
