package play_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
)

// fake is an engine in memory, for what depends on timing and on failures. It
// knows what playing the test's course asks; all else panics.
type fake struct {
	checker.Engine
	mu         sync.Mutex
	info       engine.Info
	err        error // of every request
	containers []engine.Container
	volumes    []engine.Volume
	networks   []engine.Network
	images     []engine.Image
	events     []engine.Event
	skew       time.Duration // how far its clock is ahead
	since      time.Time     // when events were asked from last
	removed    []string
	// before is called before each removal is looked at.
	onRemove func(kind, name string)
}

func newFake() *fake {
	return &fake{info: engine.Info{ID: "engine-1", Name: "box", Version: "28.5.2", OS: "linux", Arch: "amd64"}}
}

func created(n int) time.Time { return time.Unix(1_790_000_000+int64(n), 0).UTC() }

func id(c string) string { return strings.Repeat(c, 64) }

// keep makes what the step "keep" asks for.
func (f *fake) keep() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.containers = append(f.containers, engine.Container{
		ID: id("a"), Name: "writer", Image: "busybox:1.37", ImageID: "sha256:bb", Status: "running", Created: created(2),
		Mounts: []engine.Mount{{Type: "volume", Name: "notes", Destination: "/data"}},
	})
	f.volumes = append(f.volumes, engine.Volume{Name: "notes", Driver: "local", Created: created(1)})
	f.networks = append(f.networks, engine.Network{ID: id("e"), Name: "front", Created: created(1)})
}

func (f *fake) drop(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.containers = slices.DeleteFunc(f.containers, func(c engine.Container) bool { return c.Name == name || c.ID == name })
}

func (f *fake) Info(context.Context) (*engine.Info, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info := f.info
	return &info, f.err
}

func (f *fake) Recognize(ctx context.Context, _ engine.Memory) (*engine.Info, error) {
	return f.Info(ctx)
}

func find[T any](f *fake, list *[]T, is func(T) bool) (*T, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	for _, v := range *list {
		if is(v) {
			return &v, nil
		}
	}
	return nil, nil
}

func all[T any](f *fake, list *[]T) ([]T, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]T{}, *list...), f.err
}

func (f *fake) Container(_ context.Context, name string) (*engine.Container, error) {
	return find(f, &f.containers, func(c engine.Container) bool { return c.Name == name || c.ID == name })
}

func (f *fake) Containers(context.Context) ([]engine.Summary, error) {
	list, err := all(f, &f.containers)
	out := []engine.Summary{}
	for _, c := range list {
		s := engine.Summary{
			ID: c.ID, Name: c.Name, Image: c.Image, ImageID: c.ImageID, Created: c.Created, Status: c.Status,
			Ports: c.Ports, Mounts: c.Mounts,
		}
		for _, n := range c.Networks {
			s.Networks = append(s.Networks, n.Network)
		}
		out = append(out, s)
	}
	return out, err
}

func (f *fake) Newest(ctx context.Context, n int) ([]engine.Summary, error) {
	list, err := f.Containers(ctx)
	return list[:min(n, len(list))], err
}

func (f *fake) Volume(_ context.Context, name string) (*engine.Volume, error) {
	return find(f, &f.volumes, func(v engine.Volume) bool { return v.Name == name })
}

func (f *fake) Volumes(context.Context) ([]engine.Volume, error) { return all(f, &f.volumes) }

func (f *fake) Network(_ context.Context, name string) (*engine.Network, error) {
	return find(f, &f.networks, func(n engine.Network) bool { return n.Name == name || n.ID == name })
}

func (f *fake) Networks(context.Context) ([]engine.Network, error) { return all(f, &f.networks) }

func (f *fake) Image(_ context.Context, ref string) (*engine.Image, error) {
	return find(f, &f.images, func(i engine.Image) bool { return i.ID == ref || slices.Contains(i.Tags, ref) })
}

func (f *fake) Images(context.Context) ([]engine.ImageSummary, error) {
	list, err := all(f, &f.images)
	out := []engine.ImageSummary{}
	for _, i := range list {
		out = append(out, engine.ImageSummary{ID: i.ID, Tags: i.Tags, Created: i.Created})
	}
	return out, err
}

func (f *fake) Events(_ context.Context, since, _ time.Time) ([]engine.Event, error) {
	f.mu.Lock()
	f.since = since
	f.mu.Unlock()
	return all(f, &f.events)
}

func (f *fake) remove(kind, name string, do func()) error {
	if f.onRemove != nil {
		f.onRemove(kind, name)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	f.removed = append(f.removed, kind+" "+name)
	do()
	return nil
}

func (f *fake) RemoveContainer(_ context.Context, name string) error {
	return f.remove("container", name, func() {
		f.containers = slices.DeleteFunc(f.containers, func(c engine.Container) bool { return c.ID == name })
	})
}

func (f *fake) RemoveVolume(_ context.Context, name string) error {
	return f.remove("volume", name, func() {
		f.volumes = slices.DeleteFunc(f.volumes, func(v engine.Volume) bool { return v.Name == name })
	})
}

func (f *fake) RemoveNetwork(_ context.Context, name string) error {
	return f.remove("network", name, func() {
		f.networks = slices.DeleteFunc(f.networks, func(n engine.Network) bool { return n.ID == name })
	})
}

func (f *fake) RemoveImage(_ context.Context, ref string) error {
	return f.remove("image", ref, func() {
		for i := range f.images {
			f.images[i].Tags = slices.DeleteFunc(f.images[i].Tags, func(t string) bool { return t == ref })
		}
		f.images = slices.DeleteFunc(f.images, func(i engine.Image) bool { return len(i.Tags) == 0 })
	})
}

func (f *fake) Skew() time.Duration { return f.skew }

func (f *fake) AllImages(ctx context.Context) ([]engine.ImageSummary, error) { return f.Images(ctx) }
