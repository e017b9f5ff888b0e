package host

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/naru-lab/naru/checker/engine"
)

// lookCompose: `docker compose` is no command here.
func lookCompose(f *facts) []Finding {
	switch {
	case f.docker == "" || f.stub || f.host.WSL == 1, f.compose == "" && f.hung:
		return nil
	case f.compose != "":
		return one("compose-ok", OK, map[string]any{"Version": f.compose})
	}
	level := Warns
	if f.ask.Compose {
		level = Blocks
	}
	return one("compose-missing", level, map[string]any{"Old": f.composeV1}, "naru setup")
}

// lookImages: an image is for another kind of processor, or doesn't exist for
// this one.
func lookImages(f *facts) []Finding {
	var findings []Finding
	for _, ref := range f.ask.Images {
		image := f.images[ref]
		switch {
		case f.engine == nil:
		case image == nil:
			if instead, missing := notMadeFor(ref, f.engine); missing {
				findings = append(findings, one("image-platform", Warns, map[string]any{
					"Image": ref, "Platform": platform(f.engine.Arch, f.engine.Variant), "Instead": instead,
				}, "docker pull "+instead)...)
			}
		case image.Arch != "" && !runs(f.engine.Arch, image.Arch) && !f.emulated(image.Arch):
			findings = append(findings, one("image-arch", Blocks, map[string]any{
				"Image": ref, "Got": platform(image.Arch, image.Variant), "Want": platform(f.engine.Arch, f.engine.Variant),
			}, "docker image rm "+ref, "docker pull "+ref)...)
		}
	}
	return findings
}

func platform(arch, variant string) string {
	if variant != "" {
		return "linux/" + arch + "/" + variant
	}
	return "linux/" + arch
}

// runs reports whether a processor runs programs for another without help:
// 64-bit ones mostly run their own 32-bit programs.
func runs(machine, program string) bool {
	return machine == program || machine == "amd64" && program == "386" || machine == "arm64" && program == "arm"
}

// emulated reports whether qemu-user is registered for an architecture.
func (f *facts) emulated(arch string) bool {
	names := map[string]string{"amd64": "qemu-x86_64", "arm64": "qemu-aarch64", "arm": "qemu-arm", "386": "qemu-i386"}
	return f.m.exists("/proc/sys/fs/binfmt_misc/" + names[arch])
}

// notMadeFor knows the official images of the course's neighbourhood that
// aren't made for ARM, and what to take instead (official-images, 2026).
func notMadeFor(ref string, e *engine.Info) (instead string, missing bool) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", false
	}
	name, tag := reference.FamiliarName(named), "latest"
	if t, ok := reference.TagNameOnly(named).(reference.Tagged); ok {
		tag = t.Tag()
	}
	switch {
	case name == "mysql" && strings.HasPrefix(tag, "5.") && e.Arch == "arm64":
		return "mysql:8.4", true
	case e.Arch != "arm":
		return "", false
	case name == "mysql" || name == "mariadb":
		return "postgres:17-alpine", true
	case name == "node" && (tag == "latest" || major(strings.SplitN(tag, "-", 2)[0]) >= 24):
		return "node:22-alpine", true
	}
	return "", false
}

// lookPorts: a port that a lesson publishes is in use.
func lookPorts(f *facts) []Finding {
	var findings []Finding
	for _, port := range f.ask.Ports {
		values := map[string]any{"Port": port, "Free": f.freePort(port)}
		if c := f.publisher(port); c != nil {
			values["Container"], values["Image"] = c.Name, c.Image
			findings = append(findings, one("port-container", Warns, values, "docker stop "+c.Name)...)
			continue
		}
		h := f.ports[port]
		if !h.Taken || !f.local() {
			continue
		}
		if h.Process != nil {
			values["Process"], values["PID"] = h.Process.Name, h.Process.PID
			findings = append(findings, one("port-process", Warns, values, fmt.Sprintf("kill %d", h.Process.PID))...)
			continue
		}
		findings = append(findings, one("port-taken", Warns, values, f.sudo(fmt.Sprintf("ss -ltnp 'sport = :%d'", port)))...)
	}
	return findings
}

