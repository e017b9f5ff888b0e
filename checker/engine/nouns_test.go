package engine_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

// rich is a container with a bit of everything; each engine must give the same
// noun for it.
func rich(site string) []string {
	return []string{
		"--hostname", "rich-host", "-e", "A=1", "-e", "EMPTY=", "-l", "team=blue",
		"-p", "8080:80", "-p", "127.0.0.1:5353:53/udp", "--expose", "9000",
		"-v", "notes:/data:ro", "-v", "/anon", "-v", site + ":/site:ro", "--tmpfs", "/run", "--mount", "type=tmpfs,target=/scratch",
		"--mount", "type=volume,target=/unnamed",
		"--network", "front", "--network-alias", "db", "--restart", "on-failure:3",
		"-m", "64m", "--memory-swap", "64m", "--cpus", "0.5", "--pids-limit", "50", "--init",
		"--cap-add", "NET_ADMIN", "--cap-drop", "chown", "-u", "1000:1000", "-w", "/work",
		"--stop-signal", "SIGINT", "--health-cmd", "true", "--health-interval", "1h", "-t", "-i",
		"--entrypoint", "sh", "busybox:1.37", "-c", "sleep 1000",
	}
}

func TestContainerIsTheSameOnEveryEngine(t *testing.T) {
	e := enginetest.Start(t)
	e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
	c := e.Client(t)
	site := t.TempDir()
	e.Docker(t, "network", "create", "--subnet", "10.9.0.0/24", "front")
	e.Docker(t, "volume", "create", "notes")
	e.Docker(t, append([]string{"create", "--name", "rich"}, rich(site)...)...)
	golden(t, "container-created", masked(container(t, c, "rich"), site))
	e.Docker(t, "start", "rich")
	running := container(t, c, "rich")
	if running.PID == 0 || running.StartedAt.IsZero() {
		t.Errorf("running without PID (%d) or start (%v)", running.PID, running.StartedAt)
	}
	golden(t, "container-running", masked(running, site))
	summaries, err := c.Containers(t.Context())
	if err != nil || len(summaries) != 1 {
		t.Fatalf("listing: %v, %v", summaries, err)
	}
	golden(t, "summary-running", maskedSummary(summaries[0], site))
	e.Docker(t, "kill", "rich")
	golden(t, "container-exited", masked(container(t, c, "rich"), site))

	e.Docker(t, "run", "-d", "--name", "plain", "-P", "--expose", "80", "busybox:1.37", "sleep", "1000")
	plain := container(t, c, "plain")
	if len(plain.Ports) == 0 || plain.Ports[0].HostPort == 0 || plain.Ports[0].ContainerPort != 80 {
		t.Errorf("ports published with -P: %v", plain.Ports)
	}
	plain.Ports = nil
	golden(t, "container-plain", masked(plain, site))
	e.Docker(t, "kill", "plain")
	if p := container(t, c, "plain").Ports; len(p) != 1 || p[0] != (engine.Port{HostIP: "0.0.0.0", ContainerPort: 80, Protocol: "tcp"}) {
		t.Errorf("ports of a stopped container with -P: %v", p)
	}
}

func container(t *testing.T, c *engine.Client, name string) *engine.Container {
	t.Helper()
	found, err := c.Container(t.Context(), name)
	if err != nil || found == nil {
		t.Fatalf("inspecting %q: %v, %v", name, found, err)
	}
	return found
}

// masked takes out what differs from run to run by nature.
func masked(c *engine.Container, site string) *engine.Container {
	m := *c
	for i := range m.Networks {
		n := &m.Networks[i]
		n.ID = ""
		for j, name := range n.Names {
			if strings.HasPrefix(c.ID, name) {
				n.Names[j] = "ID"
			}
		}
		// Some versions list the host's name only while it runs.
		n.Names = slices.DeleteFunc(n.Names, func(name string) bool { return name == "rich-host" })
		slices.Sort(n.Names)
	}
	if strings.HasPrefix(c.ID, m.Hostname) {
		m.Hostname = "ID"
	}
	m.ID, m.ImageID, m.PID = "", "", 0
	m.Created, m.StartedAt, m.FinishedAt = time.Time{}, time.Time{}, time.Time{}
	m.Mounts = maskedMounts(m.Mounts, site)
	m.Ports = ipv4(m.Ports)
	return &m
}

