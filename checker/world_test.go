package checker_test

import (
	"archive/tar"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
)

// now is when every test looks.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is an engine and a workspace as a row of testdata/verdicts tells of
// them. It answers as an engine does: a container is found by its name, its ID
// or the beginning of its ID; what a list shows is what inspecting shows.
type world struct {
	Containers []*container
	Images     []*image
	Volumes    []*volume
	Networks   []*network
	Events     []string          // "10s container die web exitCode=0"
	Files      map[string]any    // "volume:notes:/memo": content, or a mapping; "workspace:Dockerfile": content, or {tar: [names]}
	HTTP       map[string]any    // URL: a body, a mapping, or "!refused"
	Answers    map[string]string //
	Before     []string          // IDs of containers that were there before the lesson
	Evidence   []checker.Evidence
	Engine     engine.Info
	Host       checker.Host

	dir  string
	sent []string // URLs of requests that were sent
}

type container struct {
	engine.Container `yaml:",inline"`
	Age              string
	Since            string   // how long ago it was started last; right after it was made if not said
	State            string   // "running", "exited 1"
	Publish          []string // "0.0.0.0:8080:80/udp"
	Mount            []string // "notes:/data", "./site:/x:ro", "anonymous:/data", "tmpfs:/run"
	Net              []string // "front db other"
	Stdout, Stderr   string
	Changes          []string // "A /data"
	Ps               []string
}

type image struct {
	engine.Image `yaml:",inline"`
	Age          string
	History      []string         // the oldest first; "-" before what made no layer
	Holds        map[string][]int // which layers hold a path
}

type volume struct {
	engine.Volume `yaml:",inline"`
	Age           string
}

type network struct {
	engine.Network `yaml:",inline"`
	Age            string
}

