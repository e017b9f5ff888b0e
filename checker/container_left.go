package checker

import (
	"slices"

	"github.com/naru-lab/naru/checker/engine"
)

// judgeLeft judges that a container that is gone took the volumes that nobody
// named with it.
func (s *containerSpec) judgeLeft(v *view, r *verdict, sub Subject) {
	names, known := v.anonymousVolumes(s.Of.Name)
	if !known {
		return
	}
	for _, name := range names {
		if vol, known := v.volume(name); known && vol != nil {
			r.add(sub, "container.anonymous_volumes", Present, "gone", shortID(name)+"…").explain("left-volume")
			return
		}
	}
}

// anonymousVolumes are the volumes that nobody named and that containers of a
// name had, as an earlier step's evidence and the engine's events tell. An
// engine tells of a volume when a container that starts mounts it.
func (v *view) anonymousVolumes(container string) (names []string, known bool) {
	ids := map[string]bool{}
	for _, e := range v.Evidence {
		if e.Kind == "container" && e.Name == container {
			ids[e.ID] = true
			names = append(names, e.Volumes...)
		}
	}
	events, known := v.events()
	for _, e := range events {
		if e.Type == "container" && eventName(e) == container {
			ids[e.ID] = true
		}
	}
	for _, e := range events {
		if e.Type == "volume" && e.Action == "mount" && ids[e.Attributes["container"]] && engine.IsID(eventName(e)) {
			names = append(names, eventName(e))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), known
}