func maskedSummary(s engine.Summary, site string) engine.Summary {
	s.ID, s.ImageID, s.Created = "", "", time.Time{}
	s.Mounts, s.Ports = maskedMounts(s.Mounts, site), ipv4(s.Ports)
	return s
}

func maskedMounts(mounts []engine.Mount, site string) []engine.Mount {
	out := append([]engine.Mount{}, mounts...)
	for i := range out {
		if out[i].Anonymous {
			out[i].Name = "ANONYMOUS"
		}
		if out[i].Source == site {
			out[i].Source = "SITE"
		} else {
			out[i].Source = ""
		}
	}
	return out
}

// ipv4 leaves the bindings on "::" out: they depend on the kernel.
func ipv4(ports []engine.Port) []engine.Port {
	var out []engine.Port
	for _, p := range ports {
		if p.HostIP != "::" {
			out = append(out, p)
		}
	}
	return out
}

func TestNamesMatchWhole(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	id := e.Docker(t, "create", "--name", "whole", "busybox:1.37")
	e.Docker(t, "volume", "create", "whole-volume")
	net := e.Docker(t, "network", "create", "whole-net")
	img, err := c.Image(ctx, "busybox:1.37")
	if err != nil || img == nil {
		t.Fatal(img, err)
	}
	hex := strings.TrimPrefix(img.ID, "sha256:")
	found := func(v bool, err error) bool {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	containers := map[string]bool{
		"whole": true, id: true, id[:12]: true, id[:3]: false, "whol": false, "hole": false,
		"/whole": false, "whole/json": false, "..": false, "": false, "a b": false, "나루": false,
	}
	for name, want := range containers {
		v, err := c.Container(ctx, name)
		if found(v != nil, err) != want {
			t.Errorf("container %q found: %v, want %v", name, !want, want)
		}
	}
	for name, want := range map[string]bool{"whole-volume": true, "whole": false, "": false, "../x": false, "whole-volume/..": false} {
		v, err := c.Volume(ctx, name)
		if found(v != nil, err) != want {
			t.Errorf("volume %q found: %v, want %v", name, !want, want)
		}
	}
	for name, want := range map[string]bool{"whole-net": true, net: true, net[:12]: true, net[:4]: false, "whole": false, "..": false, "": false, "a b": false} {
		v, err := c.Network(ctx, name)
		if found(v != nil, err) != want {
			t.Errorf("network %q found: %v, want %v", name, !want, want)
		}
	}
	images := map[string]bool{
		"busybox:1.37": true, "docker.io/library/busybox:1.37": true, img.ID: true, hex: true, hex[:12]: true, hex[:4]: false,
		"busybox": false, "busybox:1.3": false, "busybo:1.37": false, "Busybox:1.37": false, "": false, "a b": false, "..": false,
		"localhost/busybox:1.37": false,
	}
	for name, want := range images {
		v, err := c.Image(ctx, name)
		if found(v != nil, err) != want {
			t.Errorf("image %q found: %v, want %v", name, !want, want)
		}
		h, err := c.History(ctx, name)
		if found(h != nil, err) != want {
			t.Errorf("history of %q found: %v, want %v", name, !want, want)
		}
	}
}

func TestVolumesAndNetworks(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	e.Docker(t, "volume", "create", "--label", "a=b", "labelled")
	e.Docker(t, "network", "create", "--internal", "--subnet", "10.11.0.0/24", "--label", "x=y", "inside")
	e.Docker(t, "run", "-d", "--name", "member", "--network", "inside", "busybox:1.37", "sleep", "1000")
	v, err := c.Volume(ctx, "labelled")
	if err != nil || v == nil {
		t.Fatal(v, err)
	}
	if time.Since(v.Created).Abs() > time.Minute || v.Source == "" {
		t.Errorf("made at %v, in %q", v.Created, v.Source)
	}
	want := &engine.Volume{Name: "labelled", Driver: "local", Labels: map[string]string{"a": "b"}, Created: v.Created, Source: v.Source}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Error(diff)
	}
	list, err := c.Volumes(ctx)
	if err != nil || !slices.ContainsFunc(list, func(o engine.Volume) bool { return cmp.Equal(o, *v) }) {
		t.Errorf("%v, %v: no %v", list, err, v)
	}
	n, err := c.Network(ctx, "inside")
	if err != nil || n == nil {
		t.Fatal(n, err)
	}
	wantNet := &engine.Network{
		ID: n.ID, Name: "inside", Driver: "bridge", Created: n.Created, Labels: map[string]string{"x": "y"},
		Internal: true, Subnets: []string{"10.11.0.0/24"}, Containers: []string{"member"},
	}
	if diff := cmp.Diff(wantNet, n); diff != "" {
		t.Error(diff)
	}
	if nets, err := c.Networks(ctx); err != nil || !slices.ContainsFunc(nets, func(o engine.Network) bool { return o.Name == "bridge" }) {
		t.Errorf("%v, %v: no bridge", nets, err)
	}
}

