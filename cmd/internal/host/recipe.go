package host

import (
	"slices"
	"strings"
)

// recipe is which packages of a distribution make an engine, and what stands
// in for what it doesn't have.
type recipe struct {
	family  string   // "debian", "raspbian", "ubuntu"
	suite   string   // "bookworm"
	engine  []string // the engine, and what it can't do without though it is only recommended
	command []string // the docker command, where it is a package of its own
	compose []string
	buildx  []string
	// later is the release whose Compose package is taken, once, where the
	// distribution's own is Compose 1.
	later string
}

// all are the packages for the parts that are missing.
func (r recipe) packages(n needs) []string {
	var list []string
	if n.engine {
		list = append(list, r.engine...)
	}
	if n.engine || n.command {
		list = append(list, r.command...)
	}
	if n.compose && r.later == "" {
		list = append(list, r.compose...)
	}
	if n.buildx {
		list = append(list, r.buildx...)
	}
	return list
}

// needs is what the machine lacks.
type needs struct{ engine, command, compose, buildx bool }

func (n needs) any() bool { return n.engine || n.command || n.compose || n.buildx }

// cookbook finds the recipe for a release. Facts, looked up in the
// distributions' own package lists:
//   - Debian 12: docker.io 20.10 with the docker command in it; docker-compose is
//     1.29, a Python program and no plugin; no buildx; no backport of any of them.
//   - Debian 13: docker.io 26.1, docker-cli, docker-compose 2.26 and docker-buildx
//     0.13, the plugins in /usr/libexec/docker/cli-plugins. Its docker-compose
//     needs only libc6 2.34, so it can be installed on Debian 12 (libc6 2.36).
//   - Raspberry Pi OS is Debian on 64 bits, and on 32 bits Raspbian: Debian's
//     packages, built for ARMv6.
//   - Ubuntu keeps docker.io, docker-compose-v2 and docker-buildx at one level in
//     all supported releases, in universe.
//     https://documentation.ubuntu.com/project/SRU/reference/exception-Docker-Updates
func cookbook(r release) (recipe, bool) {
	base := recipe{engine: []string{"docker.io", "iptables", "ca-certificates"}}
	switch {
	case r.ID == "debian" || r.ID == "raspbian":
		base.family, base.suite = r.ID, r.Codename
		return debianRecipe(base, r)
	case r.ID == "ubuntu", slices.Contains(r.Like, "ubuntu") && r.UbuntuCodename != "":
		base.family, base.suite = "ubuntu", r.UbuntuCodename
		if base.suite == "" {
			base.suite = r.Codename
		}
		old := []string{"trusty", "xenial", "bionic", "focal"}
		if slices.Contains(old, base.suite) || r.ID == "ubuntu" && major(r.Version) < 22 {
			return recipe{}, false
		}
		base.compose, base.buildx = []string{"docker-compose-v2"}, []string{"docker-buildx"}
		return base, true
	}
	return recipe{}, false
}

func debianRecipe(base recipe, r release) (recipe, bool) {
	switch n := major(r.Version); {
	case n == 12 || r.Codename == "bookworm":
		base.suite = "bookworm"
		base.compose, base.later = []string{"docker-compose"}, "trixie"
		return base, true
	case n >= 13 || n == 0 && r.Codename != "": // testing and unstable have no number
		base.command = []string{"docker-cli"}
		base.compose, base.buildx = []string{"docker-compose"}, []string{"docker-buildx"}
		return base, true
	}
	return recipe{}, false
}

// dockersOwn is the recipe of Docker's own repository. Docker makes no
// packages for Raspbian from version 29 on (docker/packaging 336).
func dockersOwn(r recipe) (recipe, bool) {
	if r.family == "raspbian" {
		return recipe{}, false
	}
	return recipe{
		family: r.family, suite: r.suite,
		engine:  []string{"docker-ce", "containerd.io", "iptables", "ca-certificates"},
		command: []string{"docker-ce-cli"},
		compose: []string{"docker-compose-plugin"},
		buildx:  []string{"docker-buildx-plugin"},
	}, true
}

// packaged reports whether a Debian package is installed, or was and has left
// its configuration.
func (m Machine) packaged(name string) bool {
	return m.exists("/var/lib/dpkg/info/"+name+".list") || len(m.glob("/var/lib/dpkg/info/"+name+":*.list")) > 0
}

// laterSource is where a later release of the same distribution is found: at
// the same mirror, with the same key. ok is false where apt has no source of
// the distribution's own.
func (m Machine) laterSource(r recipe) (src source, ok bool) {
	for _, s := range m.sources() {
		if s.Suite == r.suite && slices.Contains(s.Components, "main") && strings.Contains(s.URI, strings.TrimPrefix(r.family, "raspberry")) {
			s.Suite, s.Components = r.later, []string{"main"}
			return s, true
		}
	}
	return source{}, false
}

// line is a source as sources.list has it.
func (s source) line() string {
	option := ""
	if s.SignedBy != "" {
		option = " [signed-by=" + s.SignedBy + "]"
	}
	return "deb" + option + " " + s.URI + " " + s.Suite + " " + strings.Join(s.Components, " ")
}

// universe reports whether Ubuntu's universe is among apt's sources.
func (m Machine) universe(suite string) bool {
	for _, s := range m.sources() {
		if s.Suite == suite && slices.Contains(s.Components, "universe") {
			return true
		}
	}
	return false
}
