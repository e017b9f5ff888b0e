package ansi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/naru-lab/naru/lessons"
	"github.com/naru-lab/naru/lessons/ansi"
)

// FuzzRender: whatever markdown there is, at whatever width and in whatever
// look, rendering ends and the terminal is sent nothing but text and the
// renderer's own sequences.
func FuzzRender(f *testing.F) {
	pages, err := filepath.Glob("testdata/*.md")
	if err != nil {
		f.Fatal(err)
	}
	for i, page := range pages {
		src, err := os.ReadFile(page)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src), 20*i, byte(i))
	}
	f.Add("\x1b[31m `\x9b` &#27; [a](http://a\x1b) <b\x07>", 40, byte(3))
	f.Fuzz(func(t *testing.T, src string, width int, look byte) {
		opts := ansi.Options{
			Width: width % 1000, Color: look&1 != 0, Hyperlinks: look&2 != 0, ASCII: look&4 != 0, Words: look&8 != 0,
			Lang: lessons.Korean, Answers: map[string][]int{"a": {0, 1}, "q": {1}},
		}
		if look&16 != 0 {
			opts.Lang = lessons.English
		}
		for _, out := range []string{render(t, src, opts), ansi.Inline(src, opts)} {
			if err := sane(out, opts); err != nil {
				t.Error(err)
			}
		}
		wrapped := ansi.Wrap(src, width%1000)
		if err := sane(wrapped, ansi.Options{}); err != nil {
			t.Error(err)
		}
		if strings.Join(strings.Fields(ansi.Wrap(src, 1000)), "") != strings.Join(strings.Fields(wrapped), "") {
			t.Errorf("wrapping loses text: %q", wrapped)
		}
	})
}
