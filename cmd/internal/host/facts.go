package host

import (
	"context"
	"errors"
	"strings"
	"sync"
	"syscall"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
)

// facts are all that a diagnosis rests on. Gathering them is the only I/O;
// judging them is done on plain data.
type facts struct {
	m    Machine
	ask  Ask
	host *checker.Host
	tools
	init      string
	dpkgArch  string // "armhf"; "" where there is no dpkg
	seccomp   string // libseccomp2's package version, asked on 32-bit ARM only
	group     membership
	endpoint  engine.Endpoint
	engineErr error // why the learner's engine can't be used; nil: it answers

	engine     *engine.Info
	containers []engine.Summary
	networks   []engine.Network
	images     map[string]*engine.Image
	besides    []found

	unit     unit
	logLines string // the end of the engine's log, when it is down
	ports    map[int]holding
	disks    []disk
	routes   []route
	memoryOn bool
	memory   bool // whether memoryOn is known
	network  network
}

// unit is a systemd unit's state.
type unit struct{ Load, Active, File string }

// disk is one file system that the engine writes to.
type disk struct {
	Path string
	Space
}

// holding is who has a port that a lesson wants.
type holding struct {
	Taken   bool
	Process *process // nil: unknown
}

// local reports whether the learner's engine is on this machine.
func (f *facts) local() bool {
	return f.endpoint.Host == "" || strings.HasPrefix(f.endpoint.Host, "unix://")
}

// socket is the path of the engine's socket; "" for a remote engine.
func (f *facts) socket() string {
	path, _ := strings.CutPrefix(f.endpoint.Host, "unix://")
	if !f.local() {
		return ""
	}
	return path
}

// kind is what keeps the engine from being used; "" when nothing does.
func (f *facts) kind() engine.Kind {
	if f.engineErr == nil {
		return ""
	}
	return engine.Classify(f.engineErr)
}

// gather looks at everything, all at the same time, each look within Bound.
func gather(ctx context.Context, m Machine, ask Ask) *facts {
	f := &facts{m: m, ask: ask, init: m.initSystem(), group: m.dockerGroup(m.person())}
	f.endpoint, f.engineErr = m.Engines.Find()
	var wg sync.WaitGroup
	wg.Go(func() {
		f.tools = m.tools(ctx)
		f.host = m.describe(f.tools)
	})
	wg.Go(func() { f.dpkgArch = strings.TrimSpace(m.output(ctx, "dpkg", "--print-architecture")) })
	if m.GOARCH == "arm" {
		wg.Go(func() {
			f.seccomp = strings.TrimSpace(m.output(ctx, "dpkg-query", "-W", "-f", "${Version}", "libseccomp2"))
		})
	}
	if f.engineErr == nil {
		wg.Go(func() { f.askEngine(ctx) })
	}
	wg.Go(func() { f.besides = m.besides(ctx) })
	wg.Go(func() { f.ports = m.holdings(ask.Ports) })
	if f.init == systemd {
		wg.Go(func() { f.unit = m.unit(ctx, "docker.service") })
	}
	wg.Go(func() { f.logLines = m.engineLog(ctx, f.init) })
	if ask.Network && m.HTTP != nil {
		wg.Go(func() { f.network = m.askNetwork(ctx) })
	}
	f.routes = parseRoutes(m.read("/proc/net/route"))
	f.memoryOn, f.memory = m.memoryController()
	wg.Wait()
	if ask.Network && m.HTTP != nil && f.engine != nil {
		f.network.mirrors = m.askMirrors(ctx, f.engine.Mirrors)
	}
	f.disks = f.measure()
	return f
}

// askEngine asks the learner's engine for everything; together within Bound.
func (f *facts) askEngine(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, Bound)
	defer cancel()
	e, err := f.m.Engines.Connect(ctx, f.endpoint)
	if err != nil {
		f.engineErr = err
		return
	}
	defer e.Close()
	images := make([]*engine.Image, len(f.ask.Images))
	var info *engine.Info
	var infoErr error
	var wg sync.WaitGroup
	wg.Go(func() { info, infoErr = e.Info(ctx) })
	// Without these the engine can still be judged: an error of theirs only
	// leaves them empty.
	wg.Go(func() { f.containers, _ = e.Containers(ctx) })
	wg.Go(func() { f.networks, _ = e.Networks(ctx) })
	for i, ref := range f.ask.Images {
		wg.Go(func() { images[i], _ = e.Image(ctx, ref) })
	}
	wg.Wait()
	if f.engineErr = infoErr; infoErr != nil {
		return
	}
	f.engine = info
	f.images = map[string]*engine.Image{}
	for i, ref := range f.ask.Images {
		if images[i] != nil {
			f.images[ref] = images[i]
		}
	}
}

// output is what a command that only looks prints; "" when it can't.
func (m Machine) output(ctx context.Context, argv ...string) string {
	if !m.has(argv[0]) {
		return ""
	}
	res, err := m.ask(ctx, argv...)
	if err != nil || res.Code != 0 {
		return ""
	}
	return res.Stdout
}

func (m Machine) unit(ctx context.Context, name string) unit {
	var u unit
	for line := range strings.Lines(m.output(ctx, "systemctl", "show", name, "--property=LoadState,ActiveState,UnitFileState")) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key {
		case "LoadState":
			u.Load = value
		case "ActiveState":
			u.Active = value
		case "UnitFileState":
			u.File = value
		}
	}
	return u
}

// engineLog is the end of the engine's log.
func (m Machine) engineLog(ctx context.Context, init string) string {
	if init == systemd {
		return m.output(ctx, "journalctl", "--unit=docker.service", "--boot", "--lines=60", "--no-pager", "--output=cat")
	}
	for _, p := range []string{daemonLog, "/var/log/docker.log"} {
		if s := m.readEnd(p, 16<<10); s != "" {
			return s
		}
	}
	return ""
}

// holdings looks who has the ports. A port that only root may take counts as
// free: it is the engine that will take it.
func (m Machine) holdings(ports []int) map[int]holding {
	if len(ports) == 0 {
		return nil
	}
	held := map[int]holding{}
	listeners := m.listeners()
	for _, port := range ports {
		h := holding{Taken: errors.Is(m.Listen(port), syscall.EADDRINUSE)}
		for _, l := range listeners {
			if l.Port == port {
				h.Taken = true
				if h.Process = m.holder(l.Inode); h.Process != nil {
					break
				}
			}
		}
		held[port] = h
	}
	return held
}

// measure looks how much room is left where the engine writes. An engine with
// the containerd image store keeps images in a directory of their own.
func (f *facts) measure() []disk {
	desktop := f.engine != nil && strings.HasPrefix(f.engine.Platform, "Docker Desktop")
	if !f.local() || desktop || f.m.GOOS != "linux" {
		return nil // its disk is another machine's
	}
	paths := []string{f.m.dataRoot()}
	if f.engine != nil && f.engine.RootDir != "" {
		paths[0] = f.engine.RootDir
	}
	if f.engine != nil && f.engine.Containerd || f.m.exists(containerdRoot) {
		paths = append(paths, containerdRoot)
	}
	var disks []disk
	for _, p := range paths {
		if s, err := f.m.Free(p); err == nil {
			disks = append(disks, disk{p, s})
		}
	}
	return disks
}

const containerdRoot = "/var/lib/containerd"

// daemonLog is where an engine that setup started without an init system
// writes.
const daemonLog = "/var/log/dockerd.log"
