package play

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// Start makes a lesson ready to be played and the current one: its workspace,
// its parameters, the engine's baseline. Starting again goes on where the
// learner was, and keeps the values and the baseline.
//
// A start that is cut short at any point can be done again. A lesson is
// started also where no engine can be used: see Started.NoEngine.
func (p *Player) Start(ctx context.Context, lessonID string) (*Started, error) {
	entry, err := p.find(lessonID)
	if err != nil {
		return nil, err
	}
	unlock, err := p.store.Lock(ctx, entry.ID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	all, err := p.store.Progress()
	if err != nil {
		return nil, err
	}
	s := &start{player: p, entry: entry, progress: all.Of(entry.ID)}
	s.out = &Started{Again: s.progress.IsStarted()}
	if err := s.look(ctx); err != nil {
		return nil, err
	}
	if err := s.fill(); err != nil {
		return nil, err
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if err := s.write(); err != nil {
		return nil, err
	}
	return s.out, nil
}

// start is a lesson's start under way; its steps are done in their order.
type start struct {
	player   *Player
	entry    *lessons.Entry
	progress *learner.LessonProgress
	world    learner.World
	out      *Started
}

// look sees what is on the engine.
func (s *start) look(ctx context.Context) error {
	e, info, err := s.player.connect(ctx)
	if err == nil {
		s.world, err = world(ctx, e)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if s.out.NoEngine = err; err == nil {
		s.out.Engine = info
		s.out.OtherEngine = s.player.otherEngine(s.entry.ID, s.progress, info)
	}
	return nil
}

// fill decides the parameters.
func (s *start) fill() (err error) {
	p := s.player
	platform := p.cfg.Platform
	if i := s.out.Engine; i != nil {
		platform = learner.Platform(i.OS, i.Arch, i.Variant)
	}
	published := learner.Published(s.world.Containers)
	s.out.Params, s.out.Replaced, err = learner.Fill(s.entry.Params, learner.Values{
		Kept: s.progress.Params, Given: p.cfg.Params, Platform: platform,
		Taken: func(port int) bool { return published[port] || p.cfg.Listening(port) },
	})
	if err != nil {
		return err
	}
	s.out.Lesson, err = p.read(s.entry, s.out.Params)
	return err
}

// prepare makes the workspace.
func (s *start) prepare() error {
	prepared, err := learner.Prepare(s.player.store.Dirs(), s.entry.ID, s.out.Lesson.Files())
	if err != nil {
		return err
	}
	s.out.Workspace, s.out.NewFiles, s.out.KeptFiles = prepared.Dir, prepared.New, prepared.Kept
	return nil
}

// write keeps the baseline, and then what it is the baseline of. Cut short
// between the two, the baseline belongs to a start that never was, and the
// next one takes another.
func (s *start) write() error {
	p, lesson := s.player, s.out.Lesson
	session, now := s.progress.Session, p.cfg.Now().UTC()
	if !s.out.Again {
		session = learner.NewSession()
	}
	key := learner.EngineKey(s.out.Engine)
	if s.out.Engine != nil && !p.store.HasBaseline(lesson.ID, session, key) {
		b := learner.NewBaseline(lesson.ID, session, now, s.out.Engine, s.world, s.progress.Left)
		if err := p.store.SaveBaseline(b); err != nil {
			return err
		}
	}
	s.out.Place = Place{Lesson: lesson.ID, Step: where(lesson, s.progress)}
	if !s.out.Again {
		s.out.Place.Step = firstStep(lesson)
	}
	started := learner.Record{
		Time: now, Lesson: lesson.ID, LessonVersion: lesson.Version, Kind: learner.Started,
		Session: session, Params: s.out.Params, Engine: key,
	}
	if key == "" {
		started.Engine = s.progress.Engine
	}
	at := learner.Record{
		Time: now, Lesson: lesson.ID, LessonVersion: lesson.Version, Kind: learner.At, Step: s.out.Place.Step,
	}
	return p.store.Append(started, at)
}

func firstStep(l *lessons.Lesson) string {
	if len(l.Steps) == 0 {
		return ""
	}
	return l.Steps[0].ID
}

// world lists what is on an engine, all kinds at once.
func world(ctx context.Context, e Engine) (w learner.World, err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { w.Containers, err = e.Containers(ctx); return err })
	g.Go(func() (err error) { w.Volumes, err = e.Volumes(ctx); return err })
	g.Go(func() (err error) { w.Networks, err = e.Networks(ctx); return err })
	g.Go(func() (err error) { w.Images, err = e.AllImages(ctx); return err })
	return w, g.Wait()
}

// lateBaseline takes the baseline of a lesson that was started when there was
// no engine, or another one. What was made on this engine before stays out of
// reset's reach, since nobody can tell it from the learner's own.
func (p *Player) lateBaseline(ctx context.Context, lesson, engineKey string, info *engine.Info) error {
	progress, err := p.store.Progress()
	if err != nil {
		return err
	}
	session := progress.Of(lesson).Session
	if session == "" || p.store.HasBaseline(lesson, session, engineKey) {
		return nil
	}
	e, err := p.cfg.Engine(ctx)
	if err != nil {
		return err
	}
	w, err := world(ctx, e)
	if err != nil {
		return err
	}
	unlock, err := p.store.Lock(ctx, lesson)
	if err != nil {
		return err
	}
	defer unlock()
	progress, err = p.store.Progress() // it may have been reset meanwhile
	if err != nil {
		return err
	}
	of := progress.Of(lesson)
	if of.Session != session || p.store.HasBaseline(lesson, session, engineKey) {
		return nil
	}
	return p.store.SaveBaseline(learner.NewBaseline(lesson, session, p.cfg.Now().UTC(), info, w, nil))
}
