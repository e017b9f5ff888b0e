package checker_test

import (
	"archive/tar"
	"context"
	"fmt"
	"os"
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
