package learner_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/cmd/internal/learner"
)

// FuzzJournal appends to any file at all: reading never fails, nothing that
// could be read before is lost, and what is appended can be read.
func FuzzJournal(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte(`{"v":1,"time":"2026-11-03T09:00:00Z","course":"naru","lesson":"volumes","kind":"started","session":"s","params":{"port":"8080"},"engine":"e"}` + "\n"))
	f.Add([]byte(`{"v":1,"course":"naru","lesson":"volumes","kind":"passed","step":"keep","evidence":[{"kind":"volume","name":"notes","id":"1"}]}` + "\n" + `{"v":1,"cour`))
	f.Add([]byte(`{"v":1,"course":"naru","lesson":"volumes","kind":"reset","left":[{"kind":"image","id":"x","by":["web"]}]}` + "\n"))
	f.Add([]byte(`{"v":1,"course":"naru","lesson":"volumes","kind":"hint","step":"keep","level":-3}` + "\r\n\x00\x00"))
	f.Add([]byte(`{"v":1,"course":"naru","lesson":"volumes","kind":"answered","step":"keep","question":"q","choices":[9,-1]}`))
	f.Add([]byte(`{"v":2,"kind":7}` + "\n" + `{"v":1,"course":"naru","lesson":"volumes","kind":"at","step":"keep"}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		s, err := learner.Open(dirsIn(dir), "naru")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "state", "journal.jsonl")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		before := progress(t, s)
		for _, l := range before.Lessons {
			l.Evidence("e", "keep", "none")
		}
		appendAll(t, s, learner.Record{Lesson: "fuzzed", Step: "one", Kind: learner.Passed, LessonVersion: "v"})
		after := progress(t, s)
		if !after.Of("fuzzed").Of("one").PassedVersion("v") {
			t.Error("what was appended can't be read")
		}
		for id, l := range before.Lessons {
			for step, of := range l.Steps {
				if got := after.Of(id).Of(step); id != "fuzzed" && len(got.Passes) != len(of.Passes) {
					t.Errorf("%s/%s: %d passes, %d before", id, step, len(got.Passes), len(of.Passes))
				}
			}
		}
		if diff := cmp.Diff(anew(t, path), after); diff != "" {
			t.Errorf("reading on isn't reading anew (-anew +on):\n%s", diff)
		}
		if raw, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(raw, data) {
			t.Errorf("appending changed what was there (%v)", err)
		}
	})
}
