package learner_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker"
	"github.com/naru-lab/naru/cmd/internal/learner"
)

// everyKind is a record of each kind, so that a reading that is kept must hold
// all that they bring.
func everyKind() []learner.Record {
	at := time.Date(2026, 11, 3, 9, 0, 0, 123456789, time.UTC)
	evidence := []checker.Evidence{{Kind: "image", Name: "hello:1", ID: "sha256:1", At: at, Layers: []string{"sha256:2"}}}
	left := []learner.Object{{Kind: learner.KindImage, Name: "hello:1", ID: "sha256:1", Why: learner.Used, By: []string{"web"}}}
	return []learner.Record{
		{Time: at, Lesson: "old", Kind: learner.Started, Session: "s0", LessonVersion: "v0"},
		{Time: at, Lesson: "old", Kind: learner.Reset, Left: left},
		{Time: at, Lesson: "volumes", Kind: learner.Started, Session: "s", LessonVersion: "v", Engine: "e", Params: map[string]string{"port": "8081"}},
		{Time: at, Lesson: "volumes", Kind: learner.At, Step: "keep"},
		{Time: at, Lesson: "volumes", Kind: learner.Hinted, Step: "keep", Level: 2},
		{Time: at, Lesson: "volumes", Kind: learner.Solution, Step: "keep"},
		{Time: at, Lesson: "volumes", Kind: learner.Answered, Step: "quiz", Question: "q", Choices: []int{0, 2}, Right: true},
		{Time: at, Lesson: "volumes", Kind: learner.Answered, Step: "quiz", Question: "open", Text: "6.12"},
		{Time: at, Lesson: "volumes", Kind: learner.Passed, Step: "keep", LessonVersion: "v", Engine: "e", Evidence: evidence},
	}
}

// long gives a store whose journal is long enough for a reading to be kept,
// and the file that the reading is kept in.
func long(t *testing.T) (s *learner.Store, journal, kept string) {
	t.Helper()
	s, journal = open(t)
	appendAll(t, s, everyKind()...)
	line, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	tries := bytes.Repeat([]byte(`{"v":1,"time":"2026-11-03T09:00:00Z","course":"naru","lesson":"volumes","kind":"tried","step":"share"}`+"\n"), 7000)
	if err := os.WriteFile(journal, append(line, tries...), 0o600); err != nil {
		t.Fatal(err)
	}
	appendAll(t, s, tried(1))
	kept = filepath.Join(filepath.Dir(journal), "progress", "naru.json")
	if info, err := os.Stat(kept); err != nil || info.Mode().Perm() != 0o600 || info.Size() > 10_000 {
		t.Fatalf("what was read is not kept: %v, %v", info, err)
	}
	return s, journal, kept
}

