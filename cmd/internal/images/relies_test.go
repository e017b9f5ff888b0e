package images_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
	"github.com/naru-lab/naru/cmd/internal/images"
	"github.com/naru-lab/naru/cmd/internal/images/imagestest"
)

func TestMain(m *testing.M) { os.Exit(enginetest.Run(m)) }

// official says whether the tests are pointed at the official images.
func official() bool { return os.Getenv("NARU_OFFICIAL") == "1" }

// supply makes images present on an engine, as `prepare` does.
func supply(t *testing.T, e *enginetest.Engine, refs ...string) images.Result {
	t.Helper()
	result, err := images.Ensure(t.Context(), e.Client(t), refs, images.Options{
		AllowPackages: !official(), SkipRegistry: !official(), CacheDir: imagestest.CacheDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestRelies holds all that lessons rely on, for every image of the catalogue
// that this machine runs.
func TestRelies(t *testing.T) {
	e := enginetest.Shared(t)
	info, err := e.Client(t).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	platform, err := images.ParsePlatform("linux/" + info.Arch)
	if err != nil {
		t.Fatal(err)
	}
	proven := map[string]bool{} // by layers: the stand-ins of node:24 and node:22 have the same
	for _, img := range images.Course().Images {
		if !img.Has(platform) {
			continue
		}
		t.Run(img.Ref, func(t *testing.T) {
			supply(t, e, img.Ref)
			layers := strings.Join(checkConfig(t, e, img), " ")
			if proven[layers] {
				return
			}
			proven[layers] = true
			if img.Relies.Prints != "" {
				if out := e.Docker(t, "run", "--rm", img.Ref); !strings.Contains(out, img.Relies.Prints) {
					t.Errorf("printed %q", out)
				}
			}
			if img.Relies.Shell != "" {
				checkInside(t, e, img)
			}
			checkSayings(t, e, img)
		})
	}
}

// checkConfig holds the image's configuration, and returns its layers.
func checkConfig(t *testing.T, e *enginetest.Engine, img images.Image) []string {
	t.Helper()
	got, err := e.Client(t).Image(t.Context(), img.Ref)
	if err != nil || got == nil {
		t.Fatalf("inspecting %q: %v", img.Ref, err)
	}
	if _, standIn := got.Labels[images.Label]; standIn == official() {
		t.Errorf("labels %v", got.Labels)
	}
	r := img.Relies
	want := &engine.Image{
		Entrypoint: r.Entrypoint, Command: r.Cmd, User: r.User, WorkingDir: r.Workdir, Exposed: r.Expose, StopSignal: r.StopSignal,
	}
	have := &engine.Image{
		Entrypoint: got.Entrypoint, Command: got.Command, User: got.User, WorkingDir: strings.TrimSuffix(got.WorkingDir, "/"),
		Exposed: got.Exposed, StopSignal: got.StopSignal,
	}
	if want.StopSignal == "" && have.StopSignal == "SIGTERM" { // what an engine takes when an image says nothing
		have.StopSignal = ""
	}
	if diff := cmp.Diff(want, have, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("configuration:\n%s", diff)
	}
	for name, value := range r.Env {
		if is := got.Environment[name]; is == "" || value != "*" && is != value {
			t.Errorf("%s=%q, want %q", name, is, value)
		}
	}
	return got.Layers
}

// checkInside looks at paths, links, users and commands in one container.
func checkInside(t *testing.T, e *enginetest.Engine, img images.Image) {
	t.Helper()
	var script strings.Builder
	for _, p := range img.Relies.Paths {
		fmt.Fprintf(&script, "[ -e '%s' ] || echo 'no path %s'\n", p, p)
	}
	for from, to := range img.Relies.Links {
		fmt.Fprintf(&script, "[ \"$(readlink '%s')\" = '%s' ] || echo 'no link %s'\n", from, to, from)
	}
	for name, uid := range img.Relies.Users {
		fmt.Fprintf(&script, "[ \"$(id -u '%s')\" = %d ] || echo 'no user %s'\n", name, uid, name)
	}
	for _, c := range img.Relies.Commands {
		fmt.Fprintf(&script, "command -v '%s' >/dev/null || echo 'no command %s'\n", c, c)
	}
	if out := e.Docker(t, "run", "--rm", "--entrypoint", img.Relies.Shell, img.Ref, "-c", script.String()); strings.TrimSpace(out) != "" {
		t.Error(out)
	}
}

// checkSayings runs the commands: what goes through a shell in one container,
// the others in one each, with the image's entrypoint.
func checkSayings(t *testing.T, e *enginetest.Engine, img images.Image) {
	t.Helper()
	if len(img.Relies.Says) == 0 {
		return
	}
	id := e.Docker(t, "run", "-d", "--rm", "--entrypoint", "sleep", img.Ref, "600")
	defer e.Docker(t, "kill", id)
	for _, s := range img.Relies.Says {
		args := append([]string{"run", "--rm", img.Ref}, s.Run...)
		if s.Shell != "" {
			args = []string{"exec", id, "sh", "-c", s.Shell}
		}
		out, err := e.TryDocker(t.Context(), args...)
		if err != nil || !regexp.MustCompile(s.Matches).MatchString(out) {
			t.Errorf("%q %q: %v, said %q, want a match of %q", s.Shell, s.Run, err, out, s.Matches)
		}
	}
}

// TestStandInsSayWhatTheyAre holds the label, the packages in it, and os-release.
func TestStandInsSayWhatTheyAre(t *testing.T) {
	if official() {
		t.Skip("official images are no stand-ins")
	}
	e := enginetest.Shared(t)
	supply(t, e, "busybox:1.37", "nginx:1.28-alpine", "node:22-alpine")
	layers := map[string][]string{}
	for ref, pkg := range map[string]string{"busybox:1.37": "busybox-static", "nginx:1.28-alpine": "nginx", "node:22-alpine": "nodejs"} {
		img, err := e.Client(t).Image(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`(^| )` + pkg + `=\d`).MatchString(img.Labels[images.Label]) {
			t.Errorf("%s: label %q", ref, img.Labels[images.Label])
		}
		if out := e.Docker(t, "run", "--rm", "--entrypoint", "cat", ref, "/etc/os-release"); !strings.Contains(out, `NAME="naru stand-in"`) {
			t.Errorf("%s: %s", ref, out)
		}
		layers[ref] = img.Layers
	}
	if layers["nginx:1.28-alpine"][0] != layers["node:22-alpine"][0] {
		t.Error("nginx and node do not share their lowest layer")
	}
}

// TestNginx holds how the server behaves as a container: it answers, logs to
// the container's output, runs its workers as nginx, serves what is mounted,
// ends at once and with 0 on its stop signal, and works with a read-only root.
func TestNginx(t *testing.T) {
	e := enginetest.Shared(t)
	supply(t, e, "nginx:1.28-alpine", "busybox:1.37")
	e.Docker(t, "network", "create", "web-net")
	e.Docker(t, "run", "-d", "--name", "web", "--network", "web-net", "nginx:1.28-alpine")
	e.Docker(t, "run", "-d", "--name", "ro", "--network", "web-net", "--read-only", "--tmpfs", "/run", "--tmpfs", "/var/cache/nginx", "nginx:1.28-alpine")
	t.Cleanup(func() {
		_, _ = e.TryDocker(context.WithoutCancel(t.Context()), "rm", "-f", "web", "ro")
		_, _ = e.TryDocker(context.WithoutCancel(t.Context()), "network", "rm", "web-net")
	})
	for _, name := range []string{"web", "ro"} {
		get := "i=0; until wget -qO- http://" + name + "/; do i=$((i+1)); [ $i -lt 50 ] || exit 1; usleep 100000; done"
		if out := e.Docker(t, "run", "--rm", "--network", "web-net", "busybox:1.37", "sh", "-c", get); !strings.Contains(out, "Welcome to nginx!") {
			t.Errorf("%s answered %q", name, out)
		}
	}
	out := e.Docker(t, "exec", "web", "ps")
	if !regexp.MustCompile(`(?m)^ *1 root .*nginx: master process`).MatchString(out) || !regexp.MustCompile(`(?m) nginx .*nginx: worker process`).MatchString(out) {
		t.Errorf("processes:\n%s", out)
	}
	if out := e.Docker(t, "logs", "web"); !strings.Contains(out, `"GET / HTTP/1.1" 200`) || !strings.Contains(out, "ready for start up") {
		t.Errorf("logs:\n%s", out)
	}
	start := time.Now()
	e.Docker(t, "stop", "web")
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopping took %s", took)
	}
	if code := e.Docker(t, "inspect", "-f", "{{.State.ExitCode}}", "web"); strings.TrimSpace(code) != "0" {
		t.Errorf("ended with %s", code)
	}
}

// TestNodeBuild builds an application on node as the Dockerfile lesson does,
// with both builders where there are both, and runs it as the user node.
func TestNodeBuild(t *testing.T) {
	e := enginetest.Shared(t)
	supply(t, e, "node:22-alpine")
	dir := t.TempDir()
	for name, content := range map[string]string{
		"Dockerfile": "FROM node:22-alpine\nWORKDIR /usr/src/app\nCOPY package*.json ./\nCOPY greet ./greet\nRUN npm ci --offline\n" +
			"COPY . .\nUSER node\nEXPOSE 3000\nCMD [\"node\", \"server.js\"]\n",
		".dockerignore":      "node_modules\n",
		"package.json":       `{"name":"app","version":"1.0.0","dependencies":{"greet":"file:greet"}}`,
		"package-lock.json":  `{"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"app","version":"1.0.0","dependencies":{"greet":"file:greet"}},"greet":{"version":"1.0.0"},"node_modules/greet":{"resolved":"greet","link":true}}}`,
		"greet/package.json": `{"name":"greet","version":"1.0.0","main":"index.js"}`,
		"greet/index.js":     `module.exports = () => "hello"`,
		"server.js":          `console.log(require("greet")(), require("os").userInfo().username, process.cwd())`,
	} {
		if err := os.MkdirAll(dir+"/greet", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/"+name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, buildkit := range []string{"0", "1"} {
		cmd := e.Command(t.Context(), "docker", "build", "--network", "none", "-t", "app:"+buildkit, dir)
		cmd.Env = append(e.Env(), "DOCKER_BUILDKIT="+buildkit)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("building with DOCKER_BUILDKIT=%s: %v\n%s", buildkit, err, out)
			continue
		}
		if out := e.Docker(t, "run", "--rm", "app:"+buildkit); strings.TrimSpace(out) != "hello node /usr/src/app" {
			t.Errorf("said %q", out)
		}
	}
}

// TestEnsureOnEngine: present after it, nothing done again, an image of another
// architecture left alone and named, and the learner's own never replaced.
func TestEnsureOnEngine(t *testing.T) {
	if official() {
		t.Skip("about stand-ins")
	}
	e := enginetest.Start(t)
	if first := supply(t, e, "busybox:1.37", "hello-world"); first[0].From == images.FromEngine || !first[1].StandIn {
		t.Errorf("first: %+v", first)
	}
	id := e.Docker(t, "image", "inspect", "-f", "{{.Id}}", "busybox:1.37")
	if again := supply(t, e, "busybox:1.37", "docker.io/library/hello-world:latest"); again[0].From != images.FromEngine || again[1].From != images.FromEngine {
		t.Errorf("again: %+v", again)
	}
	if now := e.Docker(t, "image", "inspect", "-f", "{{.Id}}", "busybox:1.37"); now != id {
		t.Error("the image changed")
	}
	foreign := "linux/arm64"
	if info, err := e.Client(t).Info(t.Context()); err != nil || info.Arch == "arm64" {
		foreign = "linux/amd64"
	}
	archive, err := images.Make(t.Context(), "hello-world", foreign, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	e.Docker(t, "rmi", "-f", "hello-world")
	e.Load(t, archive)
	_, err = images.Ensure(t.Context(), e.Client(t), []string{"hello-world"}, images.Options{AllowPackages: true, CacheDir: t.TempDir()})
	var other *images.ForeignError
	if !errors.As(err, &other) || other.Found != foreign {
		t.Errorf("foreign image: %v", err)
	}
}

// TestUnreachableRegistry decides in a bounded time, on a real engine without
// a way out, and goes on with a stand-in.
func TestUnreachableRegistry(t *testing.T) {
	if official() {
		t.Skip("about having no registry")
	}
	e := enginetest.Start(t)
	var kinds []images.EventKind
	start := time.Now()
	result, err := images.Ensure(t.Context(), e.Client(t), []string{"hello-world", "example.invalid/a:1"}, images.Options{
		AllowPackages: true, CacheDir: t.TempDir(), Progress: func(ev images.Event) { kinds = append(kinds, ev.Kind) },
	})
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
	var pull *images.PullError
	if !errors.As(err, &pull) || pull.Ref != "example.invalid/a:1" || pull.Reason != images.Unreachable {
		t.Errorf("error %v", err)
	}
	if len(result) != 2 || !result[0].StandIn || result[0].Reason != images.Unreachable {
		t.Errorf("result %+v", result)
	}
	if !slices.Contains(kinds, images.NoAnswer) || kinds[len(kinds)-2] != images.StandIn && !slices.Contains(kinds, images.StandIn) {
		t.Errorf("events %v", kinds)
	}
	states, err := images.Status(t.Context(), e.Client(t), []string{"hello-world", "busybox:1.37"}, images.Options{AllowPackages: true, CacheDir: t.TempDir()})
	if err != nil || !states[0].Present || !states[0].StandIn || states[1].Present {
		t.Errorf("status %+v, %v", states, err)
	}
	if _, err := json.Marshal(states); err != nil {
		t.Error(err)
	}
}
