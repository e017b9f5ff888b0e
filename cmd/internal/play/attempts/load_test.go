package attempts_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"go.yaml.in/yaml/v4"
	"golang.org/x/sync/errgroup"

	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/images/imagestest"
)

// atOnce is how many attempts are played at once. They wait more than they
// compute.
const atOnce = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(enginetest.Run(m))
}

// group is a file of attempts.
type group struct {
	name string
	// Check is what is asked where an attempt says nothing else.
	Check    string    `yaml:"check"`
	Again    bool      `yaml:"again"`
	Attempts []attempt `yaml:"attempts"`
}

// attempt is something that a learner does. It passes unless it says how it
// fails.
type attempt struct {
	Name    string            `yaml:"name"`
	Like    string            `yaml:"like"` // one of patterns
	Check   string            `yaml:"check"`
	Before  string            `yaml:"before"` // done before the lesson was started
	Earlier []step            `yaml:"earlier"`
	Run     string            `yaml:"run"`
	Answers map[string]string `yaml:"answers"` // "file:NAME" is what that file of the workspace holds
	Fails   *failure          `yaml:"fails"`
	// Again asks to look again, for ten seconds at most, until the verdict is
	// as wanted: for what the engine takes its time to tell.
	Again bool `yaml:"again"`
}

// step is an earlier step of the same lesson, done rightly: its evidence is
// kept.
type step struct {
	Run   string `yaml:"run"`
	Check string `yaml:"check"`
}

// failure is the finding that a learner must read; what is empty isn't held.
type failure struct {
	Finding string   `yaml:"finding"` // field and reason: "container.ports different"
	Detail  string   `yaml:"detail"`
	Near    string   `yaml:"near"` // "container web"
	Why     string   `yaml:"why"`
	Got     string   `yaml:"got"`
	Ko      []string `yaml:"ko"` // parts of the sentence
	En      []string `yaml:"en"`
}

// load reads all groups.
func load(t *testing.T) []group {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no attempts: %v", err)
	}
	var groups []group
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		g := group{name: strings.TrimSuffix(filepath.Base(path), ".yaml")}
		if err := yaml.Load(src, &g, yaml.WithKnownFields()); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		names := map[string]bool{}
		for i := range g.Attempts {
			a := &g.Attempts[i]
			if a.Check == "" {
				a.Check = g.Check
			}
			a.Again = a.Again || g.Again
			if a.Name == "" || a.Check == "" || names[a.Name] || a.Fails != nil && a.Fails.Finding == "" {
				t.Fatalf("%s: attempt %d, %q: a name of its own, a check and, where it fails, a finding are wanted", path, i+1, a.Name)
			}
			names[a.Name] = true
		}
		groups = append(groups, g)
	}
	return groups
}

var ownName, ownPort = regexp.MustCompile(`(^|[^A-Za-z0-9])my-`), regexp.MustCompile(`\bPORT([0-9]?)\b`)

// newStage gives an attempt its names and ports. The names are far from every
// other attempt's, so that what comes near is the attempt's own.
func newStage(e *enginetest.Engine, title string, number int) *stage {
	h := fnv.New64a()
	fmt.Fprint(h, title)
	prefix := "x" + strconv.FormatUint(h.Sum64(), 36)[2:10]
	return &stage{engine: e, prefix: prefix, fill: filler{prefix + "-", 20000 + 10*number}}
}

// filler fills in an attempt's own names and ports.
type filler struct {
	prefix string
	port   int
}

func (f filler) Replace(s string) string {
	s = strings.NewReplacer("FOREIGN", foreign(), "NATIVE", runtime.GOARCH).Replace(s)
	s = ownName.ReplaceAllString(s, "${1}"+f.prefix)
	return ownPort.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.Atoi(strings.TrimPrefix(m, "PORT")) // nothing: 0
		return strconv.Itoa(f.port + n)
	})
}

// crowd is how many volumes stand on the engine besides what the attempts
// make; half as many containers, and some networks.
const crowd = 160

// prepare loads the images, and puts objects of nobody's on the engine.
func prepare(t *testing.T, e *enginetest.Engine) {
	t.Helper()
	e.Load(t, imagestest.Archives(t, "busybox:1.37", "nginx:1.28-alpine", "hello-world:latest")...)
	e.Docker(t, "tag", "busybox:1.37", "crowd:1")
	loadForeign(t, e)
	socket := strings.TrimPrefix(e.Host(), "unix://")
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}
	defer client.CloseIdleConnections()
	post := func(path string, body map[string]any) error {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://docker"+path, bytes.NewReader(b))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode >= http.StatusBadRequest {
			msg, _ := io.ReadAll(res.Body)
			return fmt.Errorf("%s: %s", path, msg)
		}
		return nil
	}
	group, _ := errgroup.WithContext(t.Context())
	group.SetLimit(4)
	for i := range crowd {
		name := fmt.Sprintf("crowd-%03d", i)
		group.Go(func() error { return post("/volumes/create", map[string]any{"Name": name}) })
		if i%2 == 1 {
			continue
		}
		group.Go(func() error {
			return post("/containers/create?name="+name, map[string]any{
				"Image": "crowd:1", "Cmd": []string{"sleep", "1d"}, "Env": []string{"MENU=latte"}, "Labels": map[string]string{"crowd": "yes"},
			})
		})
		if i < 24 {
			group.Go(func() error {
				return post("/networks/create", map[string]any{
					"Name": name, "Driver": "bridge",
					"IPAM": map[string]any{"Config": []map[string]string{{"Subnet": fmt.Sprintf("10.211.%d.0/28", i)}}},
				})
			})
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// foreign is an architecture that this machine's is not.
func foreign() string {
	if runtime.GOARCH == "arm64" {
		return "amd64"
	}
	return "arm64"
}

// loadForeign loads an image for another architecture, foreign:1. Its program
// is for none at all.
func loadForeign(t *testing.T, e *enginetest.Engine) {
	t.Helper()
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	program := []byte("\x7fELF no program of any machine\x00")
	if err := w.WriteHeader(&tar.Header{Name: "run", Mode: 0o755, Size: int64(len(program))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(program); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(layer.Bytes())), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	img, err := mutate.AppendLayers(empty.Image, l)
	if err != nil {
		t.Fatal(err)
	}
	img, err = mutate.ConfigFile(img, &v1.ConfigFile{
		OS: "linux", Architecture: foreign(), Config: v1.Config{Cmd: []string{"/run"}},
		RootFS: v1.RootFS{Type: "layers", DiffIDs: diffIDs(t, l)},
	})
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := tarball.Write(name.MustParseReference("foreign:1"), img, &archive); err != nil {
		t.Fatal(err)
	}
	if err := e.Client(t).LoadImage(t.Context(), &archive, nil); err != nil {
		t.Fatal(err)
	}
}

func diffIDs(t *testing.T, l v1.Layer) []v1.Hash {
	t.Helper()
	id, err := l.DiffID()
	if err != nil {
		t.Fatal(err)
	}
	return []v1.Hash{id}
}
