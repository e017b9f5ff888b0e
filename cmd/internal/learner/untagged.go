package learner

import (
	"slices"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// noTime is for a baseline that stands for none.
var noTime time.Time

// untagged decides on images without a tag that a list shows: what rebuilding
// an image and the stages of a build leave behind. (Those that no list shows
// follow the images made from them: see parents.) Nothing on such an image says whose it is,
// so one is taken for the lesson's only
//
//   - when it is known to have been built for the lesson; or
//   - when it is built on an image that the lesson is played with, and its
//     nearest kin above that image is the lesson's own image; or, where it has
//     no kin at all, when no other image is built there.
//
// All others stay; those built on a lesson's image are named as Unsure.
func (p *planner) untagged() {
	for _, i := range p.world.Images {
		if _, before := p.baseline.Images[i.ID]; len(i.Tags) > 0 || before || p.family.hidden(i) {
			continue
		}
		o := Object{Kind: KindImage, ID: i.ID, Created: i.Created, Why: ByBuilding}
		switch p.kinship(i.ID) {
		case stranger:
		case ours:
			users := p.usersOf(i.ID)
			if len(users) > 0 {
				p.keep(o, Used, users...)
				continue
			}
			p.building = append(p.building, o)
		case unclear:
			p.keep(o, Unsure)
		}
	}
}

// usersOf gives the containers on an untagged image that are neither the
// lesson's nor left by its build.
func (p *planner) usersOf(id string) []string {
	return p.staying(func(c engine.Summary) bool {
		_, before := p.baseline.Containers[c.ID]
		return c.ImageID == id && (before || !p.ownsContainer(c) && !builds(p.world.Ended[c.ID]))
	})
}

// builds reports whether a container is what the classic builder leaves of a
// RUN instruction that failed: it has ended, and ran the instruction by the
// shell, without the image's entrypoint.
func builds(c *engine.Container) bool {
	return c != nil && c.Path == "/bin/sh" && len(c.Args) == 2 && c.Args[0] == "-c" && len(c.Entrypoint) == 0
}

type kin int

const (
	stranger kin = iota
	ours
	unclear
)

// kinship tells whose an untagged image is.
func (p *planner) kinship(id string) kin {
	if p.made[id] {
		return ours
	}
	img := p.world.Details[id]
	if img == nil || len(img.Layers) == 0 || pulledByDigest(img) {
		return stranger
	}
	base := p.baseOf(img)
	if base == 0 {
		return stranger
	}
	own, other, neighbours := 0, 0, false
	for _, d := range p.world.Details {
		if d.ID == id || len(d.Tags) == 0 || slices.ContainsFunc(d.Tags, p.names.catalogued) {
			continue
		}
		shared := commonLayers(img.Layers, d.Layers)
		if shared < base {
			continue // built on something else
		}
		above := shared - base
		if slices.ContainsFunc(d.Tags, p.names.image) {
			own = max(own, above)
		} else {
			neighbours = true
			other = max(other, above)
		}
	}
	switch {
	case own > other, own == 0 && other == 0 && !neighbours:
		return ours
	default:
		return unclear
	}
}

// baseOf is how many layers an image has from the lesson's image that it is
// built on; 0 when it is built on none.
func (p *planner) baseOf(img *engine.Image) int {
	base := 0
	for _, d := range p.world.Details {
		n := len(d.Layers)
		if n > base && slices.ContainsFunc(d.Tags, p.names.catalogued) && commonLayers(img.Layers, d.Layers) == n {
			base = n
		}
	}
	return base
}

// commonLayers counts the layers that two images share from the lowest on.
func commonLayers(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// pulledByDigest reports whether an image without a tag has a name after all:
// it was pulled as NAME@DIGEST. An engine's own names for what dangles don't
// count.
func pulledByDigest(img *engine.Image) bool {
	return slices.ContainsFunc(img.Digests, func(d string) bool {
		name, _, _ := strings.Cut(d, "@")
		return name != "" && name != "<none>" && name != "moby-dangling" && !strings.HasPrefix(name, "sha256")
	})
}

// Made gives the images, by ID, that are known to have borne one of a lesson's
// names since it was started: by what passed on an engine, and by the engine's
// events, as far as it remembers.
func Made(progress *LessonProgress, engineKey string, n Names, events []engine.Event) map[string]bool {
	made := map[string]bool{}
	for step := range progress.Steps {
		for _, e := range progress.Evidence(engineKey, step) {
			if e.Kind == KindImage && n.image(e.Name) {
				made[e.ID] = true
			}
		}
	}
	for _, e := range events {
		if e.Type != KindImage || e.Action != "tag" || !strings.HasPrefix(e.ID, "sha256:") {
			continue
		}
		if n.image(e.Name) || n.image(e.Attributes["name"]) {
			made[e.ID] = true
		}
	}
	return made
}
