package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/checker/enginetest"
)

// memory remembers what it is told, and counts.
type memory struct {
	known map[string]*engine.Info
	told  int
}

func (m *memory) Recall(mark string) *engine.Info { return m.known[mark] }

func (m *memory) Remember(mark string, who *engine.Info) {
	m.known[mark] = who
	m.told++
}

func TestRecognize(t *testing.T) {
	e := enginetest.Start(t)
	m := &memory{known: map[string]*engine.Info{}}
	recognize := func() *engine.Info {
		t.Helper()
		who, err := e.Client(t).Recognize(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		return who
	}
	asked := recognize()
	want := &engine.Info{
		ID: asked.ID, Name: asked.Name, RootDir: asked.RootDir, Version: asked.Version, APIVersion: asked.APIVersion,
	}
	if want.ID == "" || want.Version == "" || len(m.known) != 1 {
		t.Fatalf("%+v, %+v", asked, m)
	}
	if diff := cmp.Diff(want, recognize()); diff != "" || m.told != 1 {
		t.Errorf("told %d times; at first (-), remembered (+):\n%s", m.told, diff)
	}
	e.Restart(t)
	if diff := cmp.Diff(want, recognize()); diff != "" || m.told != 1 {
		t.Errorf("after a restart, told %d times (-want +got):\n%s", m.told, diff)
	}
	// Another engine shows another mark.
	if _, err := shared(t).Client(t).Recognize(t.Context(), m); err != nil || len(m.known) != 2 {
		t.Errorf("%v, %+v", err, m)
	}
}
