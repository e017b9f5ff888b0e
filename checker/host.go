package checker

import "go.yaml.in/yaml/v4"

// hostSpec is what a check may ask of the machine and its tools.
type hostSpec struct {
	base
	Host hostWish `yaml:"host"`
	hostWish
}

type hostWish struct {
	Docker   requirement `yaml:"docker"`
	Compose  requirement `yaml:"compose"`
	Buildx   requirement `yaml:"buildx"`
	DiskFree byteSize    `yaml:"disk_free"`
	Memory   byteSize    `yaml:"memory"`
	Arch     []string    `yaml:"arch"`
}

func (w *hostWish) decode(d *decoder, n *yaml.Node) {
	type plain hostWish // without this method
	d.optional(n, (*plain)(w), "host")
}

func (s *hostSpec) subject() Subject { return Subject{Kind: "host"} }

func (s *hostSpec) compare(v *view) (r verdict) {
	h, known := v.host()
	if !known {
		return r
	}
	sub := s.subject()
	for _, w := range []hostWish{s.Host, s.hostWish} {
		r.tool(sub, "host.docker", w.Docker, h.Docker)
		r.tool(sub, "host.compose", w.Compose, h.Compose)
		r.tool(sub, "host.buildx", w.Buildx, h.Buildx)
		if w.DiskFree > 0 && h.DiskFree >= 0 && h.DiskFree < int64(w.DiskFree) {
			r.add(sub, "host.disk_free", Different, w.DiskFree.String(), roughSize(h.DiskFree))
		}
		// A machine never has all the memory it was sold with.
		if w.Memory > 0 && h.Memory < int64(w.Memory) {
			r.add(sub, "host.memory", Different, w.Memory.String(), roughSize(h.Memory))
		}
		r.arch(sub, "host.arch", w.Arch, h.Arch)
	}
	return r
}

// tool judges whether a tool is there, and in which version.
func (r *verdict) tool(s Subject, field string, want requirement, have string) {
	switch {
	case !want.set:
	case !want.want:
		if have != "" {
			r.add(s, field, Extra, "none", have)
		}
	case have == "":
		r.add(s, field, Missing, orElse(want.version.text, "present"), "")
	case !want.version.isZero() && !want.version.holds(have):
		r.add(s, field, Different, want.version.text, have)
	}
}
