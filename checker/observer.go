package checker

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/naru-lab/naru/checker/engine"
)

// lookers bounds how many facts are looked for at once.
const lookers = 8

// logLimit is how much of each stream of a container's log is looked at.
const logLimit = 1 << 20

// observer is Observe's I/O.
type observer struct {
	src Source
	now func() time.Time

	mu         sync.Mutex
	containers map[string]inspection // by name and by ID
}

// inspection is what one request for a container gave. It is made when it is
// first asked for.
type inspection func() (*engine.Container, error)

// begin makes the state that holds what is known without looking.
func (o *observer) begin() *State {
	if o.now = o.src.Now; o.now == nil {
		o.now = time.Now
	}
	o.containers = map[string]inspection{}
	st := &State{
		Taken: o.now(), Workspace: o.src.Workspace,

		Containers: map[string]*engine.Container{},
		Images:     map[string]*engine.Image{},
		Histories:  map[string][]engine.History{},
		Volumes:    map[string]*engine.Volume{},
		Networks:   map[string]*engine.Network{},
		Changes:    map[string][]engine.Change{},
		Processes:  map[string][]engine.Process{},
		Logs:       map[string]*Logs{},
		Paths:      map[PathKey]*engine.File{},
		Layers:     map[PathKey][]int{},
		Responses:  map[string]*Response{},
	}
	if o.src.Known != nil {
		st.know(o.src.Known, o.src.Since)
	}
	st.Since, st.Before, st.Evidence, st.Answers = o.src.Since, o.src.Before, o.src.Evidence, o.src.Answers
	if real, err := filepath.EvalSymlinks(o.src.Workspace); err == nil && real != o.src.Workspace {
		st.WorkspaceReal = real
	}
	return st
}

// know takes over what was observed before. Events are asked from when the
// lesson was started: from another time they are others.
func (st *State) know(known *State, since time.Time) {
	*st = *known
	if !known.Since.Equal(since) {
		st.Events = nil
	}
}

// observe looks for facts, several at once, and puts them into the state. The
// first error ends it: the engine can't be used.
func (o *observer) observe(ctx context.Context, st *State, facts []Fact) error {
	var mu sync.Mutex // guards st
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lookers)
	for _, f := range facts {
		group.Go(func() error {
			put, err := o.look(ctx, f)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			put(st)
			return nil
		})
	}
	return group.Wait()
}

// look looks for one fact and returns what puts it into a state.
func (o *observer) look(ctx context.Context, f Fact) (put func(*State), err error) {
	e := o.src.Engine
	switch f.Kind {
	case FactEngine:
		v, err := e.Info(ctx)
		return func(st *State) { st.Engine = v }, err
	case FactHost:
		v, err := o.host(ctx)
		return func(st *State) { st.Host = v }, err
	case FactContainer:
		v, err := o.container(ctx, f.Name)
		return func(st *State) { st.Containers[f.Name] = v }, err
	case FactContainers:
		v, err := e.Containers(ctx)
		return func(st *State) { st.ContainerList = asked(v) }, err
	case FactRecent:
		v, err := e.Newest(ctx, newest)
		return func(st *State) { st.Recent = asked(v) }, err
	case FactImage:
		v, err := e.Image(ctx, f.Name)
		return func(st *State) { st.Images[f.Name] = v }, err
	case FactImages:
		v, err := e.Images(ctx)
		return func(st *State) { st.ImageList = asked(v) }, err
	case FactHistory:
		v, err := e.History(ctx, f.Name)
		return func(st *State) { st.Histories[f.Name] = v }, err
	case FactVolume:
		v, err := e.Volume(ctx, f.Name)
		return func(st *State) { st.Volumes[f.Name] = v }, err
	case FactVolumes:
		v, err := e.Volumes(ctx)
		return func(st *State) { st.VolumeList = asked(v) }, err
	case FactNetwork:
		v, err := e.Network(ctx, f.Name)
		return func(st *State) { st.Networks[f.Name] = v }, err
	case FactNetworks:
		v, err := e.Networks(ctx)
		return func(st *State) { st.NetworkList = asked(v) }, err
	case FactChanges:
		v, err := e.Changes(ctx, f.Name)
		return func(st *State) { st.Changes[f.Name] = v }, err
	case FactProcesses:
		v, err := e.Processes(ctx, f.Name)
		return func(st *State) { st.Processes[f.Name] = v }, err
	case FactLogs:
		v, err := o.logs(ctx, f.Name)
		return func(st *State) { st.Logs[f.Name] = v }, err
	case FactEvents:
		v, err := e.Events(ctx, o.src.Since, o.now())
		return func(st *State) { st.Events = asked(v) }, err
	case FactPath:
		v, err := o.path(ctx, f.In, f.Name)
		return func(st *State) { st.Paths[PathKey{In: f.In, Path: f.Name}] = v }, err
	case FactLayers:
		_, ref, _ := strings.Cut(f.In, ":")
		v, err := e.ImageLayers(ctx, ref, f.Name)
		return func(st *State) { st.Layers[PathKey{In: f.In, Path: f.Name}] = v }, err
	case FactHTTP:
		v, err := o.response(ctx, f.Name)
		return func(st *State) { st.Responses[f.Name] = v }, err
	}
	return nil, fmt.Errorf("observing %q: unknown kind of fact", f.Kind)
}

