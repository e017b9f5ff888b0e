package play

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sync"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

// Config is what a Player works with. Course and Dirs are needed; the rest has
// a usual value.
type Config struct {
	Course fs.FS
	Dirs   learner.Dirs
	// Langs are the languages that lessons are read in, besides the original;
	// all when empty.
	Langs []lessons.Lang
	// Engine gives the learner's engine. It is called whenever one is needed,
	// so it should keep its client; whoever made it closes it.
	Engine func(context.Context) (Engine, error)
	// Host describes this machine, when a check asks.
	Host func(context.Context) (*checker.Host, error)
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Do sends the HTTP requests that checks declare; nil for the plain way.
	Do func(context.Context, checker.Request) *checker.Response
	// Params go before the lessons' own values, by parameter name: a
	// workshop's, or a proof's. A port that is taken is replaced all the same.
	Params map[string]string
	// Platform decides the parameters that depend on it ("linux/arm/v7") as
	// long as no engine was asked; this program's own when empty.
	Platform string
	// Listening reports whether something on this machine listens on a TCP
	// port; learner.Listening when nil.
	Listening func(port int) bool
}

// errNoEngine is for a Config without an engine.
var errNoEngine = errors.New("no engine was given")

// Player plays a course for one learner. It may be used by several goroutines.
type Player struct {
	cfg    Config
	course *lessons.Course
	store  *learner.Store

	mu     sync.Mutex
	parsed map[string]*lessons.Lesson // by lesson and values
}

// Open reads the course's front matter and gives a player for it. It changes
// nothing on the disk. Errors of the course's author come back as package
// lessons gives them.
func Open(cfg Config) (*Player, error) {
	course, err := lessons.Open(cfg.Course)
	if err != nil {
		return nil, err
	}
	store, err := learner.Open(cfg.Dirs, course.Name)
	if err != nil {
		return nil, err
	}
	if cfg.Engine == nil {
		cfg.Engine = func(context.Context) (Engine, error) { return nil, errNoEngine }
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Platform == "" {
		// Containers run on Linux, whatever this program runs on.
		cfg.Platform = learner.Platform("linux", runtime.GOARCH, "")
	}
	if cfg.Listening == nil {
		cfg.Listening = learner.Listening
	}
	return &Player{cfg: cfg, course: course, store: store, parsed: map[string]*lessons.Lesson{}}, nil
}

// Course is the course that is played.
func (p *Player) Course() *lessons.Course { return p.course }

// Progress tells how far the learner is, from the journal alone: no lesson is
// read for it.
func (p *Player) Progress() (*learner.Progress, error) { return p.store.Progress() }

// Workspace is the folder of a lesson. It may not be there yet.
func (p *Player) Workspace(lesson string) string { return p.store.Dirs().Workspace(lesson) }

// Lesson reads a lesson with the learner's values filled in: those of its
// start, or what it would start with. See Resolve for how it may be named.
func (p *Player) Lesson(id string) (*lessons.Lesson, error) {
	entry, err := p.find(id)
	if err != nil {
		return nil, err
	}
	progress, err := p.store.Progress()
	if err != nil {
		return nil, err
	}
	return p.lesson(entry, progress.Of(entry.ID))
}

// lesson reads a lesson with the values of its start. Nothing is asked of this
// machine for it: a lesson that isn't started has its own ports.
func (p *Player) lesson(entry *lessons.Entry, progress *learner.LessonProgress) (*lessons.Lesson, error) {
	values, _, err := learner.Fill(entry.Params, learner.Values{
		Kept: progress.Params, Given: p.cfg.Params, Platform: p.cfg.Platform,
	})
	if err != nil {
		return nil, fmt.Errorf("lesson %q: %w", entry.ID, err)
	}
	return p.read(entry, values)
}

// read parses a lesson once for the same values.
func (p *Player) read(entry *lessons.Entry, values map[string]string) (*lessons.Lesson, error) {
	key := fmt.Sprint(entry.ID, values) // a map is printed in the order of its keys
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.parsed[key]; l != nil {
		return l, nil
	}
	l, err := p.course.Lesson(entry.ID, values, p.cfg.Langs...)
	if err != nil {
		return nil, err
	}
	p.parsed[key] = l
	return l, nil
}

// connect gives the engine and what it says about itself.
func (p *Player) connect(ctx context.Context) (Engine, *engine.Info, error) {
	e, err := p.cfg.Engine(ctx)
	if err != nil {
		return nil, nil, err
	}
	info, err := e.Info(ctx)
	if err != nil {
		return nil, nil, err
	}
	return e, info, nil
}
