package lessons_test

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/naru-lab/naru/lessons"
)

const ko, en = lessons.Korean, lessons.English

func sample(t testing.TB) *lessons.Course {
	t.Helper()
	c, err := lessons.Open(os.DirFS("testdata/course"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sampleLesson(t testing.TB, values map[string]string) *lessons.Lesson {
	t.Helper()
	l, err := sample(t).Lesson("first", values)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestOpen(t *testing.T) {
	c := sample(t)
	if c.Name != "sample" || c.Version != "1" || c.Title.In(en) != "A sample" {
		t.Errorf("course: %q %q %q", c.Name, c.Version, c.Title)
	}
	want := lessons.Entry{
		ID: "first", Number: 10, Dir: "010-first",
		Title:    lessons.Text{ko: "볼륨", en: "Volumes"},
		Summary:  lessons.Text{ko: "컨테이너가 사라져도 남는 자리", en: "A place that outlives containers"},
		Minutes:  20 * time.Minute,
		Images:   []string{"busybox:1.37", "{{node}}"},
		Requires: lessons.Requires{Engine: "20.10", Memory: 64 << 20},
		Params: []lessons.Param{
			{Name: "port", Type: "port", Default: "8080"},
			{Name: "node", Type: "image", Default: "node:24-alpine", Platforms: map[string]string{"linux/arm/v7": "node:22-alpine"}},
		},
		Owns: lessons.Owns{
			Containers: []string{"web*", "image:hello-world"}, Images: []string{"hello:*"}, Volumes: []string{"note*"},
		},
		Langs: []lessons.Lang{ko, en},
	}
	got, ok := c.Entry("first")
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	if got := got.Params[1].For("linux/arm/v7"); got != "node:22-alpine" {
		t.Errorf("on armv7 the param is %q", got)
	}
	if got := got.Params[1].For("linux/amd64"); got != "node:24-alpine" {
		t.Errorf("on amd64 the param is %q", got)
	}
}

func TestLessonBlocks(t *testing.T) {
	l := sampleLesson(t, map[string]string{"port": "18080", "unknown": "passed over"})
	if len(l.Steps) != 2 || l.Step("keep") != l.Steps[0] || l.Step("none") != nil {
		t.Fatalf("steps: %v", l.Steps)
	}
	at := func(line int) lessons.Position { return lessons.Position{File: "010-first/ko.md", Line: line} }
	keep, ask := l.Steps[0], l.Steps[1]
	run := "$ docker volume create notes\nnotes\n$ docker run --name writer -p 18080:80 -v notes:/data \\\n" +
		"    busybox sh -c 'echo hello > /data/memo'\n$ docker ps --format '{{.Names}} {{port}}'\n" +
		"$ cat > note.txt <<EOF\n$ not a command\nEOF\n"
	want := &lessons.Step{
		Position: at(21), ID: "keep",
		Title:  lessons.Text{ko: "볼륨에 남기기", en: "Keep it in a volume"},
		Runs:   []lessons.Block{{Position: at(30), Lang: "console", Text: run}},
		Checks: lessons.Block{Position: at(41), Text: "- volume: notes\n- container: writer\n  ports: [\"18080:80\"]\n"},
		Solutions: []lessons.Block{
			{Position: at(61), Lang: "console", Text: "$ docker volume create notes\n"},
			{Position: at(65), Lang: "dockerfile", File: "Dockerfile", Text: "FROM node:24-alpine\n"},
		},
		Mistakes: []lessons.Mistake{
			{Position: at(69), Finding: "container.volumes", Blocks: []lessons.Block{
				{Position: at(69), Lang: "console", Text: "$ docker run --name writer -v note:/data busybox sh -c 'echo hello > /data/memo'\n"},
			}},
			{Position: at(73), ID: "crlf", Finding: "path.line_endings", Blocks: []lessons.Block{
				{Position: at(73), Lang: "console", Text: "$ true\n"},
				{Position: at(77), Lang: "sh", File: "bin/run.sh", Text: "echo hi\n"},
			}},
		},
	}
	if diff := cmp.Diff(want, keep, cmpopts.IgnoreFields(lessons.Step{}, "Body", "Hints")); diff != "" {
		t.Errorf("step (-want +got):\n%s", diff)
	}
	if len(keep.HintsIn(ko)) != 3 || len(keep.HintsIn(en)) != 3 {
		t.Errorf("hints: %d ko, %d en", len(keep.HintsIn(ko)), len(keep.HintsIn(en)))
	}
	quiz := &lessons.Quiz{
		Position: at(85), ID: "gone",
		Question: lessons.Text{
			ko: "`docker rm writer` 다음에 메모는 어떻게 되나요?",
			en: "What becomes of the memo after `docker rm writer`?",
		},
		Options: []lessons.Option{
			{
				Text:  lessons.Text{ko: "컨테이너와 함께 사라진다", en: "It goes with the container"},
				Reply: lessons.Text{ko: "아닙니다. `/data` 끝에 무엇이 걸려 있었나요?", en: "Not quite. What hung at the end of `/data`?"},
			},
			{
				Text:  lessons.Text{ko: "`notes`에 남는다", en: "It stays in `notes`"},
				Reply: lessons.Text{ko: "맞습니다.", en: "Right."}, Right: true,
			},
		},
	}
	if diff := cmp.Diff(quiz, ask.Quiz("gone")); diff != "" {
		t.Errorf("quiz (-want +got):\n%s", diff)
	}
	if !keep.Asks() || !ask.Asks() {
		t.Error("both steps ask for something")
	}
	if diff := cmp.Diff([]string{"busybox:1.37", "node:24-alpine"}, l.Images); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
	data, err := fs.ReadFile(l.Files(), "greeting.txt")
	if err != nil || string(data) != "hello\n" {
		t.Errorf("files: %q, %v", data, err)
	}
}

// TestLessonInLanguages: a language that isn't asked for isn't read; the
// original always is, and what is asked stays the same.
func TestLessonInLanguages(t *testing.T) {
	course, err := lessons.Open(os.DirFS("testdata/course"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := course.Lesson("first", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		asked []lessons.Lang
		title lessons.Text
	}{
		{[]lessons.Lang{ko}, lessons.Text{ko: "볼륨에 남기기"}},
		{[]lessons.Lang{en}, lessons.Text{ko: "볼륨에 남기기", en: "Keep it in a volume"}},
		{[]lessons.Lang{"fr"}, lessons.Text{ko: "볼륨에 남기기"}},
	} {
		l, err := course.Lesson("first", nil, row.asked...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.title, l.Steps[0].Title); diff != "" {
			t.Errorf("%v (-want +got):\n%s", row.asked, diff)
		}
		if l.Version != whole.Version || l.Steps[0].Checks != whole.Steps[0].Checks || len(l.Langs) != len(whole.Langs) {
			t.Errorf("%v: %+v", row.asked, l)
		}
	}
}

// TestVersion: it changes with what is asked, and with nothing else.
func TestVersion(t *testing.T) {
	src, err := os.ReadFile("testdata/course/010-first/ko.md")
	if err != nil {
		t.Fatal(err)
	}
	version := func(src string, values map[string]string) string {
		t.Helper()
		c, err := lessons.Open(fstest.MapFS{"010-first/ko.md": {Data: []byte(src)}})
		if err != nil {
			t.Fatal(err)
		}
		l, err := c.Lesson("first", values)
		if err != nil {
			t.Fatal(err)
		}
		return l.Version
	}
	base := version(string(src), nil)
	for _, row := range []struct {
		name, old, new string
		values         map[string]string
		same           bool
	}{
		{name: "nothing", same: true},
		{name: "another port", values: map[string]string{"port": "9"}, same: true},
		{name: "prose", old: "지운 컨테이너", new: "없앤 컨테이너", same: true},
		{name: "a hint", old: "볼륨에 이름을", new: "볼륨에 새 이름을", same: true},
		{name: "CRLF", old: "\n", new: "\r\n", same: true},
		{name: "a check", old: "- volume: notes", new: "- volume: note"},
		{name: "a question", old: "사라진다", new: "없어진다"},
		{name: "a step's id", old: "{#keep}", new: "{#kept}"},
	} {
		got := version(strings.ReplaceAll(string(src), row.old, row.new), row.values)
		if row.old == "" {
			got = version(string(src), row.values)
		}
		if (got == base) != row.same {
			t.Errorf("%s: version %s, base %s", row.name, got, base)
		}
	}
}

func TestLessonErrors(t *testing.T) {
	c := sample(t)
	var notFound *lessons.NotFoundError
	if _, err := c.Lesson("frist", nil); !errors.As(err, &notFound) || notFound.Near != "first" {
		t.Errorf("an unknown lesson: %v", err)
	}
	for _, port := range []string{"web", "0", "65536", "80\n80", ""} {
		if _, err := c.Lesson("first", map[string]string{"port": port}); err == nil {
			t.Errorf("port %q is taken", port)
		}
	}
}

// TestUnfinished: what an unfinished lesson lacks doesn't keep it from being
// played, what makes no sense does.
func TestUnfinished(t *testing.T) {
	fsys := fstest.MapFS{"010-a/ko.md": {Data: []byte("---\ntitle: a\n---\n## A {#a}\n\n```check\n- volume: a\n```\n")}}
	c, err := lessons.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Lesson("a", nil); err != nil {
		t.Error(err)
	}
	if errs := lessons.Lint(fsys, nil); len(errs) != 5 {
		t.Errorf("lint finds %d errors:\n%v", len(errs), errs)
	}
	fsys["010-a/ko.md"].Data = append(fsys["010-a/ko.md"].Data, "\n```console runn\n$ true\n```\n"...)
	var errs lessons.Errors
	if _, err := c.Lesson("a", nil); !errors.As(err, &errs) || len(errs) != 1 {
		t.Errorf("errors: %v", err)
	} else if got, want := errs.Under("content").Error(), `content/010-a/ko.md:10: unknown word "runn" after "console" (did you mean "run"?)`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestMissingTranslation: what a translation lacks is shown in the original.
func TestMissingTranslation(t *testing.T) {
	c, err := lessons.Open(fstest.MapFS{
		"010-a/ko.md": {Data: []byte("---\ntitle: 가\nsummary: 나\nminutes: 1\n---\n글\n\n## 다 {#a}\n\n글\n\n## 라 {#b}\n\n글\n")},
		"010-a/en.md": {Data: []byte("---\ntitle: A\nsummary: B\n---\ntext\n\n## B {#b}\n\ntext\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := c.Lesson("a", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Step("a").Title.In(en) + l.Step("b").Title.In(en); got != "다B" {
		t.Errorf("titles: %q", got)
	}
	if string(l.Step("a").Body.In(en).Source) == string(l.Step("b").Body.In(en).Source) {
		t.Error("the step's body isn't the original's")
	}
}
