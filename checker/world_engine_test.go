package checker_test

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// fakeEngine answers from a world.
type fakeEngine struct{ w *world }

func (f *fakeEngine) Info(context.Context) (*engine.Info, error) { return &f.w.Engine, nil }

func (f *fakeEngine) find(name string) *container {
	for _, c := range f.w.Containers {
		if c.Name == name || c.ID == name {
			return c
		}
	}
	for _, c := range f.w.Containers {
		if name != "" && strings.HasPrefix(c.ID, name) {
			return c
		}
	}
	return nil
}

func (f *fakeEngine) Container(_ context.Context, name string) (*engine.Container, error) {
	if c := f.find(name); c != nil {
		return &c.Container, nil
	}
	return nil, nil
}

func (f *fakeEngine) Containers(context.Context) ([]engine.Summary, error) {
	var list []engine.Summary
	for _, c := range f.w.Containers {
		s := engine.Summary{
			ID: c.ID, Name: c.Name, Image: c.Image, ImageID: c.ImageID, Created: c.Created,
			Status: c.Status, Labels: c.Labels, Ports: c.Ports, Mounts: c.Mounts,
		}
		for _, n := range c.Networks {
			s.Networks = append(s.Networks, n.Network)
		}
		list = append(list, s)
	}
	return list, nil
}

func (f *fakeEngine) Newest(ctx context.Context, n int) ([]engine.Summary, error) {
	list, err := f.Containers(ctx)
	slices.SortStableFunc(list, func(a, b engine.Summary) int { return b.Created.Compare(a.Created) })
	return list[:min(n, len(list))], err
}

func (f *fakeEngine) image(ref string) *image {
	for _, i := range f.w.Images {
		if i.ID == ref || slices.Contains(i.Tags, ref) || slices.Contains(i.Tags, ref+":latest") || slices.Contains(i.Digests, ref) ||
			slices.Contains(i.Tags, strings.TrimPrefix(ref, "docker.io/library/")) {
			return i
		}
	}
	for _, i := range f.w.Images {
		if strings.HasPrefix(strings.TrimPrefix(i.ID, "sha256:"), ref) {
			return i
		}
	}
	return nil
}

func (f *fakeEngine) Image(_ context.Context, ref string) (*engine.Image, error) {
	if i := f.image(ref); i != nil {
		return &i.Image, nil
	}
	return nil, nil
}

func (f *fakeEngine) Images(context.Context) ([]engine.ImageSummary, error) {
	var list []engine.ImageSummary
	for _, i := range f.w.Images {
		list = append(list, engine.ImageSummary{ID: i.ID, Tags: i.Tags, Created: i.Created, Labels: i.Labels})
	}
	return list, nil
}

func (f *fakeEngine) History(_ context.Context, ref string) ([]engine.History, error) {
	i := f.image(ref)
	if i == nil {
		return nil, nil
	}
	var list []engine.History
	for _, h := range slices.Backward(i.History) {
		by, empty := strings.CutPrefix(h, "-")
		list = append(list, engine.History{CreatedBy: by, Empty: empty, Comment: i.Comment})
	}
	return list, nil
}

func (f *fakeEngine) Volume(_ context.Context, name string) (*engine.Volume, error) {
	for _, v := range f.w.Volumes {
		if v.Name == name {
			return &v.Volume, nil
		}
	}
	return nil, nil
}

func (f *fakeEngine) Volumes(context.Context) ([]engine.Volume, error) {
	var list []engine.Volume
	for _, v := range f.w.Volumes {
		list = append(list, v.Volume)
	}
	return list, nil
}

func (f *fakeEngine) Network(_ context.Context, name string) (*engine.Network, error) {
	for _, n := range f.w.Networks {
		if n.Name == name || strings.HasPrefix(n.ID, name) {
			return &n.Network, nil
		}
	}
	return nil, nil
}

func (f *fakeEngine) Networks(context.Context) ([]engine.Network, error) {
	var list []engine.Network
	for _, n := range f.w.Networks {
		list = append(list, n.Network)
	}
	return list, nil
}

