package checker

import (
	"slices"

	"github.com/naru-lab/naru/checker/engine"
)

// fixedCreation is the first engine that was seen to keep a volume's creation
// time. To 20.10 it is the time of the volume's folder, which changes with
// every file that is made or removed at its top (measured on 20.10.24, and on
// 26.1, 28.5 and 29, which keep it).
const fixedCreation = "26"

// creationTells reports whether an object's ID, or what stands in for it,
// tells one from another. Where it doesn't, only events do.
func (v *view) creationTells(kind string) (tells, known bool) {
	if kind != "volume" {
		return true, true
	}
	info, known := v.engine()
	if !known {
		return false, false
	}
	return info.Podman || compareVersions(info.Version, fixedCreation) >= 0, true
}

// judgeRenamed judges that a container is not merely out of sight: one that
// was given another name is not gone. It reports whether the comparison is at
// an end, or has to wait.
func (v *view) judgeRenamed(r *verdict, s Subject) bool {
	id, known := v.lastBearer(s.Name)
	if !known || id == "" {
		return !known
	}
	c, known := v.container(id)
	if !known || c == nil || c.ID != id || c.Name == s.Name {
		return !known
	}
	f := r.add(s, s.Kind, Present, "gone", "present")
	f.Near = Near{Subject: Subject{"container", c.Name}, Why: nearRenamed, Since: c.Created}
	return true
}

// lastBearer is the ID of the container that bore a name last, as far as the
// evidence or else the events tell; empty where they don't.
func (v *view) lastBearer(name string) (id string, known bool) {
	for _, e := range slices.Backward(v.Evidence) {
		if e.Kind == "container" && e.Name == name {
			return e.ID, true
		}
	}
	events, known := v.events()
	for _, e := range slices.Backward(events) {
		if e.Type == "container" && eventName(e) == name && !isRemoval(e) {
			return e.ID, known
		}
		if e.Type == "container" && eventName(e) == name {
			return "", known // it was removed under this very name
		}
	}
	return "", known
}

// otherHolder finds another running container that publishes a port.
func (v *view) otherHolder(c *engine.Container, port engine.Port) (held, known bool) {
	list, known := v.containers()
	return slices.ContainsFunc(list, func(o engine.Summary) bool {
		return o.ID != c.ID && o.Status == "running" && slices.ContainsFunc(o.Ports, func(p engine.Port) bool {
			return p.HostPort == port.HostPort && protocol(p) == protocol(port) && fromLocalhost(p.HostIP)
		})
	}), known
}
