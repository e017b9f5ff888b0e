package host

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// lookWSL1: no engine can run there, whatever else is done.
func lookWSL1(f *facts) []Finding {
	if f.host.WSL != 1 {
		return nil
	}
	distro := f.wslDistro()
	return one("wsl1", Blocks, map[string]any{"Kernel": f.host.Kernel, "Distro": distro},
		"wsl.exe --set-version "+distro+" 2")
}

// wslDistro is the name that Windows knows this distribution by.
func (f *facts) wslDistro() string {
	if name := f.m.Getenv("WSL_DISTRO_NAME"); name != "" {
		return name
	}
	return "Ubuntu"
}

// lookDesktop: the docker command is Docker Desktop's placeholder.
func lookDesktop(f *facts) []Finding {
	if !f.stub || f.host.WSL == 1 {
		return nil
	}
	return one("desktop-integration", Blocks, map[string]any{"Distro": f.wslDistro()})
}

// lookCommand: there is no docker command, or none that starts.
func lookCommand(f *facts) []Finding {
	if f.docker != "" || f.stub || f.hung || f.host.WSL == 1 {
		return nil
	}
	id := "docker-missing"
	if f.engine != nil {
		id = "docker-command-missing"
	}
	return one(id, Blocks, map[string]any{"Distro": f.distroName()}, "naru setup")
}

// distroName is what a person calls the distribution.
func (f *facts) distroName() string {
	if r := parseRelease(f.m.read("/etc/os-release")); r.Pretty != "" {
		return r.Pretty
	}
	return f.host.OS
}

// lookEngine: the engine that the docker command talks to can't be used.
func lookEngine(f *facts) []Finding {
	values := f.endpointValues()
	kind := f.kind()
	switch {
	case kind == "":
		values["Engine"] = found{f.endpoint, f.engine}.Name()
		return one("engine-ok", OK, values)
	case f.host.WSL == 1 || f.stub:
		return nil // said already
	case f.docker == "" && f.local() && kind == engine.NotFound:
		return nil // docker-missing says it
	}
	values["Error"] = f.engineErr.Error()
	if !f.local() {
		switch kind {
		case engine.NotFound, engine.Refused, engine.Timeout:
			return one("engine-remote", Blocks, values, f.backToLocal()...)
		default:
		}
	}
	switch kind {
	case engine.NotFound, engine.Refused:
		return f.engineDown(values)
	case engine.Permission:
		return f.permission(values)
	case engine.Timeout:
		return one("engine-frozen", Blocks, values, f.restart()...)
	case engine.Config:
		return one("engine-config", Blocks, values, "docker context ls", "docker context use default")
	case engine.TLS:
		return one("engine-tls", Blocks, values)
	case engine.TooOld:
		return one("engine-too-old", Blocks, values, f.sudo("apt-get update"), f.sudo("apt-get install --only-upgrade docker.io"))
	default:
		return one("engine-error", Blocks, values, f.restart()...)
	}
}

// endpointValues name the endpoint and who chose it: a context, or a variable.
func (f *facts) endpointValues() map[string]any {
	values := map[string]any{"Host": f.endpoint.Host, "Source": f.endpoint.Source, "Context": ""}
	switch f.endpoint.Source {
	case engine.SourceConfig:
		values["Source"], values["Context"] = "config.json", f.endpoint.Context
	case engine.SourceEnv:
		values["Context"] = f.endpoint.Context
	}
	return values
}

// backToLocal are the commands that bring the docker command back to this
// machine's engine.
func (f *facts) backToLocal() []string {
	switch f.endpoint.Source {
	case "DOCKER_HOST":
		return []string{"unset DOCKER_HOST"}
	case "DOCKER_CONTEXT":
		return []string{"unset DOCKER_CONTEXT"}
	}
	return []string{"docker context use default"}
}

// toAnother are the commands that bring the docker command to an engine that
// answers, when its own doesn't.
func (f *facts) toAnother() []string {
	for _, b := range f.besides {
		if b.Endpoint.Host == "unix://"+DefaultSocket {
			return f.backToLocal()
		}
	}
	if len(f.besides) > 0 {
		return []string{"export DOCKER_HOST=" + quote(f.besides[0].Endpoint.Host)}
	}
	return f.backToLocal()
}

// engineDown: nothing listens. The engine's own last words tell why, where it
// tried to start.
func (f *facts) engineDown(values map[string]any) []Finding {
	if f.m.GOOS != "linux" {
		return one("desktop-down", Blocks, values, "docker desktop start")
	}
	if !f.installed() {
		if f.socket() != DefaultSocket {
			values["Sockets"] = f.otherSockets()
			return one("engine-elsewhere", Blocks, values, f.toAnother()...)
		}
		return one("engine-missing", Blocks, values, "naru setup")
	}
	values["Init"] = f.init
	if c := daemonConfig(f.m.read("/etc/docker/daemon.json")); c.err != nil {
		return one("daemon-config", Blocks, map[string]any{"Error": c.err.Error()}, f.sudo("nano /etc/docker/daemon.json"))
	}
	if line := iptablesFailure(f.logLines); line != "" {
		values["Line"] = line
		commands := []string{f.sudo("update-alternatives --set iptables /usr/sbin/iptables-legacy"), f.sudo("update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy")}
		return one("iptables", Blocks, values, append(commands, f.restart()...)...)
	}
	if line := lastError(f.logLines); line != "" && f.unit.Active == "failed" {
		values["Line"] = line
		return one("engine-failed", Blocks, values, f.restart()...)
	}
	if f.unit.File == "masked" || f.unit.Load == "masked" {
		return one("engine-masked", Blocks, values, f.sudo("systemctl unmask docker.service docker.socket"), f.sudo("systemctl enable --now docker"))
	}
	return one("engine-down", Blocks, values, f.start()...)
}

