package proof

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

// prover proves one lesson.
type prover struct {
	cfg     Config
	res     *Result
	count   *LessonResult
	dirs    learner.Dirs
	player  *play.Player
	lesson  *lessons.Lesson
	history *history
	before  *engine.Snapshot // the engine before the lesson
	step    *lessons.Step    // the one that is being proved
	broken  map[string]bool  // steps whose own solution does not pass, by ID
	states  []*state         // what the steps start from, up to the present one
	undone  bool             // something was undone since the lesson was begun
}

func proveLesson(ctx context.Context, cfg Config, id string, res *Result) error {
	begun := time.Now()
	dir := filepath.Join(cfg.Dir, id)
	p := &prover{
		cfg: cfg, res: res, count: &LessonResult{Lesson: id}, history: newHistory(cfg.Engine, begun), broken: map[string]bool{},
		dirs: learner.Dirs{State: filepath.Join(dir, "state", "naru"), Workspaces: filepath.Join(dir, "work")},
	}
	var err error
	p.player, err = play.Open(play.Config{
		Course: cfg.Course, Dirs: p.dirs, Host: cfg.Host,
		Engine: func(context.Context) (play.Engine, error) { return p.history, nil },
	})
	if err != nil {
		return err
	}
	if p.lesson, err = p.player.Lesson(id); err != nil {
		return err
	}
	if p.before, err = cfg.Engine.Snapshot(ctx); err != nil {
		return err
	}
	if err := p.start(ctx); err != nil {
		return err
	}
	if err := p.refuseTaken(ctx); err != nil {
		return err
	}
	cfg.Progress(Event{Lesson: id, What: "lesson"})
	if err = p.straight(ctx); err == nil {
		err = p.mistakes(ctx)
	}
	if err != nil {
		// What the proof made goes, whatever ended it.
		return errors.Join(fmt.Errorf("step %q: %w", p.step.ID, err), p.reset(context.WithoutCancel(ctx), "in the end"))
	}
	p.count.Took = time.Since(begun)
	p.res.Lessons = append(p.res.Lessons, *p.count)
	return nil
}

func (p *prover) start(ctx context.Context) error {
	started, err := p.player.Start(ctx, p.lesson.ID)
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

// reset is naru's own reset, and nothing else, which must bring the engine
// back to what it was: proof 5.
func (p *prover) reset(ctx context.Context, when string) error {
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
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	now, err := p.cfg.Engine.Snapshot(ctx)
	if err != nil {
		return err
	}
	if diff := diffSnapshots(p.before, now); diff != "" {
		p.fail(ResetBack, nil, lessons.Position{}, when+", reset leaves a difference: "+diff)
	}
	return nil
}

// times are where a step's time is kept.
func (p *prover) times(s *lessons.Step) *StepResult {
	n := slices.IndexFunc(p.count.Each, func(r *StepResult) bool { return r.Step == s.ID })
	if n < 0 {
		n = len(p.count.Each)
		p.count.Each = append(p.count.Each, &StepResult{Step: s.ID})
	}
	return p.count.Each[n]
}

// timed adds to a sum of time what a call takes.
func (p *prover) timed(sum *time.Duration, call func() error) error {
	begun := time.Now()
	err := call()
	*sum += time.Since(begun)
	return err
}
