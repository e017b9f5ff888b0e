package checker

import "github.com/naru-lab/naru/checker/engine"

// view is a State as a comparison sees it: it hands out what is known and
// notes what is not, so that the next look can bring it.
type view struct {
	*State
	needs map[Fact]bool
}

// known notes that a fact is needed unless have says that it is there.
func (v *view) known(have bool, f Fact) bool {
	if !have {
		v.needs[f] = true
	}
	return have
}

// lookup finds a fact in one of the state's maps; known is false when it has
// to be observed first.
func lookup[K comparable, V any](v *view, m map[K]V, key K, f Fact) (value V, known bool) {
	value, ok := m[key]
	return value, v.known(ok, f)
}

// container finds a container by name or ID. It is nil when there is none.
func (v *view) container(name string) (c *engine.Container, known bool) {
	return lookup(v, v.Containers, name, Fact{Kind: FactContainer, Name: name})
}

func (v *view) image(ref string) (i *engine.Image, known bool) {
	return lookup(v, v.Images, ref, Fact{Kind: FactImage, Name: ref})
}

func (v *view) history(ref string) (h []engine.History, known bool) {
	return lookup(v, v.Histories, ref, Fact{Kind: FactHistory, Name: ref})
}

func (v *view) layers(ref, path string) (layers []int, known bool) {
	in := place{Image: imageRef(ref)}.key()
	return lookup(v, v.Layers, PathKey{In: in, Path: path}, Fact{Kind: FactLayers, Name: path, In: in})
}

func (v *view) volume(name string) (vol *engine.Volume, known bool) {
	return lookup(v, v.Volumes, name, Fact{Kind: FactVolume, Name: name})
}

func (v *view) network(name string) (n *engine.Network, known bool) {
	return lookup(v, v.Networks, name, Fact{Kind: FactNetwork, Name: name})
}

func (v *view) changes(container string) (c []engine.Change, known bool) {
	return lookup(v, v.Changes, container, Fact{Kind: FactChanges, Name: container})
}

func (v *view) processes(container string) (p []engine.Process, known bool) {
	return lookup(v, v.Processes, container, Fact{Kind: FactProcesses, Name: container})
}

func (v *view) logs(container string) (l *Logs, known bool) {
	return lookup(v, v.Logs, container, Fact{Kind: FactLogs, Name: container})
}

func (v *view) path(in, path string) (f *engine.File, known bool) {
	return lookup(v, v.Paths, PathKey{In: in, Path: path}, Fact{Kind: FactPath, Name: path, In: in})
}

func (v *view) response(r Request) (res *Response, known bool) {
	return lookup(v, v.Responses, r.Key(), Fact{Kind: FactHTTP, Name: r.Key()})
}

func (v *view) containers() (list []engine.Summary, known bool) {
	return v.ContainerList, v.known(v.ContainerList != nil, Fact{Kind: FactContainers})
}

func (v *view) images() (list []engine.ImageSummary, known bool) {
	return v.ImageList, v.known(v.ImageList != nil, Fact{Kind: FactImages})
}

func (v *view) volumes() (list []engine.Volume, known bool) {
	return v.VolumeList, v.known(v.VolumeList != nil, Fact{Kind: FactVolumes})
}

func (v *view) networks() (list []engine.Network, known bool) {
	return v.NetworkList, v.known(v.NetworkList != nil, Fact{Kind: FactNetworks})
}

func (v *view) events() (list []engine.Event, known bool) {
	return v.Events, v.known(v.Events != nil, Fact{Kind: FactEvents})
}

func (v *view) engine() (info *engine.Info, known bool) {
	return v.Engine, v.known(v.Engine != nil, Fact{Kind: FactEngine})
}

func (v *view) host() (h *Host, known bool) {
	return v.Host, v.known(v.Host != nil, Fact{Kind: FactHost})
}