func (f *fakeEngine) Changes(_ context.Context, name string) ([]engine.Change, error) {
	var list []engine.Change
	for _, c := range f.find(name).Changes {
		kind, path, _ := strings.Cut(c, " ")
		list = append(list, engine.Change{Kind: kind, Path: path})
	}
	return list, nil
}

func (f *fakeEngine) Processes(_ context.Context, name string) ([]engine.Process, error) {
	var list []engine.Process
	for _, p := range f.find(name).Ps {
		list = append(list, engine.Process{Command: p})
	}
	return list, nil
}

func (f *fakeEngine) Logs(_ context.Context, name string, _ int64) (stdout, stderr string, truncated bool, err error) {
	c := f.find(name)
	return c.Stdout, c.Stderr, false, nil
}

func (f *fakeEngine) Events(context.Context, time.Time, time.Time) ([]engine.Event, error) {
	var list []engine.Event
	for _, line := range f.w.Events {
		words := strings.Fields(line)
		ago, err := time.ParseDuration(words[0])
		if err != nil {
			return nil, err
		}
		e := engine.Event{Time: now.Add(-ago), Type: words[1], Action: words[2], Name: words[3], ID: words[3], Attributes: map[string]string{}}
		for _, pair := range words[4:] {
			k, v, _ := strings.Cut(pair, "=")
			if k == "id" {
				e.ID = v
				continue
			}
			e.Attributes[k] = v
		}
		list = append(list, e)
	}
	return list, nil
}

func (f *fakeEngine) read(in, p string) (*engine.File, error) {
	var dir *engine.File
	for name, content := range f.w.Files {
		where, ok := strings.CutPrefix(name, in+":")
		if !ok {
			continue
		}
		if where == p {
			return file(p, content)
		}
		if parent := strings.TrimSuffix(p, "/") + "/"; strings.HasPrefix(where, parent) {
			if dir == nil {
				dir = &engine.File{Path: p, Type: "directory", Mode: 0o755}
			}
			first, _, _ := strings.Cut(where[len(parent):], "/")
			dir.Entries = append(dir.Entries, first)
		}
	}
	if dir == nil && p == "/" {
		dir = &engine.File{Path: p, Type: "directory"}
	}
	if dir != nil {
		slices.Sort(dir.Entries)
	}
	return dir, nil
}

// file is what a row tells of one: its content, or its fields.
func file(p string, content any) (*engine.File, error) {
	f := &engine.File{Path: path.Clean(p), Type: "file", Mode: 0o644}
	if text, ok := content.(string); ok {
		f.Content, f.Size = []byte(text), int64(len(text))
		return f, nil
	}
	fields, ok := content.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("file %q is neither a text nor a mapping", p)
	}
	for name, v := range fields {
		switch name {
		case "text":
			f.Content = []byte(v.(string))
		case "type":
			f.Type = v.(string)
		case "mode":
			f.Mode = uint32(v.(int))
		case "uid":
			f.UID = v.(int)
		case "gid":
			f.GID = v.(int)
		case "entries":
			for _, e := range v.([]any) {
				f.Entries = append(f.Entries, e.(string))
			}
		default:
			return nil, fmt.Errorf("file %q has no field %q", p, name)
		}
	}
	return f, nil
}

func (f *fakeEngine) ReadContainer(_ context.Context, name, p string, _ int64) (*engine.File, error) {
	return f.read("container:"+name, p)
}

func (f *fakeEngine) ReadVolume(_ context.Context, name, p string, _ int64) (*engine.File, error) {
	return f.read("volume:"+name, p)
}

func (f *fakeEngine) ReadImage(_ context.Context, ref, p string, _ int64) (*engine.File, error) {
	return f.read("image:"+ref, p)
}

func (f *fakeEngine) ImageLayers(_ context.Context, ref, p string) ([]int, error) {
	i := f.image(ref)
	if i == nil {
		return nil, nil
	}
	return append([]int{}, i.Holds[p]...), nil
}
