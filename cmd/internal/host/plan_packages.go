package host

import (
	"strings"
)

// apt is an apt-get command that asks nothing, waits for another one to end
// (seconds), and removes nothing that it wasn't told to.
func (p *Plan) apt(args ...string) Action {
	base := []string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"}
	return p.as(append(base, args...)...)
}

func (p *Plan) install(packages ...string) Action {
	return p.apt(append([]string{"install", "-y", "--no-install-recommends", "--no-remove"}, packages...)...)
}

// packages plans the installation of what is missing.
func (p *Plan) packages(f *facts, r recipe, known bool, n needs) error {
	release := parseRelease(f.m.read("/etc/os-release"))
	if !known || !f.m.has("apt-get") {
		return &PlanError{
			ID: "unknown", Values: map[string]any{"Distro": f.distroName()},
			Commands: unknownDistro(release),
		}
	}
	fromDocker := p.opts.From == FromDocker || f.m.packaged("docker-ce") || f.m.packaged("docker-ce-cli")
	if fromDocker {
		own, ok := dockersOwn(r)
		if !ok {
			return &PlanError{ID: "from-raspbian", Values: map[string]any{"Distro": f.distroName()}, Commands: []string{"naru setup"}}
		}
		p.dockersOwn(f, own, n)
		return nil
	}
	if r.family == "ubuntu" && !f.m.universe(r.suite) {
		p.add(Step{ID: "universe", Commands: []Action{
			p.apt("update"), p.install("software-properties-common"), p.as("add-apt-repository", "-y", "universe"),
		}})
	}
	if list := f.packages(r, n); len(list) > 0 {
		p.add(Step{ID: "update", lenient: true, Commands: []Action{p.apt("update")}})
		p.add(Step{ID: "install", Values: map[string]any{"Packages": strings.Join(list, " "), "Distro": f.distroName()}, Commands: []Action{p.install(list...)}})
	}
	if n.compose && r.later != "" {
		p.laterCompose(f, r)
	}
	return nil
}

// packages are those of a recipe that the machine needs. Where the kernel has
// AppArmor on, an engine starts no container without its parser, which the
// engine's package only recommends.
func (f *facts) packages(r recipe, n needs) []string {
	list := r.packages(n)
	on := strings.HasPrefix(f.m.read("/sys/module/apparmor/parameters/enabled"), "Y")
	if n.engine && on && !f.m.has("apparmor_parser") {
		list = append(list, "apparmor")
	}
	return list
}

// laterCompose takes one package from the next release of the distribution,
// through a configuration of its own that is removed again: a source or a pin
// that stayed would be in the way when the system itself is upgraded.
func (p *Plan) laterCompose(f *facts, r recipe) {
	const dir = "/var/cache/naru-setup"
	src, ok := f.m.laterSource(r)
	if !ok {
		p.Notes = append(p.Notes, Note{ID: "no-source", Values: map[string]any{"Distro": f.distroName()}})
		return
	}
	own := []string{
		"-o", "Dir::Etc::SourceList=" + dir + "/sources.list", "-o", "Dir::Etc::SourceParts=/dev/null",
		"-o", "Dir::State::Lists=" + dir + "/lists", "-o", "Acquire::Languages=none",
	}
	with := func(args ...string) []string { return append(append([]string{}, own...), args...) }
	p.add(Step{
		ID:     "compose-later",
		Values: map[string]any{"Distro": f.distroName(), "Suite": r.later, "Packages": strings.Join(r.compose, " ")},
		Commands: []Action{
			p.as("install", "-d", "-m", "755", dir+"/lists/partial"),
			p.write(dir+"/sources.list", src.line()+"\n"),
			p.apt(with("update")...),
			p.apt(with(append([]string{"install", "-y", "--no-install-recommends", "--no-remove"}, r.compose...)...)...),
			p.as("rm", "-rf", dir),
		},
	})
}

// dockersOwn plans the way of https://docs.docker.com/engine/install/.
func (p *Plan) dockersOwn(f *facts, r recipe, n needs) {
	const key, list = "/etc/apt/keyrings/docker.asc", "/etc/apt/sources.list.d/docker.sources"
	var old []string
	for _, name := range []string{"docker.io", "docker-cli", "docker-compose", "docker-compose-v2", "docker-buildx", "docker-doc", "podman-docker", "containerd", "runc"} {
		if f.m.packaged(name) {
			old = append(old, name)
		}
	}
	if len(old) > 0 {
		n = needs{engine: true, command: true, compose: true, buildx: true}
		p.add(Step{ID: "remove", Values: map[string]any{"Packages": strings.Join(old, " ")}, Commands: []Action{p.apt(append([]string{"remove", "-y"}, old...)...)}})
	}
	if !f.m.exists(list) && !f.m.exists("/etc/apt/sources.list.d/docker.list") {
		url := "https://download.docker.com/linux/" + r.family
		p.add(Step{ID: "docker-repository", Values: map[string]any{"URL": url}, Commands: []Action{
			p.apt("update"), p.install("ca-certificates", "curl"),
			p.as("install", "-m", "0755", "-d", "/etc/apt/keyrings"),
			p.as("curl", "-fsSL", url+"/gpg", "-o", key),
			p.as("chmod", "a+r", key),
			p.write(list, "Types: deb\nURIs: "+url+"\nSuites: "+r.suite+"\nComponents: stable\nSigned-By: "+key+"\n"),
		}})
	}
	packages := f.packages(r, n)
	p.add(Step{ID: "update", lenient: true, Commands: []Action{p.apt("update")}})
	p.add(Step{ID: "install", Values: map[string]any{"Packages": strings.Join(packages, " "), "Distro": "download.docker.com"}, Commands: []Action{p.install(packages...)}})
}

// unknownDistro is what its own documentation says, for the families that
// people meet; the rest is Docker's.
func unknownDistro(r release) []string {
	docs := "https://docs.docker.com/engine/install/"
	for _, id := range append([]string{r.ID}, r.Like...) {
		switch id {
		case "fedora":
			return []string{"sudo dnf install moby-engine docker-compose", "sudo systemctl enable --now docker", docs + "fedora/"}
		case "rhel", "centos":
			return []string{docs + "rhel/"}
		case "arch":
			return []string{"sudo pacman -S docker docker-compose docker-buildx", "sudo systemctl enable --now docker"}
		case "alpine":
			return []string{"doas apk add docker docker-cli-compose docker-cli-buildx", "doas rc-update add docker", "doas service docker start"}
		case "suse", "opensuse":
			return []string{"sudo zypper install docker docker-compose docker-buildx", "sudo systemctl enable --now docker"}
		case "debian":
			return []string{docs + "debian/"}
		case "ubuntu":
			return []string{docs + "ubuntu/"}
		}
	}
	return []string{docs}
}
