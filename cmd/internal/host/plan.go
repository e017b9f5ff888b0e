package host

import (
	"context"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// Where packages come from.
const (
	FromDistribution = "distribution" // the default
	FromDocker       = "docker"       // Docker's own repository, download.docker.com
)

// Options are a person's wishes for a setup.
type Options struct {
	From          string // FromDistribution when empty
	BesideDesktop bool   // install an engine although Docker Desktop is there
	Terminal      bool   // there is a terminal at which sudo may ask for a password
}

// Plan is what setup will do, in this order. A plan without steps has nothing
// to do.
type Plan struct {
	Steps []Step `json:"steps"`
	Notes []Note `json:"notes,omitempty"`
	m     Machine
	opts  Options
}

// Step is one thing that setup does.
type Step struct {
	ID       string         `json:"id"` // "install"; its text is in the catalogue
	Values   map[string]any `json:"values,omitempty"`
	Commands []Action       `json:"commands"`
	// Otherwise is run when Commands fail.
	Otherwise []Action `json:"otherwise,omitempty"`
	// starts: the engine must answer afterwards.
	starts bool
	// lenient: a failure only counts when a later step fails too.
	lenient bool
}

// Say tells in "ko" or "en" what the step does.
func (s Step) Say(lang string) string { return say(lang, "setup.step."+s.ID, s.Values) }

// Note is something to know once the plan is done.
type Note struct {
	ID       string         `json:"id"`
	Values   map[string]any `json:"values,omitempty"`
	Commands []string       `json:"commands,omitempty"` // for the person to type
}

// Say words the note in "ko" or "en".
func (n Note) Say(lang string) string { return say(lang, "setup.note."+n.ID, n.Values) }

// PlanError is why setup can't or won't help here, with what to do instead.
type PlanError struct {
	ID       string
	Values   map[string]any
	Commands []string // for the person to type
}

// Error words the error in English.
func (e *PlanError) Error() string { return e.Say("en") }

// Say words the error in "ko" or "en".
func (e *PlanError) Say(lang string) string { return say(lang, "setup.error."+e.ID, e.Values) }

// Hint says in "ko" or "en" what to do instead.
func (e *PlanError) Hint(lang string) string { return say(lang, "setup.error."+e.ID+".hint", e.Values) }

// PlanSetup looks at the machine and plans what is missing for an engine that
// the learner can use, with Compose, and with buildx where the distribution
// has it. It changes nothing. Errors are *PlanError, or the context's.
func PlanSetup(ctx context.Context, m Machine, opts Options) (*Plan, error) {
	f := gather(ctx, m, Ask{})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return planFrom(f, opts)
}

func planFrom(f *facts, opts Options) (*Plan, error) {
	if err := refuse(f, opts); err != nil {
		return nil, err
	}
	p := &Plan{m: f.m, opts: opts}
	n := f.lacks()
	r, known := cookbook(parseRelease(f.m.read("/etc/os-release")))
	if len(r.buildx) == 0 {
		n.buildx = false
	}
	if n.any() {
		if err := p.packages(f, r, known, n); err != nil {
			return nil, err
		}
	}
	if n.engine || f.mustStart() {
		p.start(f, r)
	}
	p.access(f)
	if len(p.Steps) > 0 && f.m.UID != 0 && !f.m.has("sudo") {
		return nil, &PlanError{ID: "no-sudo", Commands: []string{`su -c "naru setup"`}}
	}
	p.notes(f)
	return p, nil
}

// refuse: where setup would do harm, or nothing good.
func refuse(f *facts, opts Options) error {
	docs := []string{"https://docs.docker.com/engine/install/"}
	switch kind := f.kind(); {
	case f.m.GOOS != "linux":
		return &PlanError{ID: "not-linux", Values: map[string]any{"OS": f.m.GOOS}, Commands: []string{"https://docs.docker.com/desktop/"}}
	case f.host.WSL == 1:
		return &PlanError{ID: "wsl1", Values: map[string]any{"Distro": f.wslDistro()}, Commands: []string{"wsl.exe --set-version " + f.wslDistro() + " 2"}}
	case f.stub && !opts.BesideDesktop:
		return &PlanError{ID: "desktop", Values: map[string]any{"Distro": f.wslDistro()}, Commands: []string{"naru setup --beside-desktop"}}
	case opts.From != "" && opts.From != FromDistribution && opts.From != FromDocker:
		return &PlanError{ID: "from", Values: map[string]any{"From": opts.From}, Commands: []string{"naru setup --from docker"}}
	case kind == engine.Config:
		return &PlanError{ID: "context", Values: map[string]any{"Error": f.engineErr.Error()}, Commands: []string{"docker context use default", "naru setup"}}
	case kind != "" && !f.local():
		return &PlanError{ID: "remote", Values: f.endpointValues(), Commands: append(f.backToLocal(), "naru setup")}
	case (kind == engine.NotFound || kind == engine.Refused) && len(f.besides) > 0:
		return &PlanError{ID: "other", Values: map[string]any{"Host": f.endpoint.Host, "Others": f.otherSockets()}, Commands: f.toAnother()}
	case kind != "" && daemonConfig(f.m.read("/etc/docker/daemon.json")).err != nil:
		return &PlanError{ID: "daemon-config", Values: map[string]any{"Error": daemonConfig(f.m.read("/etc/docker/daemon.json")).err.Error()}, Commands: []string{f.sudo("nano /etc/docker/daemon.json"), "naru setup"}}
	case kind == engine.Timeout:
		return &PlanError{ID: "frozen", Commands: f.restart()}
	case kind == engine.TooOld || kind == engine.API || kind == engine.Truncated:
		return &PlanError{ID: "engine", Values: map[string]any{"Error": f.engineErr.Error()}, Commands: append([]string{"naru doctor"}, docs...)}
	}
	return nil
}

// lacks is what has to be installed.
func (f *facts) lacks() needs {
	n := needs{command: f.docker == "", compose: f.compose == "", buildx: f.buildx == ""}
	if f.hung {
		n = needs{command: !f.m.has("docker")}
	}
	if f.kind() != "" && f.kind() != engine.Permission {
		n.engine = !f.installed()
	}
	return n
}

// mustStart reports whether there is an engine on this machine that doesn't
// run. Where a socket may not be opened, the kernel's list of sockets tells
// whether somebody listens at it.
func (f *facts) mustStart() bool {
	switch f.kind() {
	case "":
		return false
	case engine.Permission:
		return !f.m.listens(DefaultSocket)
	default:
		return true
	}
}

// listens reports whether a unix socket is listened at, see proc_net_unix in
// proc_pid_net(5). The path may be written with or without /var.
func (m Machine) listens(socket string) bool {
	for line := range strings.Lines(m.read("/proc/net/unix")) {
		f := strings.Fields(line)
		// Num RefCount Protocol Flags Type St Inode Path; flag 10000 is SO_ACCEPTCON.
		if len(f) == 8 && f[3] == "00010000" && (f[7] == socket || "/var"+f[7] == socket) {
			return true
		}
	}
	return false
}

// access lets the learner use the engine without sudo.
func (p *Plan) access(f *facts) {
	user := f.m.person()
	if user == "" || !f.local() || f.group.Listed {
		return
	}
	if f.engineErr == nil && f.m.UID != 0 {
		return // it answers this very user: Docker Desktop, rootless, or a socket opened wide
	}
	if f.engineErr == nil && f.socket() != DefaultSocket {
		return
	}
	var add []Action
	if !f.group.Exists && f.installed() {
		add = append(add, p.as("groupadd", "--force", "docker"))
	}
	add = append(add, p.as("usermod", "-aG", "docker", user))
	p.add(Step{ID: "group", Values: map[string]any{"User": user}, Commands: add})
}

// notes: what the person has to know, or do, afterwards.
func (p *Plan) notes(f *facts) {
	user := f.m.person()
	joined := false
	for _, s := range p.Steps {
		joined = joined || s.ID == "group"
	}
	waiting := f.kind() == engine.Permission && f.group.Listed && !f.group.InEffect
	if joined || waiting {
		p.Notes = append(p.Notes, Note{ID: "login", Values: map[string]any{"User": user}, Commands: []string{"newgrp docker"}})
	}
	if len(p.Steps) == 0 {
		return
	}
	if f.host.WSL == 2 && f.init != systemd {
		p.Notes = append(p.Notes, Note{ID: "wsl-systemd", Commands: []string{f.wslConf(), "wsl.exe --shutdown"}})
	}
	if found := lookMemoryLimit(f); f.host.Pi != "" && len(found) > 0 {
		p.Notes = append(p.Notes, Note{ID: "memory-limit", Commands: found[0].Commands})
	}
}

// add adds a step.
func (p *Plan) add(s Step) { p.Steps = append(p.Steps, s) }
