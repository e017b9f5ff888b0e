package proof

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

// How long a verdict may take to become what it must: containers start, end
// and begin to answer in their own time.
const (
	settleTime = 15 * time.Second
	settleTick = 150 * time.Millisecond
)

// prover proves one lesson.
type prover struct {
	cfg    Config
	res    *Result
	count  *LessonResult
	dirs   learner.Dirs
	player *play.Player
	lesson *lessons.Lesson
	before *engine.Snapshot // the engine before the lesson
	done   []*lessons.Step  // steps whose solution stands on the engine
}

func proveLesson(ctx context.Context, cfg Config, id string, res *Result) error {
	begun := time.Now()
	dir := filepath.Join(cfg.Dir, id)
	p := &prover{
		cfg: cfg, res: res, count: &LessonResult{Lesson: id},
		dirs: learner.Dirs{State: filepath.Join(dir, "state", "naru"), Workspaces: filepath.Join(dir, "work")},
	}
	var err error
	p.player, err = play.Open(play.Config{
		Course: cfg.Course, Dirs: p.dirs, Host: cfg.Host,
		Engine: func(context.Context) (play.Engine, error) { return cfg.Engine, nil },
	})
	if err != nil {
		return err
	}
	if p.before, err = cfg.Engine.Snapshot(ctx); err != nil {
		return err
	}
	if err := p.start(ctx, id); err != nil {
		return err
	}
	if err := p.refuseTaken(ctx); err != nil {
		return err
	}
	cfg.Progress(Event{Lesson: id, What: "lesson"})
	for i := range p.lesson.Steps {
		s := p.lesson.Steps[i] // a replay may have read the lesson anew
		if err := p.step(ctx, s); err != nil {
			// What the proof made goes, whatever ended it.
			return errors.Join(fmt.Errorf("step %q: %w", s.ID, err), p.reset(context.WithoutCancel(ctx)))
		}
		p.done = append(p.done, s)
	}
	if err := p.reset(ctx); err != nil {
		return err
	}
	if err := p.sameAsBefore(ctx, "after the lesson"); err != nil {
		return err
	}
	p.count.Took = time.Since(begun)
	p.res.Lessons = append(p.res.Lessons, *p.count)
	return nil
}

func (p *prover) start(ctx context.Context, id string) error {
	started, err := p.player.Start(ctx, id)
	if err != nil {
		return err
	}
	if started.NoEngine != nil {
		return started.NoEngine
	}
	p.lesson = started.Lesson
	return nil
}

// refuseTaken refuses a lesson whose names are taken on the engine.
func (p *prover) refuseTaken(ctx context.Context) error {
	plan, err := p.player.PlanReset(ctx, p.lesson.ID)
	if err != nil {
		return err
	}
	var taken []string
	for _, o := range plan.Keep {
		if o.Why == learner.Before {
			taken = append(taken, o.String())
		}
	}
	if len(taken) > 0 {
		return &TakenError{Lesson: p.lesson.ID, Objects: taken}
	}
	return nil
}

// TakenError says that objects on the engine bear names that a lesson needs.
type TakenError struct {
	Lesson  string
	Objects []string
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("the engine has objects of its own under names of lesson %q: %s", e.Lesson, strings.Join(e.Objects, ", "))
}

// step proves one step, and leaves its solution standing.
func (p *prover) step(ctx context.Context, s *lessons.Step) error {
	begun := time.Now()
	if err := p.player.Go(p.place(s)); err != nil {
		return err
	}
	if s.Asks() {
		p.count.Steps++
		if err := p.untouched(ctx, s); err != nil {
			return err
		}
		for _, m := range s.Mistakes {
			if err := p.mistake(ctx, s, m); err != nil {
				return err
			}
		}
		if err := p.wrongOptions(ctx, s); err != nil {
			return err
		}
	}
	if err := p.solve(ctx, s); err != nil {
		return err
	}
	if s.Asks() {
		if err := p.passes(ctx, s); err != nil {
			return err
		}
	}
	p.cfg.Progress(Event{Lesson: p.lesson.ID, Step: s.ID, What: "step", Took: time.Since(begun)})
	return nil
}

// untouched: proof 1.
func (p *prover) untouched(ctx context.Context, s *lessons.Step) error {
	out, err := p.player.Check(ctx, p.place(s))
	if err != nil {
		return err
	}
	if out.Report.Passed() {
		p.fail(Untouched, s, s.Checks.Position, "passes before anything was done")
	}
	return nil
}

