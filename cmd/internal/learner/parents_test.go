package learner_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

// chain is what the classic builder leaves: one image per instruction, each
// the parent of the next, the last with the tags.
func chain(parent string, ids []string, tags ...string) []engine.ImageSummary {
	var list []engine.ImageSummary
	for _, id := range ids {
		list = append(list, engine.ImageSummary{ID: id, Parent: parent, Created: sec(50)})
		parent = id
	}
	list[len(list)-1].Tags = tags
	return list
}

// TestPlanResetParents plans for worlds of images that only differ in who was
// made from whom: "base" is the image that all are built on.
func TestPlanResetParents(t *testing.T) {
	base := image("base", 0, "node:24-alpine")
	first := chain("base", []string{"workdir", "npm", "copy1", "one"}, "hello:1")
	second := chain("npm", []string{"copy2", "two"}, "hello:2")
	theirs := chain("npm", []string{"copy3", "three"}, "mine:1")
	apart := chain("base", []string{"a", "b", "c"}, "mine:2")
	failed := engine.Summary{ID: "f", Name: "odd_pike", Image: "copy1", ImageID: "copy1", Status: "exited"}
	sh := map[string]*engine.Container{"f": {ID: "f", Path: "/bin/sh", Args: []string{"-c", "npm cii"}}}
	type images = []engine.ImageSummary
	for name, tt := range map[string]struct {
		before, now []images
		containers  []engine.Summary
		ended       map[string]*engine.Container
		details     map[string]*engine.Image
		removed     string // as removed parents too, in their order
	}{
		"go with the last image made from them": {
			now:     []images{first, second},
			removed: "hello:1 hello:2 +copy1 +copy2 +npm +workdir",
		},
		"stay with an image of the learner's": {
			now:     []images{first, second, theirs},
			removed: "hello:1 hello:2 +copy1 +copy2",
		},
		"the learner's own, built on the same image": {
			now:     []images{apart, first},
			removed: "hello:1 +copy1 +npm +workdir",
		},
		"the learner's own, and nothing of the lesson's": {now: []images{theirs, apart}},
		"from before, when nothing was made from them": {
			before:  []images{chain("base", []string{"workdir", "npm"})},
			now:     []images{first},
			removed: "hello:1 +copy1",
		},
		"from before, when they were hidden": {
			before:  []images{theirs, chain("base", []string{"workdir", "npm"})},
			now:     []images{first, chain("npm", []string{"copy3"}, "mine:1")}, // three is gone
			removed: "hello:1 +copy1",
		},
		"with two names, one the learner's": {
			now: []images{chain("base", []string{"workdir", "one"}, "hello:1", "mine:1")}, removed: "hello:1",
		},
		"of a lesson's image that stays": {
			before:  []images{chain("base", []string{"workdir", "npm", "copy1", "one"}, "hello:1")},
			now:     []images{first, second},
			removed: "hello:2 +copy2",
		},
		"between two tags of the lesson's": {
			now:     []images{first, chain("one", []string{"user", "next"}, "hello:3")},
			removed: "hello:3 +user hello:1 +copy1 +npm +workdir",
		},
		"whose own parent is gone": { // the containerd image store takes it along with another child
			now:     []images{chain("gone", []string{"copy1", "one"}, "hello:1")},
			removed: "hello:1 +copy1",
		},
		"in use by a container of the learner's": {
			now: []images{first}, containers: []engine.Summary{box("m", "mine", "npm", on("npm"))},
			removed: "hello:1 +copy1",
		},
		"with what a failed build left on them": {
			now: []images{first}, containers: []engine.Summary{failed}, ended: sh,
			removed: "odd_pike hello:1 +copy1 +npm +workdir",
		},
		"a failed build of the learner's": {
			now: []images{theirs, {image("npm", 1)}}, containers: []engine.Summary{
				{ID: "f", Name: "odd_pike", Image: "copy3", ImageID: "copy3", Status: "exited"},
			}, ended: sh,
		},
		"of an untagged image that a build left": {
			now: []images{first, chain("npm", []string{"copy2", "two"})},
			details: details(detail("base", "ab", "node:24-alpine"), detail("one", "abcde", "hello:1"), detail("two", "abcdx"),
				detail("copy1", "abcde")),
			removed: "hello:1 two +copy1 +copy2 +npm +workdir",
		},
		"of an untagged image that may be someone else's": {
			now: []images{first, apart, chain("base", []string{"x", "y"})},
			details: details(detail("base", "ab", "node:24-alpine"), detail("one", "abcde", "hello:1"), detail("c", "abst", "mine:2"),
				detail("y", "abuv")),
			removed: "hello:1 +copy1 +npm +workdir",
		},
	} {
		t.Run(name, func(t *testing.T) {
			world := func(groups []images) (w learner.World) {
				w.Images = images{base}
				for _, g := range groups {
					for _, i := range g {
						if !slices.ContainsFunc(w.Images, func(j engine.ImageSummary) bool { return i.ID == j.ID }) {
							w.Images = append(w.Images, i)
						}
					}
				}
				return w
			}
			now := world(tt.now)
			now.Containers, now.Ended, now.Details = tt.containers, tt.ended, tt.details
			b := learner.NewBaseline("volumes", "s", sec(0), nil, world(tt.before), nil)
			var removed []string
			for _, o := range learner.PlanReset(b, now, lessonNames, nil).Remove {
				removed = append(removed, cmp.Or(o.Name, o.ID))
				for _, with := range o.With {
					removed = append(removed, "+"+with.ID)
				}
			}
			if diff := gocmp.Diff(tt.removed, strings.Join(removed, " ")); diff != "" {
				t.Errorf("removed (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUntagged asks for no details where no list shows an untagged image.
func TestUntagged(t *testing.T) {
	w := learner.World{Images: append(chain("base", []string{"a", "b"}, "hello:1"), image("base", 0, "node:24-alpine"))}
	b := learner.NewBaseline("volumes", "s", sec(0), nil, learner.World{}, nil)
	if images, _ := w.Untagged(b); len(images) > 0 {
		t.Errorf("details are asked for: %v", images)
	}
	w.Images[1].Tags = nil
	if images, _ := w.Untagged(b); !slices.Equal(images, []string{"b", "base"}) {
		t.Errorf("asked for %v, want all that a list shows", images)
	}
}
