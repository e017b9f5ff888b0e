package play

import (
	"context"
	"errors"
	"slices"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// PlanReset tells what resetting a lesson would remove, and what it would
// leave although the lesson names it. It changes nothing. When the lesson was
// started on other engines only, it fails with a *learner.OtherEngineError.
func (p *Player) PlanReset(ctx context.Context, lessonID string) (*ResetPlan, error) {
	entry, err := p.find(lessonID)
	if err != nil {
		return nil, err
	}
	all, err := p.store.Progress()
	if err != nil {
		return nil, err
	}
	progress := all.Of(entry.ID)
	names, err := p.ownNames(entry, progress)
	if err != nil {
		return nil, err
	}
	e, info, err := p.connect(ctx)
	if err != nil {
		return nil, err
	}
	w, err := world(ctx, e)
	if err != nil {
		return nil, err
	}
	b, err := p.baseline(entry.ID, progress, info, w)
	if err != nil {
		return nil, err
	}
	plan := &ResetPlan{Lesson: entry.ID, Started: progress.IsStarted(), Engine: info}
	var made map[string]bool
	if b != nil {
		if made, err = p.details(ctx, e, &w, b, progress, names); err != nil {
			return nil, err
		}
	}
	plan.Plan = learner.PlanReset(b, w, names, made)
	return plan, nil
}

// ownNames joins all that a lesson declares as its own.
func (p *Player) ownNames(entry *lessons.Entry, progress *learner.LessonProgress) (learner.Names, error) {
	lesson, err := p.lesson(entry, progress)
	if err != nil {
		return learner.Names{}, err
	}
	var named []checker.Subject
	for _, s := range lesson.Steps {
		checks, err := parseChecks(s)
		if err != nil {
			return learner.Names{}, err
		}
		named = append(named, checker.Owned(checks)...)
	}
	return learner.OwnNames(lesson.Owns, named, p.catalogue(lesson)), nil
}

// catalogue is the images that any lesson of the course is played with, under
// whatever values.
func (p *Player) catalogue(current *lessons.Lesson) []string {
	refs := slices.Clone(current.Images)
	for _, e := range p.course.Entries {
		refs = append(refs, e.Images...) // those that are parameters match nothing as they stand
		for _, param := range e.Params {
			if param.Type != "image" {
				continue
			}
			refs = append(refs, param.Default)
			for _, ref := range param.Platforms {
				refs = append(refs, ref)
			}
		}
	}
	return refs
}

// baseline finds what was on an engine before a lesson; nil when nobody knows.
func (p *Player) baseline(lesson string, progress *learner.LessonProgress, info *engine.Info, w learner.World) (*learner.Baseline, error) {
	if !progress.IsStarted() {
		if len(progress.Left) == 0 {
			return nil, nil
		}
		// Everything but what the last reset had to leave.
		return learner.NewBaseline(lesson, "", p.cfg.Now().UTC(), info, w, progress.Left), nil
	}
	key := learner.EngineKey(info)
	b, err := p.store.Baseline(lesson, progress.Session, key)
	if b != nil || err != nil {
		return b, err
	}
	if others := p.store.OtherBaselines(lesson, progress.Session, key); len(others) > 0 {
		return nil, &learner.OtherEngineError{Lesson: lesson, Was: others[0], Is: learner.EngineName(info)}
	}
	return nil, nil
}

// Reset does what a plan says and begins the lesson anew: its progress is
// empty afterwards. Right before each removal it looks whether the object is
// still the one that was planned for, and still not used by others; if not, it
// is left with a *ChangedError or *UsedError. progress, which may be nil,
// hears of each object when it is done with.
//
// A reset that is cut short, or fails with an *IncompleteError, keeps the
// baseline and the progress, and can be planned and done again. The learner's
// workspace is left as it is.
func (p *Player) Reset(ctx context.Context, plan *ResetPlan, progress func(learner.Object, error)) error {
	unlock, err := p.store.Lock(ctx, plan.Lesson)
	if err != nil {
		return err
	}
	defer unlock()
	e, info, err := p.connect(ctx)
	if err != nil {
		return err
	}
	if is := learner.EngineKey(info); plan.Engine != nil && is != learner.EngineKey(plan.Engine) {
		return &learner.OtherEngineError{
			Lesson: plan.Lesson, Was: learner.EngineName(plan.Engine), Is: learner.EngineName(info),
		}
	}
	r := remover{engine: e, going: plan.Remove}
	var errs []error
	for _, o := range plan.Remove {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := r.remove(ctx, o)
		if progress != nil {
			progress(o, err)
		}
		if err == nil {
			continue
		}
		errs = append(errs, err)
		var unusable *engine.Error
		if errors.As(err, &unusable) && unusable.Kind != engine.API {
			break // nothing more can be done there
		}
	}
	if len(errs) > 0 {
		return &IncompleteError{Lesson: plan.Lesson, Failed: errs}
	}
	return p.begin(ctx, plan, learner.EngineKey(info))
}

// begin forgets a lesson's progress, after all that could be removed was.
func (p *Player) begin(ctx context.Context, plan *ResetPlan, engineKey string) error {
	left := plan.Left()
	// What came while objects were removed is the lesson's too, and is left
	// to the next reset.
	if again, err := p.PlanReset(ctx, plan.Lesson); err == nil {
		left = append(again.Left(), again.Remove...)
	}
	var session string
	err := p.store.Update(func(progress *learner.Progress) []learner.Record {
		session = progress.Of(plan.Lesson).Session
		return []learner.Record{{
			Time: p.cfg.Now().UTC(), Lesson: plan.Lesson, Kind: learner.Reset, Engine: engineKey, Left: left,
		}}
	})
	if err != nil || session == "" {
		return err
	}
	return p.store.DropBaseline(plan.Lesson, session, engineKey)
}
