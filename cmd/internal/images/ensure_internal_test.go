package images

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
)

// fakeEngine is an engine in memory.
type fakeEngine struct {
	arch   string
	images map[string]*engine.Image
	pull   func(ctx context.Context, ref string, progress func(engine.Progress)) error
	calls  []string
}

func (f *fakeEngine) Info(context.Context) (*engine.Info, error) {
	return &engine.Info{OS: "linux", Arch: f.arch}, nil
}

func (f *fakeEngine) Image(_ context.Context, ref string) (*engine.Image, error) {
	return f.images[ref], nil
}

func (f *fakeEngine) PullImage(ctx context.Context, ref, platform string, progress func(engine.Progress)) error {
	f.calls = append(f.calls, "pull "+ref+" "+platform)
	if err := f.pull(ctx, ref, progress); err != nil {
		return err
	}
	f.images[ref] = &engine.Image{OS: "linux", Arch: f.arch}
	return nil
}

func (f *fakeEngine) LoadImage(_ context.Context, archive io.Reader, _ func(engine.Progress)) error {
	f.calls = append(f.calls, "load")
	if _, err := io.Copy(io.Discard, archive); err != nil {
		return err
	}
	f.images["hello-world:latest"] = &engine.Image{OS: "linux", Arch: f.arch, Labels: map[string]string{Label: "none"}}
	return nil
}

// registry is a server that answers as a registry does.
func registry(t *testing.T, handler http.HandlerFunc) *asker {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &asker{timeout: time.Second, transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		r.URL.Scheme, r.URL.Host = to.Scheme, to.Host
		return http.DefaultTransport.RoundTrip(r)
	})}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// offline is a network without a way out.
func offline() *asker {
	return &asker{timeout: time.Second, transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("network is unreachable")
	})}
}

func answering(status int, manifests ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/" {
			return
		}
		if status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		var list []string
		for _, arch := range manifests {
			list = append(list, fmt.Sprintf(`{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":1,"digest":"sha256:%064d",`+
				`"platform":{"os":"linux","architecture":%q}}`, 1, arch))
		}
		body := `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[` + strings.Join(list, ",") + `]}`
		w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
		w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("0", 64))
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		if r.Method != http.MethodHead {
			_, _ = io.WriteString(w, body)
		}
	}
}

