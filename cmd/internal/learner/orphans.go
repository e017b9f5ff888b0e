package learner

import (
	"slices"

	"github.com/naru-lab/naru/checker/engine"
)

// Stray reports whether there are volumes that nobody named, that came after
// the baseline and that no container mounts. Where there are any, planning
// needs Orphans.
func (w World) Stray(b *Baseline) bool {
	return slices.ContainsFunc(w.Volumes, func(v engine.Volume) bool {
		_, before := b.Volumes[v.Name]
		return !before && engine.IsID(v.Name) &&
			!slices.ContainsFunc(w.Containers, func(c engine.Summary) bool { return mountsVolume(c, v.Name) })
	})
}

// Orphans gives the volumes, by name, that nobody named and that came with a
// container of a lesson's, also when that container is gone and left them
// behind: as far as what passed on an engine and the engine's events since the
// lesson's start tell.
func Orphans(progress *LessonProgress, b *Baseline, n Names, events []engine.Event) map[string]bool {
	orphans, ids := map[string]bool{}, map[string]bool{}
	for step := range progress.Steps {
		for _, e := range progress.Evidence(b.Engine, step) {
			if e.Kind != KindContainer || !matches(n.Containers, e.Name) {
				continue
			}
			ids[e.ID] = true
			for _, name := range e.Volumes {
				orphans[name] = true
			}
		}
	}
	for _, e := range events {
		if _, before := b.Containers[e.ID]; e.Type != KindContainer || before {
			continue
		}
		if matches(n.Containers, e.Name) || matchesImage(n.FromImages, e.Attributes["image"]) {
			ids[e.ID] = true
		}
	}
	for _, e := range events {
		if e.Type == KindVolume && e.Action == "mount" && ids[e.Attributes["container"]] && engine.IsID(e.Name) {
			orphans[e.Name] = true
		}
	}
	return orphans
}
