package lessons_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/naru-lab/naru/lessons"
)

const goodFront = "---\ntitle: a\nsummary: b\nminutes: 1\nparams: [{name: port, type: port, default: 8080}]\n---\n"

// seeds are the files called name of all broken courses and of the good one.
func seeds(f *testing.F, name string) (out [][]byte) {
	f.Helper()
	archives, err := filepath.Glob("testdata/lint/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, archive := range archives {
		a, err := txtar.ParseFile(archive)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if strings.HasSuffix(file.Name, name) {
				out = append(out, file.Data)
			}
		}
	}
	src, err := os.ReadFile(filepath.Join("testdata/course/010-first", name))
	if err != nil {
		f.Fatal(err)
	}
	return append(out, src)
}

// checkErrors holds that errors are in order and point into their files.
func checkErrors(t *testing.T, fsys fstest.MapFS, errs lessons.Errors) {
	t.Helper()
	for i, e := range errs {
		file, ok := fsys[e.File]
		if ok && e.Line > bytes.Count(file.Data, []byte("\n"))+1 {
			t.Errorf("line %d is beyond the end of %s: %v", e.Line, e.File, e)
		}
		if ok && e.Line < 1 || e.Message == "" {
			t.Errorf("an error without a line or a message: %v", e)
		}
		if i > 0 && (errs[i-1].File > e.File || errs[i-1].File == e.File && errs[i-1].Line > e.Line) {
			t.Errorf("%v stands before %v", errs[i-1], e)
		}
	}
}

// FuzzLesson: whatever a lesson's and a translation's body hold, reading them
// ends, errors point at lines that exist, and a lesson without errors is whole.
func FuzzLesson(f *testing.F) {
	for _, src := range seeds(f, "ko.md") {
		f.Add(src, src)
	}
	for _, src := range seeds(f, "en.md") {
		f.Add(src, src)
	}
	f.Fuzz(func(t *testing.T, ko, en []byte) {
		fsys := fstest.MapFS{
			"010-a/ko.md": {Data: append([]byte(goodFront), ko...)},
			"010-a/en.md": {Data: append([]byte("---\ntitle: a\nsummary: b\n---\n"), en...)},
		}
		errs := lessons.Lint(fsys, func(b lessons.Block) []lessons.Issue {
			return []lessons.Issue{{Line: 1 + strings.Count(strings.TrimSuffix(b.Text, "\n"), "\n"), Message: "its last line"}}
		})
		checkErrors(t, fsys, errs)
		c, err := lessons.Open(fsys)
		if err != nil {
			t.Fatalf("the front matter is good, but: %v", err)
		}
		l, err := c.Lesson("a", map[string]string{"port": "1"})
		if err != nil {
			return
		}
		again, err := c.Lesson("a", map[string]string{"port": "65535"})
		if err != nil || again.Version != l.Version {
			t.Errorf("another port makes another lesson: %v", err)
		}
		for _, s := range l.Steps {
			whole(t, s)
		}
	})
}

func whole(t *testing.T, s *lessons.Step) {
	t.Helper()
	if s.ID == "" || s.Title[lessons.Korean] == "" {
		t.Errorf("a step without an id or a title: %+v", s)
	}
	for _, q := range s.Quizzes {
		if len(q.Options) < 2 || q.Question[lessons.Korean] == "" {
			t.Errorf("half a question: %+v", q)
		}
	}
	blocks := append(append([]lessons.Block{}, s.Runs...), s.Solutions...)
	for _, m := range s.Mistakes {
		if m.Finding == "" || len(m.Blocks) == 0 {
			t.Errorf("half a mistake: %+v", m)
		}
		blocks = append(blocks, m.Blocks...)
	}
	for _, b := range blocks {
		if b.File == "" && strings.TrimSpace(b.Text) != "" && len(lessons.Commands(b)) == 0 {
			t.Errorf("a block does nothing: %+v", b)
		}
		if strings.HasPrefix(b.File, "/") || strings.Contains("/"+b.File+"/", "/../") {
			t.Errorf("%q leaves the workspace", b.File)
		}
	}
}

// FuzzFrontMatter: whatever stands in front matter, reading it ends, errors
// point at lines that exist, and what is accepted keeps its promises.
func FuzzFrontMatter(f *testing.F) {
	for _, src := range seeds(f, "ko.md") {
		f.Add(src, []byte("name: a\n"))
	}
	f.Add([]byte(goodFront), []byte("title: {ko: a, en: b}\n"))
	f.Fuzz(func(t *testing.T, src, course []byte) {
		fsys := fstest.MapFS{"course.yaml": {Data: course}, "010-a/ko.md": {Data: src}, "010-a/en.md": {Data: src}}
		checkErrors(t, fsys, lessons.Lint(fsys, nil))
		c, err := lessons.Open(fsys)
		if err != nil {
			var errs lessons.Errors
			if !errors.As(err, &errs) {
				t.Errorf("the error is a %T", err)
			}
			return
		}
		for _, e := range c.Entries {
			for _, p := range e.Params {
				if p.Name == "" || p.Default == "" {
					t.Errorf("half a param: %+v", p)
				}
			}
			for _, s := range []string{e.Title[lessons.Korean], e.Summary[lessons.Korean]} {
				if strings.ContainsAny(s, "\x1b\n\r\x00") {
					t.Errorf("a control character in %q", s)
				}
			}
			if e.Minutes < 0 || e.Requires.Memory < 0 {
				t.Errorf("negative: %+v", e)
			}
		}
	})
}
