package play

import (
	"context"
	"slices"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// Check judges a step on the live engine and writes down what it came to: a
// pass with its evidence, once for each version of the lesson, or a try.
//
// The step is judged whatever was done before; its lesson need not have been
// started. An engine that can't be used is an error (see package engine), not
// a verdict. When the verdict could not be written down, both it and the error
// are returned.
func (p *Player) Check(ctx context.Context, place Place) (*Outcome, error) {
	o, key, err := p.judge(ctx, place)
	if err != nil {
		return nil, err
	}
	if err := p.keep(ctx, o, key); err != nil {
		return o, err
	}
	return o, nil
}

// Judge is Check without writing anything: for watching, and for the proof of
// a course.
func (p *Player) Judge(ctx context.Context, place Place) (*Outcome, error) {
	o, _, err := p.judge(ctx, place)
	return o, err
}

// parseChecks reads a step's checks. What their author got wrong is a
// lessons.Errors.
func parseChecks(s *lessons.Step) ([]checker.Check, error) {
	if s.Checks.Text == "" {
		return nil, nil
	}
	checks, issues := checker.Parse([]byte(s.Checks.Text))
	if len(issues) == 0 {
		return checks, nil
	}
	errs := make(lessons.Errors, len(issues))
	for i, issue := range issues {
		at := s.Checks.Position
		at.Line += issue.Line // the block's first line is its fence
		errs[i] = lessons.Error{Position: at, Message: issue.Message}
	}
	return nil, errs
}

// judge gives the verdict on a step, and the key of the engine it was judged
// on; empty when none was needed.
func (p *Player) judge(ctx context.Context, place Place) (o *Outcome, engineKey string, err error) {
	lesson, step, progress, err := p.at(place)
	if err != nil {
		return nil, "", err
	}
	of := progress.Of(step.ID)
	o = &Outcome{
		Place: Place{Lesson: lesson.ID, Step: step.ID}, Lesson: lesson, Step: step, Asks: step.Asks(),
		Started: progress.IsStarted(), Before: of.Passed(), Tries: of.Tries,
	}
	checks, err := parseChecks(step)
	if err != nil {
		return nil, "", err
	}
	if len(checks) > 0 {
		l := look{
			player: p, lesson: lesson.ID, checks: checks, progress: progress, steps: earlier(lesson, step),
			source: checker.Source{
				Workspace: p.Workspace(lesson.ID),
				Answers:   answers(of), Host: p.cfg.Host, Do: p.cfg.Do, Now: p.cfg.Now,
			},
		}
		if err := l.take(ctx); err != nil {
			return nil, "", err
		}
		o.State, o.Engine, o.Took = l.state, l.info, l.took
		o.Report = l.report
		engineKey = learner.EngineKey(l.info)
		o.OtherEngine = p.otherEngine(lesson.ID, progress, l.info)
	}
	o.Report.Results = append(o.Report.Results, judgeQuizzes(step, of)...)
	return o, engineKey, nil
}

// earlier gives the steps before one, in their order.
func earlier(l *lessons.Lesson, before *lessons.Step) []string {
	var ids []string
	for _, s := range l.Steps {
		if s == before {
			break
		}
		ids = append(ids, s.ID)
	}
	return ids
}

// look is one look at the engine for a step's checks.
type look struct {
	player   *Player
	lesson   string
	checks   []checker.Check
	progress *learner.LessonProgress
	steps    []string // those before the one that is judged
	source   checker.Source
	skew     time.Duration // how far the engine's clock is ahead

	state  *checker.State
	report checker.Report
	info   *engine.Info // nil when no engine was needed
	took   time.Duration
}

// take observes and compares. Which engine it is is asked for meanwhile; should
// it be another than expected, what was seen is held against what is known of
// that one.
func (l *look) take(ctx context.Context) error {
	if !slices.ContainsFunc(l.checks, needsEngine) {
		return l.observe(ctx, "")
	}
	e, err := l.player.cfg.Engine(ctx)
	if err != nil {
		return err
	}
	l.source.Engine, l.skew = e, e.Skew()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type told struct {
		info *engine.Info
		err  error
	}
	infos := make(chan told, 1)
	go func() {
		info, err := e.Recognize(ctx, l.player.store)
		infos <- told{info, err}
	}()
	expected := l.progress.Engine
	err = l.observe(ctx, expected)
	if err != nil {
		cancel()
	}
	t := <-infos
	if err != nil {
		return err
	}
	if t.err != nil {
		return t.err
	}
	l.info = t.info
	key := learner.EngineKey(t.info)
	if key == expected {
		return nil
	}
	if l.progress.IsStarted() { // on another engine, or without one: this one will be named
		if l.info, err = e.Info(ctx); err != nil {
			return err
		}
	}
	if l.evidenceDiffers(key, expected) || l.beginningDiffers(key) {
		l.source.Known = l.state
		return l.observe(ctx, key)
	}
	return nil
}

// needsEngine reports whether a check can't be judged without an engine.
func needsEngine(c checker.Check) bool {
	return c.Subject.Kind != "dockerfile" && c.Subject.Kind != "host"
}

// evidenceDiffers reports whether other evidence holds on one engine than on
// another.
func (l *look) evidenceDiffers(a, b string) bool {
	same := func(x, y checker.Evidence) bool { return x.Step == y.Step && x.Kind == y.Kind && x.ID == y.ID }
	return !slices.EqualFunc(l.progress.Evidence(a, l.steps...), l.progress.Evidence(b, l.steps...), same)
}

// observe looks and compares with the evidence that holds on an engine.
func (l *look) observe(ctx context.Context, engineKey string) error {
	l.source.Evidence = l.progress.Evidence(engineKey, l.steps...)
	l.source.Since, l.source.Before = l.beginning(engineKey)
	begun := time.Now()
	st, err := checker.Observe(ctx, l.source, l.checks)
	if err != nil {
		return err
	}
	l.state, l.report = st, checker.Compare(l.checks, st)
	l.took += time.Since(begun)
	return nil
}

// otherEngine tells whether the lesson was started on another engine than the
// one there is.
func (p *Player) otherEngine(lesson string, progress *learner.LessonProgress, info *engine.Info) *learner.OtherEngineError {
	key := learner.EngineKey(info)
	if info == nil || progress.Engine == "" || progress.Engine == key {
		return nil
	}
	other := &learner.OtherEngineError{Lesson: lesson, Is: learner.EngineName(info)}
	if b, err := p.store.Baseline(lesson, progress.Session, progress.Engine); err == nil && b != nil {
		other.Was = b.EngineName
	}
	return other
}

// keep writes down what a check came to.
func (p *Player) keep(ctx context.Context, o *Outcome, engineKey string) error {
	if !o.Asks {
		return nil
	}
	err := p.store.Update(func(progress *learner.Progress) []learner.Record {
		of := progress.Of(o.Lesson.ID).Of(o.Step.ID)
		o.Before, o.Tries = of.Passed(), of.Tries
		switch {
		case o.Report.Passed() && of.PassedVersion(o.Lesson.Version):
			return nil
		case o.Report.Passed():
			r := p.record(o.Lesson, o.Step, learner.Passed)
			r.Engine, r.Evidence = engineKey, evidence(o.Report, r.Time)
			o.Recorded = true
			return []learner.Record{r}
		case of.Passed(): // trying again what is done is no failure
			return nil
		}
		o.Tries++
		r := p.record(o.Lesson, o.Step, learner.Tried)
		if first := o.Report.First(); len(first.Findings) > 0 {
			r.Failed = first.Findings[0].Field + " " + string(first.Findings[0].Reason)
		}
		return []learner.Record{r}
	})
	if err != nil {
		o.Recorded = false
		return err
	}
	if o.Engine != nil && o.Started {
		return p.lateBaseline(ctx, o.Place.Lesson, engineKey, o.Engine)
	}
	return nil
}

// evidence is what a report rests on.
func evidence(rep checker.Report, now time.Time) []checker.Evidence {
	var all []checker.Evidence
	for _, res := range rep.Results {
		for _, e := range res.Evidence {
			e.Step = "" // the record has it
			if e.At.IsZero() {
				e.At = now
			}
			all = append(all, e)
		}
	}
	return all
}