// mistake: proof 3, from the step's starting state, to which it returns.
func (p *prover) mistake(ctx context.Context, s *lessons.Step, m lessons.Mistake) error {
	at := m.Blocks[0].Position
	saved, err := p.save(ctx)
	if err != nil {
		return err
	}
	// A replay leaves the learner at an earlier step, where `naru answer` would
	// look for another question.
	if err := p.player.Go(p.place(s)); err != nil {
		return err
	}
	if err := p.answerRightly(s); err != nil {
		return err
	}
	if err := p.do(ctx, m.Blocks); err != nil {
		return err
	}
	var out *play.Outcome
	held, err := p.settle(ctx, s, func(o *play.Outcome) bool {
		out = o
		return finds(o.Report, m.Finding)
	})
	if err != nil {
		return err
	}
	switch {
	case held:
		p.count.Mistakes++
	case out.Report.Passed():
		p.fail(Mistakes, s, at, "the mistake passes; wanted the finding "+m.Finding)
	default:
		p.fail(Mistakes, s, at, fmt.Sprintf("wanted the finding %q, found %s", m.Finding, describe(out.Report)))
	}
	p.cfg.Progress(Event{Lesson: p.lesson.ID, Step: s.ID, What: "mistake", Detail: m.Finding})
	if err := p.resetCovers(ctx, s, at, saved); err != nil {
		return err
	}
	return p.restore(ctx, saved, m.Blocks)
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
	var out *play.Outcome
	held, err := p.settle(ctx, s, func(o *play.Outcome) bool {
		out = o
		return o.Report.Passed()
	})
	if err != nil {
		return err
	}
	p.count.Checks += len(out.Report.Results)
	if !held {
		p.fail(Passes, s, s.Checks.Position, "its own solution does not pass: "+describe(out.Report))
		return nil
	}
	before, err := p.fingerprint(ctx)
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
	if !again.Report.Passed() {
		p.fail(Unchanged, s, s.Checks.Position, "passed, and does not when checked again: "+describe(again.Report))
	}
	if diff := before.diff(after); diff != "" {
		p.fail(Unchanged, s, s.Checks.Position, "checking changed the engine: "+diff)
	}
	return nil
}

// settle checks a step until the verdict is what it must be, or time is up.
func (p *prover) settle(ctx context.Context, s *lessons.Step, good func(*play.Outcome) bool) (bool, error) {
	deadline := time.Now().Add(settleTime)
	tick := time.NewTicker(settleTick)
	defer tick.Stop()
	for {
		out, err := p.player.Check(ctx, p.place(s))
		if err != nil {
			return false, err
		}
		if good(out) {
			return true, nil
		}
		if time.Now().After(deadline) {
			return false, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

func (p *prover) place(s *lessons.Step) play.Place {
	return play.Place{Lesson: p.lesson.ID, Step: s.ID}
}

func (p *prover) fail(proof int, s *lessons.Step, at lessons.Position, detail string) {
	f := Failure{Proof: proof, Lesson: p.lesson.ID, Detail: detail}
	if s != nil {
		f.Step = s.ID
	}
	if at.File != "" {
		f.At = fmt.Sprintf("%s:%d", at.File, at.Line)
	}
	p.res.Failures = append(p.res.Failures, f)
	p.cfg.Progress(Event{Lesson: f.Lesson, Step: f.Step, What: "failure", Detail: f.String()})
}

// reset is proof 5's act: naru's own reset, and nothing else.
func (p *prover) reset(ctx context.Context) error {
	plan, err := p.player.PlanReset(ctx, p.lesson.ID)
	if err != nil {
		return err
	}
	var failed error
	err = p.player.Reset(ctx, plan, func(o learner.Object, err error) {
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", o, err))
		}
	})
	p.done = nil
	return errors.Join(err, failed)
}

// sameAsBefore: proof 5's verdict.
func (p *prover) sameAsBefore(ctx context.Context, when string) error {
	now, err := p.cfg.Engine.Snapshot(ctx)
	if err != nil {
		return err
	}
	if diff := diffSnapshots(p.before, now); diff != "" {
		p.fail(ResetBack, nil, lessons.Position{}, when+", reset leaves a difference: "+diff)
	}
	return nil
}

// fresh is an empty workspace, as a lesson's start makes it.
func (p *prover) fresh() error {
	return os.RemoveAll(p.dirs.Workspaces)
}
