package checker

import (
	"context"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// Engine is what Observe asks of a Docker Engine: reading, and nothing else.
// *engine.Client is one. Absent objects are nil without an error; every error
// is one that keeps the engine from being used (see engine.Classify).
type Engine interface {
	Info(context.Context) (*engine.Info, error)
	Container(ctx context.Context, name string) (*engine.Container, error)
	Containers(context.Context) ([]engine.Summary, error)
	// Newest lists the n containers made last.
	Newest(ctx context.Context, n int) ([]engine.Summary, error)
	Image(ctx context.Context, ref string) (*engine.Image, error)
	Images(context.Context) ([]engine.ImageSummary, error)
	History(ctx context.Context, ref string) ([]engine.History, error)
	Volume(ctx context.Context, name string) (*engine.Volume, error)
	Volumes(context.Context) ([]engine.Volume, error)
	Network(ctx context.Context, name string) (*engine.Network, error)
	Networks(context.Context) ([]engine.Network, error)
	Changes(ctx context.Context, container string) ([]engine.Change, error)
	Processes(ctx context.Context, container string) ([]engine.Process, error)
	Logs(ctx context.Context, container string, limit int64) (stdout, stderr string, truncated bool, err error)
	Events(ctx context.Context, since, until time.Time) ([]engine.Event, error)
	// ReadContainer, ReadVolume and ReadImage read a path; nil when there is
	// no such path or no such object. ReadVolume never makes the volume.
	ReadContainer(ctx context.Context, container, path string, limit int64) (*engine.File, error)
	ReadVolume(ctx context.Context, volume, path string, limit int64) (*engine.File, error)
	ReadImage(ctx context.Context, ref, path string, limit int64) (*engine.File, error)
	// ImageLayers tells which of an image's layers hold a path, from 0, the
	// lowest; nil when there is no such image.
	ImageLayers(ctx context.Context, ref, path string) ([]int, error)
}

// Source is where Observe looks.
type Source struct {
	Engine    Engine
	Workspace string    // the learner's folder for the lesson, absolute
	Since     time.Time // when the lesson was started: events are asked from there
	Before    []string  // IDs of the containers that were there before the lesson; nil: not known
	Evidence  []Evidence
	Answers   map[string]string
	// Known is what was observed a moment ago, while less was known beforehand:
	// nothing of it is asked for again. Nil when this is the first look.
	Known *State
	// Host describes this machine; it is called only when a check asks.
	Host func(context.Context) (*Host, error)
	// Do sends a declared HTTP request; nil for the plain way.
	Do func(context.Context, Request) *Response
	// Now is the clock; nil for time.Now.
	Now func() time.Time
}

// rounds bounds how often Observe looks. Two or three are the rule: the
// objects named, what they lead to, and their neighbours for a finding.
const rounds = 8

// Observe looks at everything that the checks need, and at nothing else.
//
// It asks in rounds. The first asks for the objects that the checks name, all
// at once; a comparison then tells what is still unknown (the image behind a
// container, the neighbours of a thing that is missing), and the next round
// asks for that. An object is asked for once, however many checks name it.
func Observe(ctx context.Context, src Source, checks []Check) (*State, error) {
	o := &observer{src: src}
	st := o.begin()
	for range rounds {
		_, needs := compare(checks, st)
		if len(needs) == 0 {
			return st, nil
		}
		if err := o.observe(ctx, st, needs); err != nil {
			return nil, err
		}
	}
	return st, nil
}
