package learner_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/lessons"
)

func sec(n int) time.Time { return time.Unix(int64(n), 0).UTC() }

// box makes a container of the world before or after the baseline.
func box(id, name, image string, more ...func(*engine.Summary)) engine.Summary {
	c := engine.Summary{ID: id, Name: name, Image: image, ImageID: "id-" + image, Status: "running", Created: sec(100)}
	for _, f := range more {
		f(&c)
	}
	return c
}

func mounting(name string, anonymous bool) func(*engine.Summary) {
	return func(c *engine.Summary) {
		c.Mounts = append(c.Mounts, engine.Mount{Type: "volume", Name: name, Anonymous: anonymous})
	}
}

func in(network string) func(*engine.Summary) {
	return func(c *engine.Summary) { c.Networks = append(c.Networks, network) }
}

func on(imageID string) func(*engine.Summary) {
	return func(c *engine.Summary) { c.ImageID = imageID }
}

func image(id string, created int, tags ...string) engine.ImageSummary {
	return engine.ImageSummary{ID: id, Tags: tags, Created: sec(created)}
}

func detail(id string, layers string, tags ...string) *engine.Image {
	d := &engine.Image{ID: id, Tags: tags}
	for _, l := range layers {
		d.Layers = append(d.Layers, string(l))
	}
	return d
}

func details(list ...*engine.Image) map[string]*engine.Image {
	m := map[string]*engine.Image{}
	for _, d := range list {
		m[d.ID] = d
	}
	return m
}

var lessonNames = learner.OwnNames(
	lessons.Owns{Containers: []string{"web*", "image:hello-world"}, Images: []string{"hello:*"}, Volumes: []string{"note*"}},
	[]checker.Subject{{Kind: "network", Name: "front"}, {Kind: "container", Name: "writer"}, {Kind: "image", Name: "docker.io/library/greet"}, {Kind: "path", Name: "x"}, {Kind: "container", Name: "*"}},
	[]string{"busybox:1.37", "node:24-alpine", "{{node}}"},
)