// again opens the store of a journal as the next program does.
func again(t *testing.T, journal string) *learner.Store {
	t.Helper()
	s, err := learner.Open(dirsIn(filepath.Dir(filepath.Dir(journal))), "naru")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// anew is the progress of a journal that nobody has read before.
func anew(t *testing.T, journal string) *learner.Progress {
	t.Helper()
	data, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	s, copied := open(t)
	if err := os.MkdirAll(filepath.Dir(copied), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return progress(t, s)
}

// TestReadingIsKept holds that what was kept of a reading makes no difference
// to what the journal tells, whatever becomes of either.
func TestReadingIsKept(t *testing.T) {
	replace := func(old, with string) func(string) string {
		return func(s string) string {
			if len(old) != len(with) || !strings.Contains(s, old) {
				panic("the file's length is to stay")
			}
			return strings.Replace(s, old, with, 1)
		}
	}
	for name, tt := range map[string]struct{ journal, kept func(string) string }{
		"as it is":                  {},
		"more":                      {journal: func(s string) string { return s + s }},
		"torn":                      {journal: func(s string) string { return s[:len(s)-7] }},
		"shorter":                   {journal: func(s string) string { return s[:len(s)/2] }},
		"edited, as long as before": {journal: replace(`"kind":"hint"`, `"kind":"HINT"`)},
		"edited, near its end":      {journal: func(s string) string { return s[:len(s)-400] + replace("tried", "trial")(s[len(s)-400:]) }},
		"a line taken out":          {journal: func(s string) string { _, rest, _ := strings.Cut(s, "\n"); return rest }},
		"empty":                     {journal: func(string) string { return "" }},
		"another program's":         {kept: func(s string) string { return replace(`"made":"`+s[9:13], `"made":"0000`)(s) }},
		"no reading":                {kept: func(string) string { return "" }},
		"half a reading":            {kept: func(s string) string { return s[:len(s)/2] }},
		"another reading":           {kept: func(string) string { return `{"progress":null}` }},
		"a reading of nothing":      {kept: func(string) string { return "null" }},
		"another course's":          {kept: replace(`"Course":"naru"`, `"Course":"mine"`)},
		"a place that isn't there":  {kept: func(s string) string { return strings.Replace(s, `"upTo":`, `"upTo":9`, 1) }},
		"a place before it":         {kept: func(s string) string { return strings.Replace(s, `"upTo":`, `"upTo":-`, 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			running, journal, kept := long(t)
			for file, change := range map[string]func(string) string{journal: tt.journal, kept: tt.kept} {
				if change == nil {
					continue
				}
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(change(string(data))), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want := anew(t, journal)
			next := again(t, journal)
			for what, s := range map[string]*learner.Store{"the next program": next, "the one that runs": running} {
				if diff := cmp.Diff(want, progress(t, s)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", what, diff)
				}
			}
			appendAll(t, next, everyKind()...)
			want = anew(t, journal)
			for what, s := range map[string]*learner.Store{"the next program": next, "the one that runs": running, "the one after": again(t, journal)} {
				if diff := cmp.Diff(want, progress(t, s)); diff != "" {
					t.Errorf("%s, after more was written (-want +got):\n%s", what, diff)
				}
			}
		})
	}
	t.Run("where it can't be kept", func(t *testing.T) {
		_, journal, kept := long(t)
		dir := filepath.Dir(kept)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		next := again(t, journal)
		appendAll(t, next, tried(2))
		if diff := cmp.Diff(anew(t, journal), progress(t, next)); diff != "" {
			t.Errorf("progress (-want +got):\n%s", diff)
		}
	})
}

// TestReadingOn has two programs write and read in turns, each seeing at once
// what the other wrote.
func TestReadingOn(t *testing.T) {
	one, journal := open(t)
	two := again(t, journal)
	kinds := everyKind()
	random := rand.New(rand.NewPCG(1, 2)) // the same in each run
	for i := range 300 {
		writer, reader := one, two
		if random.IntN(2) == 0 {
			writer, reader = two, one
		}
		r := kinds[random.IntN(len(kinds))]
		r.Step = fmt.Sprint(r.Step, random.IntN(3))
		appendAll(t, writer, r)
		if i%10 > 0 {
			continue
		}
		if diff := cmp.Diff(anew(t, journal), progress(t, reader)); diff != "" {
			t.Fatalf("after %d records (-want +got):\n%s", i+1, diff)
		}
	}
}

// TestProgressIsTheCallersOwn changes all that a progress holds.
func TestProgressIsTheCallersOwn(t *testing.T) {
	s, journal := open(t)
	appendAll(t, s, everyKind()...)
	got := progress(t, s)
	delete(got.Lessons["volumes"].Steps, "quiz")
	keep := got.Lessons["volumes"].Steps["keep"]
	keep.Passes[0].Version, keep.Tries = "x", 9
	keep.Answers["new"] = learner.Answer{}
	got.Lessons["volumes"].Params["port"] = "1"
	got.Lessons["old"].Left[0].Name = "x"
	delete(got.Lessons, "old")
	if diff := cmp.Diff(anew(t, journal), progress(t, s)); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}
