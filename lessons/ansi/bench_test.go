package ansi_test

import (
	"io"
	"os"
	"testing"

	"github.com/naru-lab/naru/lessons/ansi"
)

func BenchmarkRender(b *testing.B) {
	src, err := os.ReadFile("testdata/prose.ko.md")
	if err != nil {
		b.Fatal(err)
	}
	page := body(string(src))
	for name, opts := range map[string]ansi.Options{"plain": {}, "color": {Color: true, Hyperlinks: true}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if err := ansi.Render(io.Discard, page, opts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