func TestInfo(t *testing.T) {
	c := shared(t).Client(t)
	i, err := c.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *i)
	if i.Version == "" || i.APIVersion == "" || i.OS != "linux" || i.Arch == "" || i.KernelVersion == "" || i.Driver == "" ||
		i.NCPU == 0 || i.MemTotal == 0 || i.RootDir == "" || i.ID == "" || !i.MemoryLimit {
		t.Errorf("incomplete: %+v", *i)
	}
	// Who it is needs less of it; all that both tell agrees.
	who, err := c.Identify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	version := cmpopts.IgnoreFields(engine.Info{}, "Arch", "Variant", "Platform", "MinAPIVersion", "Warnings", "Time")
	if diff := cmp.Diff(i, who, version); diff != "" {
		t.Errorf("Info (-), Identify (+):\n%s", diff)
	}
	if major, _, _ := strings.Cut(i.Version, "."); i.Containerd != (major == "29") {
		t.Errorf("containerd store of a fresh engine %s: %v", i.Version, i.Containerd)
	}
}

func TestNewest(t *testing.T) {
	e := shared(t)
	c := e.Client(t)
	for _, name := range []string{"newest-a", "newest-b", "newest-c"} {
		e.Docker(t, "create", "--name", name, "busybox:1.37", "true")
	}
	list, err := c.Newest(t.Context(), 2)
	if err != nil || len(list) != 2 || list[0].Name != "newest-c" || list[1].Name != "newest-b" {
		t.Errorf("%+v, %v", list, err)
	}
	all, err := c.Containers(t.Context())
	if err != nil || !slices.ContainsFunc(all, func(s engine.Summary) bool { return cmp.Equal(s, list[0]) }) {
		t.Errorf("%+v isn't among %+v, %v", list[0], all, err)
	}
}

func TestStates(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	e.Docker(t, "create", "--name", "s-created", "busybox:1.37", "true")
	e.Docker(t, "run", "-d", "--name", "s-paused", "busybox:1.37", "sleep", "1000")
	e.Docker(t, "pause", "s-paused")
	e.Docker(t, "run", "-d", "--name", "s-unhealthy", "--health-cmd", "echo sick; exit 1", "--health-interval", "100ms", "--health-retries", "1", "busybox:1.37", "sleep", "1000")
	if _, err := e.TryDocker(ctx, "run", "--name", "s-seven", "busybox:1.37", "sh", "-c", "exit 7"); err == nil {
		t.Error("exit 7 passed")
	}
	if _, err := e.TryDocker(ctx, "run", "--name", "s-failed", "busybox:1.37", "no-such-program"); err == nil {
		t.Error("a missing program ran")
	}
	if got := container(t, c, "s-created"); got.Status != "created" || got.PID != 0 || !got.StartedAt.IsZero() {
		t.Errorf("%+v", got)
	}
	if got := container(t, c, "s-paused"); got.Status != "paused" {
		t.Errorf("%+v", got)
	}
	if got := container(t, c, "s-seven"); got.Status != "exited" || got.ExitCode != 7 {
		t.Errorf("%+v", got)
	}
	if got := container(t, c, "s-failed"); got.Status != "created" || got.Error == "" || got.ExitCode != 127 {
		t.Errorf("%+v", got)
	}
	eventually(t, "unhealthy", func() bool { return container(t, c, "s-unhealthy").Health == "unhealthy" })
	if got := container(t, c, "s-unhealthy"); got.HealthLog != "sick" {
		t.Errorf("health log %q", got.HealthLog)
	}
}

