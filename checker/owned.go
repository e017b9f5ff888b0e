package checker

import (
	"cmp"
	"slices"
)

// Owned lists the objects that checks name: containers, volumes, networks and
// images that a learner makes to pass them, each once, sorted by kind and name.
// Objects that are only looked into or referred to (the base of an image, the
// image of a container) are not among them, nor are selectors by anything but
// a name; a selector's name may be a shell pattern.
func Owned(checks []Check) []Subject {
	var owned []Subject
	add := func(kind, name string) {
		if s := (Subject{kind, name}); name != "" && !slices.Contains(owned, s) {
			owned = append(owned, s)
		}
	}
	for _, c := range checks {
		switch s := c.spec.(type) {
		case *containerSpec:
			add("container", s.Of.Name)
			for _, m := range s.Volumes {
				if m.kind == "volume" {
					add("volume", m.source)
				}
			}
			for _, n := range s.Networks {
				if !slices.Contains([]string{"bridge", "host", "none"}, n.name) {
					add("network", n.name)
				}
			}
		case *imageSpec:
			add("image", string(s.Image))
		case *volumeSpec:
			add("volume", s.Volume)
			for _, name := range s.UsedBy {
				add("container", name)
			}
		case *networkSpec:
			add("network", s.Network)
			for _, name := range s.Containers {
				add("container", name)
			}
		case *pathSpec:
			add("volume", s.In.Volume)
			add("container", s.In.Container)
		case *outputSpec:
			add("container", s.Output)
		case *httpSpec:
			add("container", s.From)
		}
	}
	slices.SortFunc(owned, func(a, b Subject) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return owned
}
