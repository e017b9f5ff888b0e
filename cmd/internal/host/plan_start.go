package host

import (
	"strconv"
	"strings"
)

const (
	pidFile = "/var/run/docker.pid"
	// detached starts an engine that outlives this program, where nobody else
	// would: no init system, as in containers and CI jobs.
	detached = "setsid dockerd --pidfile " + pidFile + " >>" + daemonLog + " 2>&1 </dev/null &"
)

// start plans how the engine comes to run: with systemd for good; else by its
// init script; else, and where that fails, by itself.
func (p *Plan) start(f *facts, r recipe) {
	if f.m.exists("/snap/bin/docker") && !f.m.has("dockerd") {
		p.add(Step{ID: "start-snap", Commands: []Action{p.as("snap", "start", "docker")}, starts: true})
		return
	}
	if f.init == systemd {
		var commands []Action
		if f.unit.File == "masked" || f.unit.Load == "masked" {
			commands = append(commands, p.as("systemctl", "unmask", "docker.service", "docker.socket"))
		}
		p.add(Step{ID: "start-systemd", Commands: append(commands, p.as("systemctl", "enable", "--now", "docker")), starts: true})
		return
	}
	alone := p.alone(f)
	script := f.m.exists("/etc/init.d/docker") || !f.installed() && r.family != ""
	if f.init == sysv && script {
		p.add(Step{
			ID: "start-service", Values: map[string]any{"Log": daemonLog}, starts: true,
			Commands: []Action{p.as("service", "docker", "start")}, Otherwise: alone,
		})
		return
	}
	p.add(Step{ID: "start-alone", Values: map[string]any{"Log": daemonLog}, Commands: alone, starts: true})
}

// alone are the commands for an engine without an init system.
func (p *Plan) alone(f *facts) []Action {
	var commands []Action
	if f.m.mounted("/sys/fs/cgroup") == "" {
		commands = append(commands, p.as("mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup"))
	}
	if f.m.stalePID() {
		commands = append(commands, p.as("rm", "-f", pidFile))
	}
	return append(commands, p.as("sh", "-c", detached))
}

// stalePID reports whether the engine's pid file names a process that isn't
// one: left behind by a kill, it would keep the engine from starting when the
// number is in use again.
func (m Machine) stalePID() bool {
	s := strings.TrimSpace(m.read(pidFile))
	pid, err := strconv.Atoi(s)
	if err != nil || pid <= 0 {
		return s != ""
	}
	return strings.TrimSpace(m.read("/proc/"+s+"/comm")) != "dockerd"
}