func TestProcessesChangesLogs(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	e.Docker(t, "run", "-d", "--name", "busy", "busybox:1.37", "sh", "-c", "echo out; echo err >&2; echo x > /tmp/added; rm /etc/group; sleep 1001")
	eventually(t, "a log", func() bool {
		_, stderr, _, err := c.Logs(ctx, "busy", 0)
		return err != nil || stderr == "" && container(t, c, "busy").Status == "running"
	})
	eventually(t, "a process", func() bool {
		ps, err := c.Processes(ctx, "busy")
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(ps, func(p engine.Process) bool { return p.Command == "sleep 1001" && p.PID > 0 && p.User != "" })
	})
	stdout, stderr, truncated, err := c.Logs(ctx, "busy", 1000)
	if stdout != "out\n" || stderr != "err\n" || truncated || err != nil {
		t.Errorf("log: %q, %q, %v, %v", stdout, stderr, truncated, err)
	}
	changes, err := c.Changes(ctx, "busy")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []engine.Change{{Kind: "A", Path: "/tmp/added"}, {Kind: "D", Path: "/etc/group"}, {Kind: "C", Path: "/tmp"}} {
		if !slices.ContainsFunc(changes, func(ch engine.Change) bool { return ch == want }) {
			t.Errorf("changes %v: no %v", changes, want)
		}
	}
	e.Docker(t, "kill", "busy")
	if ps, err := c.Processes(ctx, "busy"); err != nil || ps == nil || len(ps) != 0 {
		t.Errorf("processes of a stopped container: %v, %v", ps, err)
	}
	for _, absent := range []string{"no-such", "we"} {
		ps, err := c.Processes(ctx, absent)
		ch, err2 := c.Changes(ctx, absent)
		out, errs, _, err3 := c.Logs(ctx, absent, 100)
		if ps != nil || ch != nil || out+errs != "" || err != nil || err2 != nil || err3 != nil {
			t.Errorf("%q: %v %v %q %v %v %v", absent, ps, ch, out+errs, err, err2, err3)
		}
	}
	e.Docker(t, "run", "--name", "chatty", "busybox:1.37", "sh", "-c", "seq 1 20000; echo last")
	stdout, _, truncated, err = c.Logs(ctx, "chatty", 100)
	if err != nil || !truncated || len(stdout) > 100 || !strings.HasSuffix(stdout, "\nlast\n") {
		t.Errorf("%q, %v, %v", stdout, truncated, err)
	}
	if _, err := e.TryDocker(ctx, "run", "-t", "--name", "terminal", "busybox:1.37", "echo", "hi"); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, _, err = c.Logs(ctx, "terminal", 100); stdout != "hi\r\n" || stderr != "" || err != nil {
		t.Errorf("%q, %q, %v", stdout, stderr, err)
	}
	e.Docker(t, "run", "--name", "unlogged", "--log-driver", "none", "busybox:1.37", "echo", "hi")
	if stdout, _, _, err = c.Logs(ctx, "unlogged", 100); stdout != "" || err != nil {
		t.Errorf("a log that isn't kept: %q, %v", stdout, err)
	}
}