// asked makes a list that was asked for tell from one that was not.
func asked[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (o *observer) host(ctx context.Context) (*Host, error) {
	if o.src.Host == nil {
		return &Host{DiskFree: -1}, nil
	}
	h, err := o.src.Host(ctx)
	if h == nil && err == nil {
		h = &Host{DiskFree: -1}
	}
	return h, err
}

// container inspects a container, once for all that need it.
func (o *observer) container(ctx context.Context, name string) (*engine.Container, error) {
	o.mu.Lock()
	inspect := o.containers[name]
	if inspect == nil {
		inspect = sync.OnceValues(func() (*engine.Container, error) { return o.src.Engine.Container(ctx, name) })
		o.containers[name] = inspect
	}
	o.mu.Unlock()
	c, err := inspect()
	if c != nil {
		o.mu.Lock()
		o.containers[c.Name], o.containers[c.ID] = inspect, inspect
		o.mu.Unlock()
	}
	return c, err
}

// logs reads what a container wrote; nil when there is no such container.
func (o *observer) logs(ctx context.Context, name string) (*Logs, error) {
	c, err := o.container(ctx, name)
	if err != nil || c == nil {
		return nil, err
	}
	stdout, stderr, truncated, err := o.src.Engine.Logs(ctx, c.ID, logLimit)
	return &Logs{Stdout: stdout, Stderr: stderr, Truncated: truncated}, err
}

// path reads a path where in says it is.
func (o *observer) path(ctx context.Context, in, path string) (*engine.File, error) {
	where, name, _ := strings.Cut(in, ":")
	switch where {
	case "workspace":
		return readWorkspace(o.src.Workspace, path)
	case "container":
		return o.src.Engine.ReadContainer(ctx, name, path, engine.ContentLimit)
	case "volume":
		return o.src.Engine.ReadVolume(ctx, name, path, engine.ContentLimit)
	case "image":
		return o.src.Engine.ReadImage(ctx, name, path, engine.ContentLimit)
	}
	return nil, fmt.Errorf("reading %q: unknown place %q", path, in)
}

// response sends the request that a key stands for.
func (o *observer) response(ctx context.Context, key string) (*Response, error) {
	r, err := requestOf(key)
	if err != nil {
		return nil, err
	}
	do := o.src.Do
	if do == nil {
		do = Do
	}
	res := do(ctx, r)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if res == nil {
		res = &Response{Err: "malformed"}
	}
	return res, nil
}
