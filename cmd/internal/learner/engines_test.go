package learner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

func TestEnginesAreRemembered(t *testing.T) {
	dirs := learner.Dirs{State: filepath.Join(t.TempDir(), "state"), Workspaces: t.TempDir()}
	open := func() *learner.Store {
		t.Helper()
		s, err := learner.Open(dirs, "naru")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if got := open().Recall("m"); got != nil {
		t.Errorf("recalls %+v of nothing", got)
	}
	box := &engine.Info{ID: "A", Name: "box", RootDir: "/r", Version: "28.5.2"}
	open().Remember("m", box)
	open().Remember("p", &engine.Info{ID: "B", Podman: true})
	got := open().Recall("m")
	if diff := cmp.Diff(&engine.Info{ID: "A", Name: "box", RootDir: "/r"}, got); diff != "" {
		t.Errorf("recalled (-want +got):\n%s", diff)
	}
	if learner.EngineKey(got) != learner.EngineKey(box) {
		t.Error("it has another key than it had")
	}
	if got := open().Recall("p"); got != nil {
		t.Errorf("recalls Podman: %+v", got)
	}
	file := filepath.Join(dirs.State, "engines.json")
	for _, bad := range []string{"", "{", "[]", `{"v":99,"known":{"m":{"id":"A"}}}`, `{"v":1,"known":null}`, "\x00"} {
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := open().Recall("m"); got != nil {
			t.Errorf("%q: recalls %+v", bad, got)
		}
		open().Remember("m", box)
		if open().Recall("m") == nil {
			t.Errorf("%q: remembers nothing any more", bad)
		}
	}
	for i := range 100 {
		open().Remember(fmt.Sprint(i), box)
	}
	if open().Recall("99") == nil {
		t.Error("the last of many is forgotten")
	}
	if info, err := os.Stat(file); err != nil || info.Size() > 4<<10 || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}
