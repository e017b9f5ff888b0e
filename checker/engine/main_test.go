package engine_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/enginetest"
)

var update = flag.Bool("update", false, "write golden files")

func TestMain(m *testing.M) { os.Exit(enginetest.Run(m)) }

// shared is the test binary's engine, with busybox loaded.
func shared(t testing.TB) *enginetest.Engine {
	t.Helper()
	e := enginetest.Shared(t)
	if _, err := e.TryDocker(t.Context(), "image", "inspect", "busybox:1.37"); err != nil {
		e.Build(t, enginetest.Busybox(t, "busybox:1.37"))
	}
	return e
}

// golden compares a value with testdata/NAME.json. The same file holds for
// every engine: that is the point of the nouns.
func golden(t *testing.T, name string, value any) {
	t.Helper()
	got, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(bytes.TrimSpace(want)), string(got)); diff != "" {
		t.Errorf("%s differs from the golden noun (-want +got):\n%s", name, diff)
	}
}

// eventually waits until ok says so.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	late := time.NewTimer(15 * time.Second)
	defer late.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatalf("%s: not within 15 s", what)
		}
	}
}
