package host_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/host"
)

// fake is a machine written down: testdata/machines/NAME/machine.yaml, with
// the file system in root beside it.
type fake struct {
	User, Dir, GOOS, GOARCH, Kernel, Machine string
	UID                                      int
	Groups, GroupsExtra                      []int
	Env                                      map[string]string
	Paths                                    []string // commands that there are
	Commands                                 map[string]fakeCommand
	Free                                     map[string]host.Space
	Listen                                   map[int]string
	Find                                     fakeFind
	Engines                                  map[string]*fakeEngine
	HTTP                                     *fakeHTTP
	Ask                                      host.Ask
	Options                                  host.Options

	mu  sync.Mutex
	ran []string // by Run, in order
}

type fakeCommand struct {
	Out, Err string
	Code     int
	Hang     bool
}

type fakeFind struct {
	Host, Context, Source string
	Error                 engine.Kind
}

type fakeEngine struct {
	Error      engine.Kind
	Hang       bool
	Info       engine.Info
	Containers []engine.Summary
	Networks   []engine.Network
	Images     map[string]*engine.Image
}

type fakeHTTP struct {
	Error            string
	Date             string
	Remaining, Limit int
}

// now is the time in all fake machines.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// machines are the names of all fake machines.
func machines(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("testdata/machines")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func load(t *testing.T, name string) (*fake, host.Machine) {
	t.Helper()
	dir := filepath.Join("testdata/machines", name)
	src, err := os.ReadFile(filepath.Join(dir, "machine.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{GOOS: "linux", Dir: "/home/mina/naru"}
	f.Find.Host, f.Find.Context, f.Find.Source = "unix://"+host.DefaultSocket, "default", engine.SourceDefault
	if err := yaml.Load(src, f, yaml.WithKnownFields()); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f, f.machine(filepath.Join(dir, "root"))
}

func (f *fake) machine(root string) host.Machine {
	return host.Machine{
		Root:   root,
		Getenv: func(key string) string { return f.Env[key] },
		Home:   "/home/" + f.User, Dir: f.Dir, User: f.User, UID: f.UID,
		Groups: append(f.Groups, f.GroupsExtra...),
		GOOS:   f.GOOS, GOARCH: f.GOARCH,
		Uname:    host.Uname{Release: f.Kernel, Machine: f.Machine},
		LookPath: f.lookPath, Run: f.run, Free: f.free, Listen: f.listen,
		Engines: fakeEngines{f}, HTTP: f.http, Now: func() time.Time { return now }, Built: now.AddDate(0, -1, 0),
	}
}

func (f *fake) lookPath(name string) (string, error) {
	if slices.Contains(f.Paths, name) {
		return "/usr/bin/" + name, nil
	}
	return "", exec.ErrNotFound
}

func (f *fake) run(ctx context.Context, c host.Command) (host.Result, error) {
	line := strings.Join(c.Argv, " ")
	f.mu.Lock()
	f.ran = append(f.ran, line)
	f.mu.Unlock()
	r, ok := f.Commands[line]
	if r.Hang {
		<-ctx.Done()
		return host.Result{}, ctx.Err()
	}
	if !ok && strings.HasPrefix(line, "docker ") {
		return host.Result{Code: 127}, nil
	}
	return host.Result{Stdout: r.Out, Stderr: r.Err, Code: r.Code}, nil
}

func (f *fake) free(path string) (host.Space, error) {
	if s, ok := f.Free[path]; ok {
		return s, nil
	}
	return host.Space{Free: 50 << 30, Total: 100 << 30, Inodes: 1 << 20}, nil
}

var errnos = map[string]error{"EADDRINUSE": syscall.EADDRINUSE, "EACCES": syscall.EACCES}

func (f *fake) listen(port int) error {
	if name, ok := f.Listen[port]; ok {
		return &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", errnos[name])}
	}
	return nil
}

// fakeEngines finds and connects to the engines of a fake machine.
type fakeEngines struct{ *fake }

func (f fakeEngines) Find() (engine.Endpoint, error) {
	found := f.fake.Find
	if found.Error != "" {
		return engine.Endpoint{}, &engine.Error{Kind: found.Error, Err: errors.New(`context "lab" does not exist`)}
	}
	return engine.Endpoint{Host: found.Host, Context: found.Context, Source: found.Source}, nil
}

func (f fakeEngines) Connect(ctx context.Context, ep engine.Endpoint) (host.Engine, error) {
	e, ok := f.Engines[ep.Host]
	if !ok {
		return nil, &engine.Error{Kind: engine.NotFound, Endpoint: ep, Op: "connecting", Err: syscall.ENOENT}
	}
	if e.Hang {
		<-ctx.Done()
		return nil, &engine.Error{Kind: engine.Timeout, Endpoint: ep, Op: "connecting", Err: ctx.Err()}
	}
	if e.Error != "" {
		return nil, &engine.Error{Kind: e.Error, Endpoint: ep, Op: "connecting", Err: errors.New(string(e.Error))}
	}
	return answering{e}, nil
}

func (f fakeEngines) Others() []engine.Endpoint {
	var others []engine.Endpoint
	for _, at := range slices.Sorted(maps.Keys(f.Engines)) {
		if at != f.fake.Find.Host {
			others = append(others, engine.Endpoint{Host: at, Source: "socket"})
		}
	}
	return others
}

// answering is a fake engine that was connected to.
type answering struct{ *fakeEngine }

func (a answering) Info(context.Context) (*engine.Info, error) { return &a.fakeEngine.Info, nil }

func (a answering) Containers(context.Context) ([]engine.Summary, error) {
	return a.fakeEngine.Containers, nil
}

func (a answering) Networks(context.Context) ([]engine.Network, error) {
	return a.fakeEngine.Networks, nil
}

func (a answering) Image(_ context.Context, ref string) (*engine.Image, error) {
	return a.Images[ref], nil
}

func (answering) Close() {}

func (f *fake) http(req *http.Request) (*http.Response, error) {
	if f.HTTP == nil {
		return nil, errors.New("no network in this test")
	}
	switch f.HTTP.Error {
	case "authority":
		if strings.HasPrefix(req.URL.Host, "10.") {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
		}
		cert := &x509.Certificate{Issuer: pkix.Name{CommonName: "Acme Security Gateway", Organization: []string{"Acme"}}}
		return nil, fmt.Errorf("get: %w", x509.UnknownAuthorityError{Cert: cert})
	case "dns":
		return nil, &net.DNSError{Err: "server misbehaving", Name: req.URL.Host, IsTemporary: true}
	}
	res := &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"token": "t"}`))}
	res.Header.Set("Date", f.HTTP.Date)
	res.Header.Set("RateLimit-Remaining", strconv.Itoa(f.HTTP.Remaining)+";w=21600")
	res.Header.Set("RateLimit-Limit", strconv.Itoa(f.HTTP.Limit)+";w=21600")
	return res, nil
}