// installed reports whether an engine is installed on this machine.
func (f *facts) installed() bool {
	return f.m.has("dockerd") || f.unit.Load == "loaded" || f.m.exists("/snap/bin/docker")
}

// otherSockets lists what does answer, for a person whose context points to
// nothing.
func (f *facts) otherSockets() string {
	var names []string
	for _, b := range f.besides {
		names = append(names, b.Endpoint.Host)
	}
	return strings.Join(names, ", ")
}

// start is how the engine is started here.
func (f *facts) start() []string {
	switch {
	case f.m.exists("/snap/bin/docker") && !f.m.has("dockerd"):
		return []string{f.sudo("snap start docker")}
	case f.init == systemd:
		return []string{f.sudo("systemctl enable --now docker")}
	case f.init == sysv && f.m.exists("/etc/init.d/docker") && f.host.WSL == 2:
		return []string{f.sudo("service docker start")}
	}
	return []string{"naru setup"}
}

// restart is how an engine that hangs or fails is started again.
func (f *facts) restart() []string {
	if strings.Contains(f.endpoint.Host, "desktop") {
		return []string{"docker desktop restart"}
	}
	alone := f.m.exists(daemonLog) || !f.m.exists("/etc/init.d/docker") // nobody looks after it
	switch {
	case f.init == systemd:
		return []string{f.sudo("systemctl restart docker"), f.sudo("journalctl -u docker -n 20 --no-pager")}
	case f.init == sysv && !alone:
		return []string{f.sudo("service docker restart"), f.sudo("tail -n 20 /var/log/docker.log")}
	}
	return []string{f.sudo("sh -c 'kill -9 $(cat " + pidFile + ")'"), "naru setup"}
}

// The engine's log has words only, no codes; these two look for known ones
// and are used for nothing but an explanation. They are compiled when they are
// needed, which is hardly ever, and not at every start.
const (
	iptablesLine = `(?i)failed to create NAT chain|iptables failed|can't initialize iptables table`
	errorLine    = `(?i)failed to start daemon|level=(fatal|error)|unable to configure|error initializing`
)

func iptablesFailure(log string) string { return lastLine(log, iptablesLine) }

func lastError(log string) string { return lastLine(log, errorLine) }

// lastLine is the last line that matches a regular expression, not too long to be read.
func lastLine(log, expr string) string {
	pattern := regexp.MustCompile(expr)
	found := ""
	for line := range strings.Lines(log) {
		if pattern.MatchString(line) {
			found = strings.TrimSpace(line)
		}
	}
	if r := []rune(found); len(r) > 300 {
		found = string(r[:300]) + "…"
	}
	return found
}

// permission: the socket is there and may not be opened.
func (f *facts) permission(values map[string]any) []Finding {
	user := cmp.Or(f.m.person(), f.m.User)
	values["User"] = user
	values["Socket"] = f.socket()
	switch {
	case f.socket() != "" && f.socket() != DefaultSocket && f.socket() != "/run/docker.sock":
		return one("permission-socket", Blocks, values, "ls -l "+quote(f.socket()))
	case f.group.Listed && !f.group.InEffect:
		return one("permission-login", Blocks, values, "newgrp docker")
	case f.group.InEffect:
		return one("permission-socket", Blocks, values, "ls -l "+DefaultSocket, f.sudo("chgrp docker "+DefaultSocket))
	case !f.group.Exists:
		return one("permission-group", Blocks, values, f.sudo("groupadd docker"), f.sudo("usermod -aG docker "+user), "newgrp docker")
	}
	return one("permission-group", Blocks, values, f.sudo("usermod -aG docker "+user), "newgrp docker")
}

// lookTwoEngines: what is made on one engine isn't seen on the other.
func lookTwoEngines(f *facts) []Finding {
	var others []string
	for _, b := range f.besides {
		if f.engine == nil || b.Info.ID == "" || b.Info.ID != f.engine.ID {
			others = append(others, b.Name()+" ("+b.Endpoint.Host+")")
		}
	}
	if f.engine == nil || len(others) == 0 {
		return nil
	}
	return one("two-engines", Warns, map[string]any{
		"Engine": found{f.endpoint, f.engine}.Name(), "Name": f.engine.Name, "Host": f.endpoint.Host,
		"Context": f.endpointValues()["Context"], "Others": strings.Join(others, ", "),
	}, "docker context ls")
}

// lookSnap: snap's engine can't write where learners work.
func lookSnap(f *facts) []Finding {
	inSnap := f.engine != nil && strings.HasPrefix(f.engine.RootDir, "/var/snap/") ||
		f.engine == nil && f.m.exists("/snap/bin/docker") && !f.m.has("dockerd")
	if !inSnap {
		return nil
	}
	root := "/var/snap/docker"
	if f.engine != nil {
		root = f.engine.RootDir
	}
	return one("snap", Warns, map[string]any{"Root": root}, f.sudo("snap remove docker"), "naru setup")
}

// lookPodman: Podman answers in Docker's place.
func lookPodman(f *facts) []Finding {
	if f.engine == nil || !f.engine.Podman {
		return nil
	}
	return one("podman", Info, map[string]any{"Version": f.engine.Version, "Host": f.endpoint.Host})
}
