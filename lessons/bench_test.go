package lessons_test

import (
	"fmt"
	"os"
	"testing"
	"testing/fstest"

	"github.com/naru-lab/naru/lessons"
)

// bigCourse is the sample lesson eleven times, as many as the curriculum has.
func bigCourse(b *testing.B) fstest.MapFS {
	b.Helper()
	fsys := fstest.MapFS{}
	for _, name := range []string{"ko.md", "en.md"} {
		src, err := os.ReadFile("testdata/course/010-first/" + name)
		if err != nil {
			b.Fatal(err)
		}
		for i := 1; i <= 11; i++ {
			fsys[fmt.Sprintf("%03d-lesson%d/%s", i, i, name)] = &fstest.MapFile{Data: src}
		}
	}
	return fsys
}

// BenchmarkOpen is what every start of naru pays: eleven lessons' front matter.
func BenchmarkOpen(b *testing.B) {
	fsys := bigCourse(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lessons.Open(fsys); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLesson reads one lesson whole, both languages, parser included.
func BenchmarkLesson(b *testing.B) {
	fsys := os.DirFS("testdata/course")
	b.ReportAllocs()
	for b.Loop() {
		c, err := lessons.Open(fsys)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Lesson("first", nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLint(b *testing.B) {
	fsys := bigCourse(b)
	b.ReportAllocs()
	for b.Loop() {
		if errs := lessons.Lint(fsys, nil); len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}