func TestEvents(t *testing.T) {
	e, ctx := shared(t), t.Context()
	c := e.Client(t)
	since := time.Now()
	e.Docker(t, "volume", "create", "ev")
	e.Docker(t, "run", "--rm", "--name", "evented", "-v", "ev:/x", "busybox:1.37", "sh", "-c", "exit 0")
	e.Docker(t, "volume", "rm", "ev")
	e.Docker(t, "tag", "busybox:1.37", "ev:1")
	began := time.Now()
	list, err := c.Events(ctx, since, time.Now())
	took := time.Since(began)
	if err != nil {
		t.Fatal(err)
	}
	find := func(kind, action, name string) *engine.Event {
		for i, ev := range list {
			if ev.Type == kind && ev.Action == action && ev.Name == name {
				return &list[i]
			}
		}
		t.Errorf("no %s %s %s among %d events", kind, action, name, len(list))
		return &engine.Event{}
	}
	if die := find("container", "die", "evented"); die.Attributes["exitCode"] != "0" || die.Attributes["image"] != "busybox:1.37" || die.Time.Before(since) {
		t.Errorf("%+v", die)
	}
	find("container", "destroy", "evented")
	find("volume", "destroy", "ev")
	find("volume", "create", "ev")
	find("image", "tag", "ev:1")
	if all, err := c.Events(ctx, time.Time{}, time.Now()); err != nil || len(all) < len(list) {
		t.Errorf("since ever: %d, %v", len(all), err)
	}
	if took > 200*time.Millisecond {
		t.Errorf("took %v", took)
	}
	// A clock that is a little ahead must not hold up the answer.
	began = time.Now()
	if _, err := c.Events(ctx, since, time.Now().Add(time.Hour)); err != nil || time.Since(began) > 2*time.Second {
		t.Errorf("until the future: %v, %v", err, time.Since(began))
	}
}

func TestImageNoun(t *testing.T) {
	e, ctx := enginetest.Start(t), t.Context()
	c := e.Client(t)
	e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
	dir := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("empty", "")
	write("Dockerfile", `FROM busybox:1.37
LABEL team=blue
ENV MODE=test GREETING="hello world"
WORKDIR /app
COPY empty .
RUN echo built > /built
RUN true
EXPOSE 80 53/udp
VOLUME ["/data"]
USER 1000
HEALTHCHECK --interval=10s CMD true
STOPSIGNAL SIGINT
ENTRYPOINT ["sh", "-c"]
CMD ["echo hi"]
`)
	for _, builder := range []string{"0", "1"} {
		t.Run("buildkit="+builder, func(t *testing.T) {
			ref := "built:" + builder
			cmd := e.Command(ctx, "docker", "build", "-q", "-t", ref, dir)
			cmd.Env = append(cmd.Env, "DOCKER_BUILDKIT="+builder)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			img, err := c.Image(ctx, ref)
			if err != nil || img == nil {
				t.Fatal(img, err)
			}
			if !strings.HasPrefix(img.ID, "sha256:") || time.Since(img.Created).Abs() > time.Hour {
				t.Errorf("%q, %v", img.ID, img.Created)
			}
			history, err := c.History(ctx, ref)
			if err != nil {
				t.Fatal(err)
			}
			layers := 0
			for i, h := range history {
				t.Logf("%v %q %q", h.Empty, h.CreatedBy, h.Comment)
				if !h.Empty {
					layers++
				}
				for _, word := range []string{"ENV", "LABEL", "EXPOSE", "CMD ", "USER", "VOLUME"} {
					if strings.Contains(h.CreatedBy, word) && !strings.Contains(h.CreatedBy, "HEALTHCHECK") && !h.Empty {
						t.Errorf("step %d, %q, made a layer", i, h.CreatedBy)
					}
				}
				if strings.Contains(h.CreatedBy, "COPY") && h.Empty || strings.Contains(h.CreatedBy, "echo built") && h.Empty {
					t.Errorf("step %d, %q, made no layer", i, h.CreatedBy)
				}
			}
			if layers != len(img.Layers) {
				t.Errorf("%d steps made a layer, and there are %d", layers, len(img.Layers))
			}
			m := *img
			m.ID, m.Created, m.Digests, m.Layers, m.Tags, m.Comment = "", time.Time{}, nil, nil, nil, ""
			golden(t, "image-built", m)
		})
	}
	list, err := c.Images(ctx)
	if err != nil || !slices.ContainsFunc(list, func(i engine.ImageSummary) bool {
		return cmp.Equal(i.Tags, []string{"built:0"}) && i.Labels["team"] == "blue"
	}) {
		t.Errorf("%+v, %v", list, err)
	}
}
