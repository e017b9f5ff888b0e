package learner_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

func TestBaselineIsKept(t *testing.T) {
	s, journal := open(t)
	info := &engine.Info{ID: "A:B", Name: "box", Version: "28.5.2"}
	key := learner.EngineKey(info)
	w := learner.World{
		Containers: []engine.Summary{{ID: "c1", Name: "web"}},
		Volumes:    []engine.Volume{{Name: "notes", Created: time.Unix(7, 0).UTC()}},
		Networks:   []engine.Network{{ID: "n1", Name: "front"}},
		Images:     []engine.ImageSummary{{ID: "i1", Tags: []string{"hello:1.0"}}, {ID: "i2"}},
	}
	if b, err := s.Baseline("volumes", "s1", key); b != nil || err != nil {
		t.Errorf("before any: %v, %v", b, err)
	}
	b := learner.NewBaseline("volumes", "s1", time.Unix(9, 0).UTC(), info, w, nil)
	if err := s.SaveBaseline(b); err != nil {
		t.Fatal(err)
	}
	got, err := s.Baseline("volumes", "s1", key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, got); diff != "" {
		t.Errorf("baseline (-want +got):\n%s", diff)
	}
	if !s.HasBaseline("volumes", "s1", key) || s.HasBaseline("volumes", "s2", key) || s.HasBaseline("volumes", "", key) {
		t.Error("HasBaseline")
	}

	other := learner.NewBaseline("volumes", "s1", time.Unix(9, 0), &engine.Info{ID: "C", Platform: "Docker Desktop", Version: "4"}, w, nil)
	if err := s.SaveBaseline(other); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Docker Desktop 4"}, s.OtherBaselines("volumes", "s1", key)); diff != "" {
		t.Errorf("other engines (-want +got):\n%s", diff)
	}

	folder := filepath.Join(filepath.Dir(journal), "baseline", "naru", "volumes")
	if err := os.WriteFile(filepath.Join(folder, "s1."+key+".json"), []byte(`{"v":1,`), 0o600); err != nil {
		t.Fatal(err)
	}
	var berr *learner.BaselineError
	if _, err := s.Baseline("volumes", "s1", key); !errors.As(err, &berr) {
		t.Errorf("a torn baseline: %v", err)
	}

	// Another start forgets those of the one before.
	if err := s.SaveBaseline(learner.NewBaseline("volumes", "s2", time.Unix(9, 0), info, w, nil)); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("%d baselines are left, want one", len(left))
	}
	for range 2 {
		if err := s.DropBaseline("volumes", "s2", key); err != nil {
			t.Error(err)
		}
	}
	if s.HasBaseline("volumes", "s2", key) {
		t.Error("it is still there")
	}
}

func TestEngineKey(t *testing.T) {
	a := &engine.Info{ID: "A:B:C", Name: "x", RootDir: "/var/lib/docker"}
	podman := &engine.Info{ID: "random1", Podman: true, Name: "x", RootDir: "/p"}
	same := *podman
	same.ID = "random2"
	if learner.EngineKey(a) == learner.EngineKey(podman) || learner.EngineKey(podman) != learner.EngineKey(&same) {
		t.Error("keys")
	}
	if learner.EngineKey(nil) != "" {
		t.Error("no engine has a key")
	}
}
