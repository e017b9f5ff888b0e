package engine_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

func TestRemoving(t *testing.T) {
	e, ctx := enginetest.Start(t), t.Context()
	c := e.Client(t)
	e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
	empty := snapshot(t, c)
	e.Docker(t, "network", "create", "net")
	e.Docker(t, "run", "-d", "--name", "web", "--network", "net", "-v", "/anon", "-v", "named:/data", "busybox:1.37", "sleep", "1000")
	s := snapshot(t, c)
	if len(s.Containers) != 1 || len(s.Volumes) != 2 || len(s.Networks) != 4 {
		t.Fatalf("%+v", s)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	if err := c.RemoveVolume(ctx, "named"); engine.KindOf(err) != engine.API {
		t.Errorf("a volume in use was removed: %v", err)
	}
	must(c.RemoveContainer(ctx, s.Containers[0].ID))
	must(c.RemoveVolume(ctx, "named"))
	must(c.RemoveNetwork(ctx, "net"))
	for range 2 { // what isn't there is removed already
		must(c.RemoveContainer(ctx, s.Containers[0].ID))
		must(c.RemoveVolume(ctx, "named"))
		must(c.RemoveNetwork(ctx, "net"))
		must(c.RemoveImage(ctx, "none:1"))
	}
	s = snapshot(t, c)
	if len(s.Containers)+len(s.Volumes) != 0 || len(s.Networks) != len(empty.Networks) {
		t.Errorf("left: %+v", s)
	}
}

func TestTags(t *testing.T) {
	e, ctx := enginetest.Start(t), t.Context()
	c := e.Client(t)
	e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
	tags := func() []string {
		var all []string
		for _, i := range snapshot(t, c).Images {
			all = append(all, i.Tags...)
		}
		slices.Sort(all)
		return all
	}
	if err := c.TagImage(ctx, "busybox:1.37", "mine:1"); err != nil {
		t.Fatal(err)
	}
	if got := tags(); !slices.Equal(got, []string{"busybox:1.37", "mine:1"}) {
		t.Errorf("%v", got)
	}
	e.Docker(t, "create", "--name", "user", "busybox:1.37")
	for range 2 {
		if err := c.RemoveImage(ctx, "mine:1"); err != nil {
			t.Error(err)
		}
	}
	if got := tags(); !slices.Equal(got, []string{"busybox:1.37"}) {
		t.Errorf("%v", got)
	}
	if err := c.RemoveImage(ctx, "busybox:1.37"); err == nil {
		t.Error("an image in use was removed")
	}
	if err := c.RemoveContainer(ctx, "user"); err != nil {
		t.Error(err)
	}
	if err := c.RemoveImage(ctx, "busybox:1.37"); err != nil {
		t.Error(err)
	}
	if got := snapshot(t, c).Images; len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestPullAndLoad(t *testing.T) {
	e, ctx := enginetest.Start(t), t.Context()
	c := e.Client(t)
	go http.Serve(e.Listen(t, "127.0.0.1:5000"), registry.New()) //nolint:errcheck // it ends with the listener
	e.Build(t, enginetest.Busybox(t, "localhost:5000/busybox:1.37"))
	e.Docker(t, "push", "localhost:5000/busybox:1.37")
	e.Docker(t, "rmi", "localhost:5000/busybox:1.37")
	if len(snapshot(t, c).Images) != 0 {
		t.Fatal("still there")
	}
	var words []string
	err := c.PullImage(ctx, "localhost:5000/busybox:1.37", "", func(p engine.Progress) { words = append(words, p.Status) })
	if err != nil || !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, "complete") }) {
		t.Errorf("%v, %v", err, words)
	}
	if img, err := c.Image(ctx, "localhost:5000/busybox:1.37"); err != nil || img == nil || len(img.Digests) == 0 {
		t.Errorf("%+v, %v", img, err)
	}
	for _, bad := range []string{"localhost:5000/none:1", "localhost:5000/busybox:none"} {
		if err := c.PullImage(ctx, bad, "", nil); engine.KindOf(err) != engine.API {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if err := c.PullImage(ctx, "localhost:1/x:1", "", nil); engine.KindOf(err) != engine.API {
		t.Errorf("no registry there: %v", err)
	}
	if err := c.PullImage(ctx, "A b", "", nil); engine.KindOf(err) != engine.API {
		t.Errorf("no reference: %v", err)
	}
	if err := c.LoadImage(ctx, strings.NewReader("no archive"), nil); err == nil {
		t.Error("loaded what is no archive")
	}
}
