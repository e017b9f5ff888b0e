package learner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

func nameless(c string) string { return strings.Repeat(c, 64) }

// TestOrphans: a volume that nobody named outlives its container. It is the
// lesson's when the container was, and nobody else's volume ever is.
func TestOrphans(t *testing.T) {
	made := func(id, name, image string) engine.Event {
		return engine.Event{Type: "container", Action: "create", ID: id, Name: name, Attributes: map[string]string{"image": image}}
	}
	mounted := func(volume, container string) engine.Event {
		return engine.Event{Type: "volume", Action: "mount", ID: volume, Name: volume, Attributes: map[string]string{"container": container}}
	}
	names := learner.Names{Containers: []string{"stray*"}, FromImages: []string{"hello:*"}}
	before := learner.World{
		Containers: []engine.Summary{box("0", "stray-old", "busybox")},
		Volumes:    []engine.Volume{{Name: nameless("0"), Created: sec(1)}},
	}
	now := learner.World{Containers: []engine.Summary{box("4", "mine", "busybox", mounting(nameless("e"), true))}}
	for _, c := range []string{"0", "a", "b", "c", "d", "e", "f"} {
		now.Volumes = append(now.Volumes, engine.Volume{Name: nameless(c), Created: sec(200)})
	}
	now.Volumes = append(now.Volumes, engine.Volume{Name: "named", Created: sec(200)})
	events := []engine.Event{
		made("1", "stray", "busybox"), mounted(nameless("a"), "1"), mounted("named", "1"), mounted(nameless("e"), "1"),
		made("2", "odd_pike", "hello:1"), mounted(nameless("b"), "2"),
		made("3", "theirs", "busybox"), mounted(nameless("c"), "3"),
		made("0", "stray-old", "busybox"), mounted(nameless("d"), "0"), mounted(nameless("0"), "1"),
	}
	b := learner.NewBaseline("volumes", "s", sec(0), nil, before, nil)
	if !now.Stray(b) || before.Stray(b) {
		t.Error("volumes without a container are not seen, or seen where there are none")
	}
	passed := &learner.LessonProgress{Steps: map[string]*learner.StepProgress{"tidy": {Passes: []learner.Pass{{Evidence: []checker.Evidence{
		{Kind: "container", Name: "stray-2", ID: "5", Volumes: []string{nameless("f")}},
		{Kind: "container", Name: "theirs", ID: "6", Volumes: []string{nameless("c")}},
	}}}}}}
	now.Orphans = learner.Orphans(passed, b, names, events)
	var removed []string
	for _, o := range learner.PlanReset(b, now, names, nil).Remove {
		removed = append(removed, o.Name)
		if o.Why != learner.Anonymous {
			t.Errorf("%v goes as %s", o, o.Why)
		}
	}
	slices.Sort(removed)
	if diff := cmp.Diff([]string{nameless("a"), nameless("b"), nameless("f")}, removed, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
}