// settle fills in what a row may leave out.
func (w *world) settle(t *testing.T) {
	t.Helper()
	w.dir = t.TempDir()
	for i, c := range w.Containers {
		w.settleContainer(t, i, c)
	}
	for i, img := range w.Images {
		if img.ID == "" {
			img.ID = fmt.Sprintf("sha256:%064x", 0xa0+i)
		}
		img.Created = before(t, img.Age)
		if img.OS == "" {
			img.OS, img.Arch = "linux", "amd64"
		}
		if img.Layers == nil {
			img.Layers = []string{"base-of-" + strings.Join(img.Tags, "")}
		}
	}
	for _, v := range w.Volumes {
		v.Created = before(t, v.Age)
		if v.Driver == "" {
			v.Driver = "local"
		}
	}
	for i, n := range w.Networks {
		n.Created = before(t, n.Age)
		if n.ID == "" {
			n.ID = fmt.Sprintf("%064x", 0xf0+i)
		}
		if n.Driver == "" {
			n.Driver = "bridge"
		}
	}
	for name, content := range w.Files {
		rel, ok := strings.CutPrefix(name, "workspace:")
		if !ok {
			continue
		}
		full := filepath.Join(w.dir, rel)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if fields, ok := content.(map[string]any); ok && fields["tar"] != nil {
			content = archive(t, fields["tar"].([]any))
		}
		if text, ok := content.(string); ok {
			if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if err := os.MkdirAll(full, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// archive packs files of these names, without content.
func archive(t *testing.T, names []any) string {
	t.Helper()
	var b strings.Builder
	w := tar.NewWriter(&b)
	for _, n := range names {
		h := &tar.Header{Name: n.(string), Mode: 0o644, Typeflag: tar.TypeReg}
		if strings.HasSuffix(h.Name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (w *world) settleContainer(t *testing.T, i int, c *container) {
	t.Helper()
	if c.ID == "" {
		c.ID = fmt.Sprintf("%064x", 0xc0ffee00+i)
	}
	c.Created = before(t, c.Age)
	status, code, _ := strings.Cut(c.State, " ")
	c.Status, c.ExitCode = status, atoi(t, code)
	if status == "" {
		c.Status = "running"
	}
	if c.Status != "created" {
		c.StartedAt = c.Created.Add(time.Second)
		if c.Since != "" {
			c.StartedAt = before(t, c.Since)
		}
	}
	if c.ImageID == "" {
		for _, img := range w.Images {
			if slices.Contains(img.Tags, c.Image) || slices.Contains(img.Tags, c.Image+":latest") {
				c.ImageID = img.ID
			}
		}
	}
	for _, p := range c.Publish {
		p, proto, ok := strings.Cut(p, "/")
		if !ok {
			proto = "tcp"
		}
		at := strings.LastIndex(p, ":")
		port := engine.Port{ContainerPort: atoi(t, p[at+1:]), Protocol: proto, HostIP: "0.0.0.0"}
		if at >= 0 {
			host := p[:at]
			if h := strings.LastIndex(host, ":"); h >= 0 {
				port.HostIP, host = host[:h], host[h+1:]
			}
			port.HostPort = atoi(t, host)
		}
		c.Ports = append(c.Ports, port)
	}
	for _, m := range c.Mount {
		parts := strings.Split(m, ":")
		mount := engine.Mount{Type: "volume", Name: parts[0], Destination: parts[1], ReadOnly: len(parts) > 2 && parts[2] == "ro"}
		switch {
		case parts[0] == "anonymous":
			mount.Name, mount.Anonymous = strings.Repeat("ab", 32), true
		case parts[0] == "tmpfs":
			mount.Type, mount.Name = "tmpfs", ""
		case strings.HasPrefix(parts[0], "."):
			mount.Type, mount.Name, mount.Source = "bind", "", filepath.Join(w.dir, parts[0])
		case strings.HasPrefix(parts[0], "/"):
			mount.Type, mount.Name, mount.Source = "bind", "", parts[0]
		}
		c.Mounts = append(c.Mounts, mount)
	}
	if c.Net == nil {
		c.Net = []string{"bridge"}
	}
	for n, net := range c.Net {
		words := strings.Fields(net)
		c.Networks = append(c.Networks, engine.Attachment{Network: words[0], Aliases: words[1:], IP: "172.17.0." + strconv.Itoa(2+n)})
	}
}

// before is now less an age; an age that isn't written is an hour.
func before(t *testing.T, age string) time.Time {
	t.Helper()
	if age == "" {
		age = "1h"
	}
	d, err := time.ParseDuration(age)
	if err != nil {
		t.Fatal(err)
	}
	return now.Add(-d)
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// source is the world as Observe sees it.
func (w *world) source() checker.Source {
	return checker.Source{
		Engine: w.engine(), Workspace: w.dir, Since: now.Add(-2 * time.Hour),
		Before: w.Before, Evidence: w.Evidence, Answers: w.Answers,
		Host: func(context.Context) (*checker.Host, error) { return &w.Host, nil },
		Now:  func() time.Time { return now },
		Do: func(_ context.Context, r checker.Request) *checker.Response {
			w.sent = append(w.sent, r.URL)
			switch answer := w.HTTP[r.URL].(type) {
			case string:
				if err, ok := strings.CutPrefix(answer, "!"); ok {
					return &checker.Response{Err: err}
				}
				return &checker.Response{Status: 200, Body: answer}
			case map[string]any:
				res := &checker.Response{Status: answer["status"].(int), Header: map[string]string{}}
				res.Body, _ = answer["body"].(string)
				if header, ok := answer["header"].(map[string]any); ok {
					for k, v := range header {
						res.Header[k] = fmt.Sprint(v)
					}
				}
				return res
			}
			return &checker.Response{Err: "refused"}
		},
	}
}

func (w *world) engine() *fakeEngine { return &fakeEngine{w} }

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

// readRows reads the rows of one file of testdata/verdicts.
func readRows(t testing.TB, name string) []row {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	if err := yaml.Load(b, &rows, yaml.WithKnownFields()); err != nil {
		t.Fatalf("reading %s: %v", name, err)
	}
	return rows
}

// row is one world held against one check, or a few.
type row struct {
	Name    string    // what the learner did, in a few words
	Pattern string    // which pattern of other checkers' faults it is of, if any
	Check   yaml.Node // one check, or a list
	World   world
	// Want is "pass", "waiting", or the first finding: "FIELD REASON", then in
	// any order what else it must have: detail=…, near=…, why=…, got=….
	Want string
	// Ko and En, where they are given, are what the sentence of the first
	// finding that didn't pass must have in it.
	Ko, En string
}