func TestPlanReset(t *testing.T) {
	type world = learner.World
	for name, tt := range map[string]struct {
		before world
		now    world
		made   map[string]bool
		remove []learner.Object
		keep   []learner.Object
	}{
		"nothing": {},
		"the lesson's": {
			now: world{
				Containers: []engine.Summary{box("1", "web", "nginx"), box("2", "web2", "nginx"), box("3", "writer", "busybox")},
				Volumes:    []engine.Volume{{Name: "notes", Created: sec(5)}},
				Networks:   []engine.Network{{ID: "n", Name: "front"}},
				Images:     []engine.ImageSummary{image("i1", 1, "hello:1.0"), image("i2", 2, "hello:1.1", "greet:latest")},
			},
			remove: []learner.Object{
				{Kind: "container", Name: "web", ID: "1", Why: learner.Owned},
				{Kind: "container", Name: "web2", ID: "2", Why: learner.Owned},
				{Kind: "container", Name: "writer", ID: "3", Why: learner.Owned},
				{Kind: "network", Name: "front", ID: "n", Why: learner.Owned},
				{Kind: "volume", Name: "notes", ID: "5", Why: learner.Owned},
				{Kind: "image", Name: "hello:1.1", ID: "i2", Why: learner.Owned},
				{Kind: "image", Name: "greet:latest", ID: "i2", Why: learner.Owned},
				{Kind: "image", Name: "hello:1.0", ID: "i1", Why: learner.Owned},
			},
		},
		"there before": {
			before: world{
				Containers: []engine.Summary{box("1", "web", "nginx")},
				Volumes:    []engine.Volume{{Name: "notes", Created: sec(5)}},
				Networks:   []engine.Network{{ID: "n", Name: "front"}},
				Images:     []engine.ImageSummary{image("i1", 1, "hello:1.0")},
			},
			now: world{
				Containers: []engine.Summary{box("1", "web", "nginx")},
				Volumes:    []engine.Volume{{Name: "notes", Created: sec(5)}},
				Networks:   []engine.Network{{ID: "n", Name: "front"}},
				Images:     []engine.ImageSummary{image("i1", 1, "hello:1.0")},
			},
			keep: []learner.Object{
				{Kind: "container", Name: "web", ID: "1", Why: learner.Before},
				{Kind: "network", Name: "front", ID: "n", Why: learner.Before},
				{Kind: "volume", Name: "notes", ID: "5", Why: learner.Before},
				{Kind: "image", Name: "hello:1.0", ID: "i1", Why: learner.Before},
			},
		},
		"there before under another name": {
			before: world{Containers: []engine.Summary{box("1", "mine", "nginx")}, Networks: []engine.Network{{ID: "n", Name: "mine"}}},
			now:    world{Containers: []engine.Summary{box("1", "web", "nginx")}, Networks: []engine.Network{{ID: "n", Name: "front"}}},
			keep: []learner.Object{
				{Kind: "container", Name: "web", ID: "1", Why: learner.Before},
				{Kind: "network", Name: "front", ID: "n", Why: learner.Before},
			},
		},
		"made anew under a name that was there before": {
			before: world{
				Containers: []engine.Summary{box("1", "web", "nginx")},
				Volumes:    []engine.Volume{{Name: "notes", Created: sec(5)}},
				Images:     []engine.ImageSummary{image("i1", 1, "hello:1.0")},
			},
			now: world{
				Containers: []engine.Summary{box("2", "web", "nginx")},
				Volumes:    []engine.Volume{{Name: "notes", Created: sec(50)}},
				Images:     []engine.ImageSummary{image("i1", 1), image("i2", 9, "hello:1.0")},
			},
			remove: []learner.Object{{Kind: "container", Name: "web", ID: "2", Why: learner.Owned}},
			keep: []learner.Object{
				{Kind: "volume", Name: "notes", ID: "50", Why: learner.Remade},
				{Kind: "image", Name: "hello:1.0", ID: "i2", Why: learner.Remade},
			},
		},
		"others are never looked at": {
			now: world{
				Containers: []engine.Summary{box("1", "my-web", "nginx"), box("2", "Writer", "nginx")},
				Volumes:    []engine.Volume{{Name: "my-notes"}},
				Networks:   []engine.Network{{ID: "n", Name: "frontend"}},
				Images:     []engine.ImageSummary{image("i", 1, "me/hello:1.0", "greet:2", "nginx:latest")},
			},
		},
		"by image": {
			now: world{
				Containers: []engine.Summary{
					box("1", "happy_pike", "hello-world"), box("2", "sad_pike", "hello-world:latest"),
					box("3", "odd_pike", "sha256:abc", on("hw")), box("4", "my_pike", "hello-worlds"), box("5", "moved", "sha256:def", on("other")),
				},
				Images: []engine.ImageSummary{image("hw", 1, "hello-world:latest")},
			},
			remove: []learner.Object{
				{Kind: "container", Name: "happy_pike", ID: "1", Why: learner.Owned},
				{Kind: "container", Name: "sad_pike", ID: "2", Why: learner.Owned},
				{Kind: "container", Name: "odd_pike", ID: "3", Why: learner.Owned},
			},
		},
		"used by others": {
			now: world{
				Containers: []engine.Summary{
					box("1", "web", "nginx", mounting("notes", false), in("front")),
					box("2", "mine", "hello:1.0", mounting("notes", false), in("front"), on("i1")),
				},
				Volumes:  []engine.Volume{{Name: "notes", Created: sec(5)}, {Name: "note2", Created: sec(6)}},
				Networks: []engine.Network{{ID: "n", Name: "front"}},
				Images:   []engine.ImageSummary{image("i1", 1, "hello:1.0")},
			},
			remove: []learner.Object{
				{Kind: "container", Name: "web", ID: "1", Why: learner.Owned},
				{Kind: "volume", Name: "note2", ID: "6", Why: learner.Owned},
			},
			keep: []learner.Object{
				{Kind: "network", Name: "front", ID: "n", Why: learner.Used, By: []string{"mine"}},
				{Kind: "volume", Name: "notes", ID: "5", Why: learner.Used, By: []string{"mine"}},
				{Kind: "image", Name: "hello:1.0", ID: "i1", Why: learner.Used, By: []string{"mine"}},
			},
		},
		"used, but another tag stays": {
			now: world{
				Containers: []engine.Summary{box("2", "mine", "hello:1.0", on("i1"))},
				Images:     []engine.ImageSummary{image("i1", 1, "hello:1.0", "mine:1")},
			},
			remove: []learner.Object{{Kind: "image", Name: "hello:1.0", ID: "i1", Why: learner.Owned}},
		},
		"a further tag of an image from before": {
			before: world{Images: []engine.ImageSummary{image("i1", 1, "mine:1"), image("i2", 1)}},
			now:    world{Images: []engine.ImageSummary{image("i1", 1, "mine:1", "hello:1.0"), image("i2", 1, "hello:2.0")}},
			remove: []learner.Object{{Kind: "image", Name: "hello:1.0", ID: "i1", Why: learner.Owned}},
			keep:   []learner.Object{{Kind: "image", Name: "hello:2.0", ID: "i2", Why: learner.LastName}},
		},
		"anonymous volumes go with their container": {
			before: world{Volumes: []engine.Volume{{Name: "old", Created: sec(1)}}},
			now: world{
				Containers: []engine.Summary{
					box("1", "web", "nginx", mounting("a1", true), mounting("a2", true), mounting("old", true), mounting("named", false)),
					box("2", "mine", "nginx", mounting("a2", true)),
				},
				Volumes: []engine.Volume{
					{Name: "a1", Created: sec(5)},
					{Name: "a2", Created: sec(5)},
					{Name: "a3", Created: sec(5)},
					{Name: "old", Created: sec(1)},
					{Name: "named", Created: sec(5)},
				},
			},
			remove: []learner.Object{
				{Kind: "container", Name: "web", ID: "1", Why: learner.Owned},
				{Kind: "volume", Name: "a1", ID: "5", Why: learner.Anonymous},
			},
		},
		"a built-in network": {now: world{Networks: []engine.Network{{ID: "b", Name: "bridge"}}}},
		"known to be built for the lesson": {
			now:    world{Images: []engine.ImageSummary{image("x", 1), image("y", 2)}},
			made:   map[string]bool{"x": true},
			remove: []learner.Object{{Kind: "image", ID: "x", Why: learner.ByBuilding}},
		},
		"left by rebuilding": {
			now: world{
				Images: []engine.ImageSummary{
					image("base", 0, "node:24-alpine"), image("own", 9, "hello:1.0"),
					image("kin", 3), image("far", 4), image("strange", 5), image("pulled", 6),
				},
				Details: details(
					detail("base", "ab", "node:24-alpine"), detail("own", "abcd", "hello:1.0"), detail("kin", "abcx"),
					detail("far", "aby"), detail("strange", "xyz"),
					&engine.Image{ID: "pulled", Layers: []string{"a", "b"}, Digests: []string{"node@sha256:1"}},
				),
			},
			remove: []learner.Object{
				{Kind: "image", Name: "hello:1.0", ID: "own", Why: learner.Owned},
				{Kind: "image", ID: "far", Why: learner.ByBuilding},
				{Kind: "image", ID: "kin", Why: learner.ByBuilding},
			},
		},
		"an untagged image that may be someone else's": {
			now: world{
				Images: []engine.ImageSummary{
					image("base", 0, "node:24-alpine"), image("own", 9, "hello:1.0"), image("theirs", 9, "shop:1"),
					image("kin", 3), image("far", 4), image("theirkin", 5),
				},
				Details: details(
					detail("base", "ab", "node:24-alpine"), detail("own", "abcd", "hello:1.0"), detail("theirs", "abst", "shop:1"),
					detail("kin", "abcx"), detail("far", "aby"), detail("theirkin", "absx"),
				),
			},
			remove: []learner.Object{
				{Kind: "image", Name: "hello:1.0", ID: "own", Why: learner.Owned},
				{Kind: "image", ID: "kin", Why: learner.ByBuilding},
			},
			keep: []learner.Object{
				{Kind: "image", ID: "far", Why: learner.Unsure},
				{Kind: "image", ID: "theirkin", Why: learner.Unsure},
			},
		},
		"an untagged image from before": {
			before: world{Images: []engine.ImageSummary{image("kin", 3)}},
			now: world{
				Images:  []engine.ImageSummary{image("base", 0, "node:24-alpine"), image("kin", 3)},
				Details: details(detail("base", "ab", "node:24-alpine"), detail("kin", "abc")),
			},
		},
		"a build that failed": {
			now: world{
				Containers: []engine.Summary{
					box("1", "odd_pike", "step", on("step")), box("2", "mine", "half", on("half")),
				},
				Images: []engine.ImageSummary{image("base", 0, "node:24-alpine"), image("step", 3), image("half", 4)},
				Details: details(
					detail("base", "ab", "node:24-alpine"), detail("step", "abc"), detail("half", "ab"),
				),
				Ended: map[string]*engine.Container{
					"1": {ID: "1", Path: "/bin/sh", Args: []string{"-c", "npm cii"}},
					"2": {ID: "2", Path: "node", Args: []string{"server.js"}},
				},
			},
			remove: []learner.Object{
				{Kind: "container", Name: "odd_pike", ID: "1", Why: learner.ByBuilding},
				{Kind: "image", ID: "step", Why: learner.ByBuilding},
			},
			keep: []learner.Object{{Kind: "image", ID: "half", Why: learner.Used, By: []string{"mine"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := learner.NewBaseline("volumes", "s", sec(0), nil, tt.before, nil)
			got := learner.PlanReset(b, tt.now, lessonNames, tt.made)
			want := learner.Plan{Remove: tt.remove, Keep: tt.keep}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(learner.Object{}, "Created"), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanResetWithoutBaseline(t *testing.T) {
	w := learner.World{
		Containers: []engine.Summary{box("1", "web", "nginx"), box("2", "mine", "nginx")},
		Volumes:    []engine.Volume{{Name: "notes"}},
	}
	got := learner.PlanReset(nil, w, lessonNames, nil)
	if len(got.Remove) > 0 || len(got.Keep) != 2 || got.Keep[0].Why != learner.NoBaseline || got.Keep[1].Why != learner.NoBaseline {
		t.Errorf("%+v", got)
	}
}

func TestCatalogueImagesStay(t *testing.T) {
	n := lessonNames
	n.Images = []string{"*"}
	got := learner.PlanReset(learner.NewBaseline("v", "s", sec(0), nil, learner.World{}, nil), learner.World{
		Images: []engine.ImageSummary{image("1", 1, "busybox:1.37"), image("2", 1, "node:24-alpine", "mine:1")},
	}, n, nil)
	want := learner.Plan{
		Remove: []learner.Object{{Kind: "image", Name: "mine:1", ID: "2", Why: learner.Owned}},
		Keep: []learner.Object{
			{Kind: "image", Name: "busybox:1.37", ID: "1", Why: learner.Catalogue},
			{Kind: "image", Name: "node:24-alpine", ID: "2", Why: learner.Catalogue},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(learner.Object{}, "Created"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
}

// TestWhatWasLeftGoesNextTime resets a lesson whose volume someone else uses,
// starts it again, and resets it when nobody does any longer.
func TestWhatWasLeftGoesNextTime(t *testing.T) {
	notes := engine.Volume{Name: "notes", Created: sec(5)}
	own := image("i1", 1, "hello:1.0")
	used := learner.World{
		Containers: []engine.Summary{box("2", "mine", "hello:1.0", mounting("notes", false), on("i1"))},
		Volumes:    []engine.Volume{notes}, Images: []engine.ImageSummary{own},
	}
	empty := learner.NewBaseline("volumes", "s1", sec(0), nil, learner.World{}, nil)
	first := learner.PlanReset(empty, used, lessonNames, nil)
	if len(first.Remove) != 0 || len(first.Left()) != 2 {
		t.Fatalf("first plan: %+v", first)
	}
	b := learner.NewBaseline("volumes", "s2", sec(10), nil, used, first.Left())
	free := learner.World{Volumes: used.Volumes, Images: used.Images}
	second := learner.PlanReset(b, free, lessonNames, nil)
	if len(second.Remove) != 2 {
		t.Errorf("second plan: %+v", second)
	}
	// Had it been removed and made anew by the learner in between, it is
	// theirs.
	notes.Created = sec(8)
	b = learner.NewBaseline("volumes", "s2", sec(10), nil, learner.World{Volumes: []engine.Volume{notes}}, first.Left())
	if third := learner.PlanReset(b, learner.World{Volumes: []engine.Volume{notes}}, lessonNames, nil); len(third.Remove) != 0 {
		t.Errorf("third plan: %+v", third)
	}
}

func TestMade(t *testing.T) {
	l := learner.Derive("naru", []learner.Record{{
		Course: "naru", Lesson: "volumes", Kind: learner.Passed, Step: "build", Engine: "e",
		Evidence: []checker.Evidence{
			{Kind: "image", Name: "hello:1.0", ID: "sha256:1"},
			{Kind: "image", Name: "nginx:latest", ID: "sha256:2"},
			{Kind: "container", Name: "hello:1.0", ID: "sha256:3"},
		},
	}}).Of("volumes")
	events := []engine.Event{
		{Type: "image", Action: "tag", ID: "sha256:4", Name: "hello:1.0"},
		{Type: "image", Action: "tag", ID: "sha256:5", Attributes: map[string]string{"name": "docker.io/library/hello:1.1"}},
		{Type: "image", Action: "tag", ID: "sha256:6", Name: "mine:1"},
		{Type: "image", Action: "untag", ID: "sha256:7", Name: "hello:1.0"},
		{Type: "image", Action: "tag", ID: "hello:1.0", Name: "hello:1.0"},
	}
	want := map[string]bool{"sha256:1": true, "sha256:4": true, "sha256:5": true}
	if diff := cmp.Diff(want, learner.Made(l, "e", lessonNames, events)); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	if got := learner.Made(l, "other", lessonNames, nil); len(got) != 0 {
		t.Errorf("of another engine: %v", got)
	}
}