// publisher is the container that publishes a TCP port.
func (f *facts) publisher(port int) *engine.Summary {
	for i, c := range f.containers {
		for _, p := range c.Ports {
			if p.HostPort == port && p.Protocol == "tcp" {
				return &f.containers[i]
			}
		}
	}
	return nil
}

// freePort is the next port that nobody has; 0 when none is near.
func (f *facts) freePort(port int) int {
	taken := map[int]bool{}
	for _, l := range f.m.listeners() {
		taken[l.Port] = true
	}
	for next := port + 1; next < min(port+200, 1<<16); next++ {
		if !taken[next] && f.publisher(next) == nil && !slices.Contains(f.ask.Ports, next) && f.m.Listen(next) == nil {
			return next
		}
	}
	return 0
}

// lookNames: a container of an earlier day has the name that a lesson uses.
func lookNames(f *facts) []Finding {
	var findings []Finding
	for _, name := range f.ask.Names {
		for _, c := range f.containers {
			if c.Name != name {
				continue
			}
			values := map[string]any{
				"Name": name, "Image": c.Image, "Status": c.Status, "Created": c.Created.Local().Format("2006-01-02 15:04"),
				"Project": c.Labels["com.docker.compose.project"],
			}
			commands := []string{"docker rename " + name + " " + name + "-old"}
			if c.Status != "running" {
				commands = append(commands, "docker rm "+name)
			}
			findings = append(findings, one("name-taken", Warns, values, commands...)...)
		}
	}
	return findings
}

// onWindowsDrive reports whether a path is /mnt/c or lies in it, or in another
// drive's.
func onWindowsDrive(dir string) bool {
	rest, ok := strings.CutPrefix(dir, "/mnt/")
	drive, _, _ := strings.Cut(rest, "/")
	return ok && len(drive) == 1 && drive[0] >= 'a' && drive[0] <= 'z'
}

// lookFolder: where the learner works. Files on a Windows drive make no
// inotify events; BuildKit and Compose stumble over non-ASCII names (buildkit
// 3927).
func lookFolder(f *facts) []Finding {
	var findings []Finding
	dir := f.m.Dir
	if f.host.WSL == 2 && onWindowsDrive(dir) {
		findings = append(findings, one("windows-drive", Warns, map[string]any{"Dir": dir}, "mkdir -p ~/naru && cd ~/naru")...)
	}
	if strings.ContainsFunc(dir, func(r rune) bool { return r > 127 }) {
		findings = append(findings, one("path-ascii", Warns, map[string]any{"Dir": dir, "Base": path.Base(dir)}, "mkdir -p ~/naru && cd ~/naru")...)
	}
	return findings
}

// littlePulls is when to say that Docker Hub's patience ends.
const littlePulls = 20

// lookNetwork: what the way to Docker Hub and the mirrors looks like.
func lookNetwork(f *facts) []Finding {
	var findings []Finding
	n := f.network
	switch {
	case !n.asked:
	case n.issuer != "":
		findings = append(findings, one("tls-intercepted", Warns, map[string]any{"Issuer": n.issuer},
			f.sudo("cp CA.crt /usr/local/share/ca-certificates/"), f.sudo("update-ca-certificates"), f.restart()[0])...)
	case n.noName && f.host.WSL == 2:
		findings = append(findings, one("dns-wsl", Warns, map[string]any{"Error": n.err.Error()}, "wsl.exe --shutdown")...)
	case n.noName:
		findings = append(findings, one("dns", Warns, map[string]any{"Error": n.err.Error()}, "getent hosts registry-1.docker.io")...)
	case n.err != nil:
		findings = append(findings, one("registry-unreachable", Info, map[string]any{"Error": n.err.Error()})...)
	case n.remaining >= 0 && n.remaining < littlePulls:
		findings = append(findings, one("pull-limit", Warns, map[string]any{"Remaining": n.remaining, "Limit": n.limit}, "docker login")...)
	}
	for _, mirror := range slices.Sorted(maps.Keys(n.mirrors)) {
		if err := n.mirrors[mirror]; err != nil {
			findings = append(findings, one("mirror-silent", Warns, map[string]any{"Mirror": mirror, "Error": err.Error()}, "curl -sI "+quote(strings.TrimSuffix(mirror, "/")+"/v2/"))...)
		}
	}
	return findings
}
