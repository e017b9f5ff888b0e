package play

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

// remover removes objects one by one, each only if it is still what it was.
type remover struct {
	engine Engine
	going  []learner.Object // all that is planned to go
}

// remove removes an object. One that is gone already is no error.
func (r remover) remove(ctx context.Context, o learner.Object) error {
	switch o.Kind {
	case learner.KindContainer:
		return r.container(ctx, o)
	case learner.KindNetwork:
		return r.network(ctx, o)
	case learner.KindVolume:
		return r.volume(ctx, o)
	case learner.KindImage:
		return r.image(ctx, o)
	}
	return nil
}

func (r remover) container(ctx context.Context, o learner.Object) error {
	c, err := r.engine.Container(ctx, o.ID)
	if err != nil || c == nil {
		return err
	}
	if c.ID != o.ID || c.Name != o.Name {
		return &ChangedError{Object: o}
	}
	return r.killed(ctx, o)
}

const (
	conflictWait = 5 * time.Second
	conflictTick = 50 * time.Millisecond
)

// killed removes a container. The engine refuses while it still works on a
// removal that someone else asked for, a reset that was killed; then it is
// asked again for a while.
func (r remover) killed(ctx context.Context, o learner.Object) error {
	ctx, cancel := context.WithTimeout(ctx, conflictWait)
	defer cancel()
	tick := time.NewTicker(conflictTick)
	defer tick.Stop()
	for {
		err := r.engine.RemoveContainer(ctx, o.ID)
		if e, ok := errors.AsType[*engine.Error](err); !ok || e.Status != http.StatusConflict {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

func (r remover) network(ctx context.Context, o learner.Object) error {
	n, err := r.engine.Network(ctx, o.ID)
	if err != nil || n == nil {
		return err
	}
	if n.ID != o.ID || n.Name != o.Name {
		return &ChangedError{Object: o}
	}
	// The engine refuses only when a running container is in it.
	users, err := r.users(ctx, func(c engine.Summary) bool { return slices.Contains(c.Networks, o.Name) })
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return &UsedError{Object: o, By: users}
	}
	return r.engine.RemoveNetwork(ctx, o.ID)
}

func (r remover) volume(ctx context.Context, o learner.Object) error {
	v, err := r.engine.Volume(ctx, o.Name)
	if err != nil || v == nil {
		return err
	}
	if learner.VolumeID(v) != o.ID {
		return &ChangedError{Object: o}
	}
	users, err := r.users(ctx, func(c engine.Summary) bool {
		return slices.ContainsFunc(c.Mounts, func(m engine.Mount) bool { return m.Type == "volume" && m.Name == o.Name })
	})
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return &UsedError{Object: o, By: users}
	}
	return r.engine.RemoveVolume(ctx, o.Name)
}

func (r remover) image(ctx context.Context, o learner.Object) error {
	ref := o.Name
	if ref == "" {
		ref = o.ID
	}
	i, err := r.engine.Image(ctx, ref)
	if err != nil {
		return err
	}
	if i == nil {
		return r.parents(ctx, o)
	}
	if i.ID != o.ID || o.Name == "" && len(i.Tags) > 0 {
		return &ChangedError{Object: o}
	}
	if len(i.Tags) <= 1 { // the image goes with the tag
		users, err := r.users(ctx, func(c engine.Summary) bool { return c.ImageID == i.ID })
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return &UsedError{Object: o, By: users}
		}
	}
	if err := r.engine.RemoveImage(ctx, ref); err != nil {
		return err
	}
	return r.parents(ctx, o)
}

// parents removes the untagged images that go with one. Another image that was
// made from one meanwhile keeps it: engines with a containerd image store
// would not refuse.
func (r remover) parents(ctx context.Context, o learner.Object) error {
	for _, parent := range o.With {
		images, err := r.engine.AllImages(ctx)
		if err != nil {
			return err
		}
		needed := slices.ContainsFunc(images, func(i engine.ImageSummary) bool {
			return i.Parent == parent.ID || i.ID == parent.ID && len(i.Tags) > 0
		})
		if needed {
			continue
		}
		if err := r.engine.RemoveImage(ctx, parent.ID); err != nil {
			return err
		}
	}
	return nil
}

// users gives the names of the containers that use an object now, those that
// are to go as well left out.
func (r remover) users(ctx context.Context, uses func(engine.Summary) bool) ([]string, error) {
	containers, err := r.engine.Containers(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range containers {
		going := slices.ContainsFunc(r.going, func(o learner.Object) bool { return o.Kind == learner.KindContainer && o.ID == c.ID })
		if !going && uses(c) {
			names = append(names, c.Name)
		}
	}
	return names, nil
}

// details adds to a world what is needed to tell whose its untagged images and
// its volumes without a name are, and gives the images that are known to have
// been built for the lesson.
func (p *Player) details(
	ctx context.Context, e Engine, w *learner.World, b *learner.Baseline, progress *learner.LessonProgress, n learner.Names,
) (made map[string]bool, err error) {
	images, containers := w.Untagged(b)
	stray := progress.IsStarted() && w.Stray(b)
	if len(images)+len(containers) == 0 && !stray {
		return nil, nil
	}
	details := make([]*engine.Image, len(images))
	ended := make([]*engine.Container, len(containers))
	var events []engine.Event
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for i, id := range images {
		g.Go(func() (err error) { details[i], err = e.Image(ctx, id); return err })
	}
	for i, id := range containers {
		g.Go(func() (err error) { ended[i], err = e.Container(ctx, id); return err })
	}
	g.Go(func() (err error) { events, err = e.Events(ctx, progress.Started, p.cfg.Now()); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	w.Details, w.Ended = map[string]*engine.Image{}, map[string]*engine.Container{}
	for _, d := range details {
		if d != nil {
			w.Details[d.ID] = d
		}
	}
	for _, c := range ended {
		if c != nil {
			w.Ended[c.ID] = c
		}
	}
	if stray {
		w.Orphans = learner.Orphans(progress, b, n, events)
	}
	return learner.Made(progress, b.Engine, n, events), nil
}
