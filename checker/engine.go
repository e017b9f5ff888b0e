package checker

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// engineSpec is what a check may ask of the engine. That it answers at all is
// asked by every check.
type engineSpec struct {
	base
	Engine engineWish `yaml:"engine"`
	engineWish
}

type engineWish struct {
	Version     versions `yaml:"version"`
	API         versions `yaml:"api"`
	Arch        []string `yaml:"arch"`
	MemoryLimit *bool    `yaml:"memory_limit"`
}

// decode reads what stands below the subject: {} or nothing, or the fields.
func (w *engineWish) decode(d *decoder, n *yaml.Node) {
	type plain engineWish // without this method
	d.optional(n, (*plain)(w), "engine")
}

// optional reads a mapping that may be empty or left out.
func (d *decoder) optional(n *yaml.Node, target any, of string) {
	if isNull(n) {
		return
	}
	if d.is(n, yaml.MappingNode, of+": {} or a mapping is wanted") {
		d.into(n, target, of)
	}
}

func (s *engineSpec) subject() Subject { return Subject{Kind: "engine"} }

func (s *engineSpec) compare(v *view) (r verdict) {
	info, known := v.engine()
	if !known {
		return r
	}
	for _, w := range []engineWish{s.Engine, s.engineWish} {
		if !w.Version.isZero() && !w.Version.holds(dockerVersion(info)) {
			r.add(s.subject(), "engine.version", Different, w.Version.text, info.Version)
		}
		if !w.API.isZero() && !w.API.holds(info.APIVersion) {
			r.add(s.subject(), "engine.api", Different, w.API.text, info.APIVersion)
		}
		r.arch(s.subject(), "engine.arch", w.Arch, info.Arch)
		if w.MemoryLimit != nil && *w.MemoryLimit != info.MemoryLimit {
			f := r.add(s.subject(), "engine.memory_limit", Different, yesNo(*w.MemoryLimit), yesNo(info.MemoryLimit))
			if *w.MemoryLimit {
				f.explain("no-memory-cgroup")
			}
		}
	}
	return r
}

// dockerVersion is an engine's version. Podman counts its own: it is as good as
// the first Docker Engine that spoke the API which it speaks.
func dockerVersion(info *engine.Info) string {
	if !info.Podman {
		return info.Version
	}
	first := info.Version
	for _, e := range [][2]string{
		{"1.41", "20.10"},
		{"1.42", "23.0"},
		{"1.43", "24.0"},
		{"1.44", "25.0"},
		{"1.45", "26.0"},
		{"1.46", "27.0"},
		{"1.48", "28.0"},
		{"1.52", "29.0"},
	} {
		if compareVersions(info.APIVersion, e[0]) >= 0 {
			first = e[1]
		}
	}
	return first
}

// arch judges an architecture; uname's names mean Go's.
func (r *verdict) arch(s Subject, field string, want []string, have string) {
	if len(want) > 0 && !slices.ContainsFunc(want, func(w string) bool { return goArch(w) == goArch(have) }) {
		r.add(s, field, Different, strings.Join(want, ", "), have)
	}
}

func goArch(s string) string {
	switch s {
	case "x86_64":
		return "amd64"
	case "aarch64", "arm64/v8":
		return "arm64"
	case "armv7l", "armv7", "arm/v7", "armhf":
		return "arm"
	}
	return s
}