// TestPullReasons holds how a failed pull is told: by the engine's status where
// it says something, by the registry's own otherwise.
func TestPullReasons(t *testing.T) {
	status := func(n int) error { return &engine.Error{Kind: engine.API, Status: n, Err: errors.New("words")} }
	for name, row := range map[string]struct {
		ask  func(t *testing.T) *asker
		err  error
		want Reason
	}{
		"engine says 429":           {func(*testing.T) *asker { return offline() }, status(429), RateLimit},
		"engine says 401":           {func(*testing.T) *asker { return offline() }, status(401), Denied},
		"engine says 404":           {func(*testing.T) *asker { return offline() }, status(404), NotFound},
		"engine says 500, offline":  {func(*testing.T) *asker { return offline() }, status(500), Unreachable},
		"500 and 429":               {func(t *testing.T) *asker { return registry(t, answering(429)) }, status(500), RateLimit},
		"500 and 401":               {func(t *testing.T) *asker { return registry(t, answering(401)) }, status(500), Denied},
		"in the stream and 404":     {func(t *testing.T) *asker { return registry(t, answering(404)) }, status(0), NotFound},
		"500 and another platform":  {func(t *testing.T) *asker { return registry(t, answering(200, "s390x", "arm64")) }, status(500), NoPlatform},
		"404 and another platform":  {func(t *testing.T) *asker { return registry(t, answering(200, "arm64")) }, status(404), NoPlatform},
		"500 and all there":         {func(t *testing.T) *asker { return registry(t, answering(200, "amd64")) }, status(500), Failed},
		"500 and a broken registry": {func(t *testing.T) *asker { return registry(t, answering(503)) }, status(500), Failed},
	} {
		t.Run(name, func(t *testing.T) {
			p := Platform{OS: "linux", Arch: "amd64"}
			if got := row.ask(t).pullReason(t.Context(), "busybox:1.37", p, row.err); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// TestEnsure holds what is done for an image, by what the engine and the
// registry do.
func TestEnsure(t *testing.T) {
	pulls := func(context.Context, string, func(engine.Progress)) error { return nil }
	fails := func(context.Context, string, func(engine.Progress)) error {
		return &engine.Error{Kind: engine.API, Status: 500, Err: errors.New("dial tcp: lookup failed")}
	}
	hangs := func(ctx context.Context, _ string, _ func(engine.Progress)) error {
		<-ctx.Done()
		return &engine.Error{Kind: engine.Canceled, Err: ctx.Err()}
	}
	slow := func(ctx context.Context, _ string, progress func(engine.Progress)) error {
		progress(engine.Progress{Status: "Pulling from library/hello-world"})
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
			return nil
		}
	}
	ended := func(context.Context, string, func(engine.Progress)) error {
		return &engine.Error{Kind: engine.Refused, Err: errors.New("connection refused")}
	}
	has := func(arch string, labels map[string]string) map[string]*engine.Image {
		return map[string]*engine.Image{"hello-world:latest": {OS: "linux", Arch: arch, Labels: labels}}
	}
	for name, row := range map[string]struct {
		refs   []string
		arch   string
		images map[string]*engine.Image
		pull   func(context.Context, string, func(engine.Progress)) error
		opts   Options
		want   []string
		calls  []string
	}{
		"present":           {images: has("amd64", nil), want: []string{"hello-world:latest engine"}},
		"present, stand-in": {images: has("amd64", map[string]string{Label: "none"}), want: []string{"hello-world:latest engine stand-in"}},
		"present for another machine": {
			images: has("arm64", nil), pull: pulls, opts: Options{AllowPackages: true},
			want: []string{"hello-world:latest nowhere *images.ForeignError"},
		},
		"pulled": {pull: pulls, want: []string{"hello-world:latest registry"}, calls: []string{"pull hello-world:latest linux/amd64"}},
		"pulled slowly": {
			pull: slow, opts: Options{Decide: 20 * time.Millisecond}, want: []string{"hello-world:latest registry"},
			calls: []string{"pull hello-world:latest linux/amd64"},
		},
		"offline, no packages": {
			pull: fails, want: []string{"hello-world:latest nowhere unreachable *images.PullError"}, calls: []string{"pull hello-world:latest linux/amd64"},
		},
		"offline": {
			pull: fails, opts: Options{AllowPackages: true}, want: []string{"hello-world:latest packages stand-in unreachable"},
			calls: []string{"pull hello-world:latest linux/amd64", "load"},
		},
		"silent, asked once": {
			refs: []string{"alpine", "hello-world", "ghcr.io/a/b"}, pull: hangs, opts: Options{AllowPackages: true, Decide: 20 * time.Millisecond},
			want: []string{
				"alpine:latest nowhere unreachable *images.PullError", "hello-world:latest packages stand-in unreachable",
				"ghcr.io/a/b:latest nowhere unreachable *images.PullError",
			},
			calls: []string{"pull alpine:latest linux/amd64", "load", "pull ghcr.io/a/b:latest linux/amd64"},
		},
		"no registry wanted": {
			opts: Options{AllowPackages: true, SkipRegistry: true}, want: []string{"hello-world:latest packages stand-in unreachable"}, calls: []string{"load"},
		},
		"not for this machine": {
			refs: []string{"hello-world", "node:24-alpine"}, arch: "riscv64", pull: pulls,
			want: []string{"hello-world:latest nowhere *images.PlatformError", "node:24-alpine nowhere *images.PlatformError"},
		},
		"engine ends": {
			refs: []string{"hello-world", "busybox:1.37"}, pull: ended, opts: Options{AllowPackages: true},
			want: []string{"hello-world:latest nowhere *engine.Error"}, calls: []string{"pull hello-world:latest linux/amd64"},
		},
		"bad reference": {refs: []string{"A:b"}, want: []string{"A:b nowhere *fmt.wrapError"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeEngine{arch: row.arch, images: row.images, pull: row.pull}
			if f.arch == "" {
				f.arch = "amd64"
			}
			if f.images == nil {
				f.images = map[string]*engine.Image{}
			}
			if row.refs == nil {
				row.refs = []string{"hello-world"}
			}
			row.opts.CacheDir = t.TempDir()
			result, err := ensure(t.Context(), f, row.refs, row.opts, offline(), hostFiles{sources: "/etc/apt"})
			var got []string
			failed := false
			for _, o := range result {
				s := o.Ref + " " + string(o.From)
				if o.StandIn {
					s += " stand-in"
				}
				if o.Reason != "" {
					s += " " + string(o.Reason)
				}
				if o.Err != nil {
					s += fmt.Sprintf(" %T", o.Err)
					failed = true
				}
				got = append(got, s)
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("outcomes:\n%s", diff)
			}
			if diff := cmp.Diff(row.calls, f.calls); diff != "" {
				t.Errorf("calls:\n%s", diff)
			}
			if failed != (err != nil) {
				t.Errorf("error %v with outcomes %v", err, got)
			}
			again := len(f.calls)
			if err == nil {
				if _, err := ensure(t.Context(), f, row.refs, row.opts, offline(), hostFiles{}); err != nil || len(f.calls) != again {
					t.Errorf("again: %v, calls %v", err, f.calls[again:])
				}
			}
		})
	}
}

// TestNeverReplaced: an image that comes to be while its stand-in is made stays.
func TestNeverReplaced(t *testing.T) {
	mine := &engine.Image{ID: "mine", OS: "linux", Arch: "amd64"}
	f := &fakeEngine{arch: "amd64", images: map[string]*engine.Image{}}
	f.pull = func(context.Context, string, func(engine.Progress)) error {
		return &engine.Error{Kind: engine.API, Status: 500, Err: errors.New("no")}
	}
	opts := Options{AllowPackages: true, CacheDir: t.TempDir(), Progress: func(e Event) {
		if e.Kind == Composing {
			f.images["hello-world:latest"] = mine
		}
	}}
	if _, err := ensure(t.Context(), f, []string{"hello-world"}, opts, offline(), hostFiles{}); err != nil {
		t.Fatal(err)
	}
	if f.images["hello-world:latest"] != mine || slices.Contains(f.calls, "load") {
		t.Errorf("calls %v", f.calls)
	}
}

func TestStatus(t *testing.T) {
	f := &fakeEngine{arch: "amd64", images: map[string]*engine.Image{
		"busybox:1.37": {OS: "linux", Arch: "amd64", Labels: map[string]string{Label: "busybox-static=1"}},
	}}
	dir := t.TempDir()
	refs := []string{"busybox:1.37", "hello-world", "nginx:1.28-alpine", "alpine"}
	look := func(opts Options, ask *asker) string {
		t.Helper()
		opts.CacheDir = dir
		list, err := status(t.Context(), f, refs, opts, ask, hostFiles{sources: "/etc/apt"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range list {
			got = append(got, fmt.Sprintf("%s %s present=%v stand-in=%v %s %v", s.Ref, s.From, s.Present, s.StandIn, s.Packages, s.ErrorText != ""))
		}
		return strings.Join(got, "\n")
	}
	up := registry(t, answering(200, "amd64"))
	for _, row := range []struct {
		name string
		opts Options
		ask  *asker
		want []string
	}{
		{"registry answers", Options{AllowPackages: true}, up, []string{"registry present=false stand-in=false  false", "registry present=false stand-in=false  false", "registry present=false stand-in=false  false"}},
		{"offline", Options{AllowPackages: true}, offline(), []string{"packages present=false stand-in=true  false", "packages present=false stand-in=true  false", "nowhere present=false stand-in=false  true"}},
		{"offline, no packages", Options{}, offline(), []string{"nowhere present=false stand-in=false  true", "nowhere present=false stand-in=false  true", "nowhere present=false stand-in=false  true"}},
	} {
		want := "busybox:1.37 engine present=true stand-in=true busybox-static=1 false\nhello-world:latest " + row.want[0] +
			"\nnginx:1.28-alpine " + row.want[1] + "\nalpine:latest " + row.want[2]
		if diff := cmp.Diff(want, look(row.opts, row.ask)); diff != "" {
			t.Errorf("%s:\n%s", row.name, diff)
		}
	}
	if _, err := Make(t.Context(), "hello-world", "linux/amd64", dir, nil); err != nil {
		t.Fatal(err)
	}
	if got := look(Options{AllowPackages: true}, offline()); !strings.Contains(got, "hello-world:latest cache") {
		t.Errorf("made before:\n%s", got)
	}
}
