package images_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/cmd/internal/images"
)

func TestCourse(t *testing.T) {
	for _, img := range images.Course().Images {
		if img.Size.Download <= 0 || img.Size.Unpacked < img.Size.Download {
			t.Errorf("%s: sizes %d and %d", img.Ref, img.Size.Download, img.Size.Unpacked)
		}
		if len(img.Relies.Cmd) == 0 || img.Relies.Env["PATH"] == "" {
			t.Errorf("%s: no command or no PATH", img.Ref)
		}
	}
	img, ok := images.Course().Find("docker.io/library/busybox:1.37")
	if !ok || img.Ref != "busybox:1.37" || img.Size.Download != 2_200_000 {
		t.Errorf("found %v, %v", img.Ref, ok)
	}
	if _, ok := images.Course().Find("busybox"); ok {
		t.Error("busybox:latest is not busybox:1.37")
	}
}

func TestParseCatalogueStrictly(t *testing.T) {
	for name, row := range map[string]struct{ src, want string }{
		"unknown field": {"images: [{ref: a:1, platforms: [linux/amd64], colour: red}]", "colour"},
		"no platform":   {"images: [{ref: a:1}]", "no platforms"},
		"bad platform":  {"images: [{ref: a:1, platforms: [windows]}]", `"windows"`},
		"long form":     {"images: [{ref: docker.io/library/a:1, platforms: [linux/amd64]}]", `"a:1"`},
		"no tag":        {"images: [{ref: a, platforms: [linux/amd64]}]", `"a:latest"`},
		"twice":         {"images: [{ref: a:1, platforms: [linux/amd64]}, {ref: a:1, platforms: [linux/amd64]}]", "twice"},
		"size":          {"images: [{ref: a:1, platforms: [linux/amd64], size: {download: much}}]", "much"},
		"no reference":  {"images: [{ref: A:1, platforms: [linux/amd64]}]", `"A:1"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := images.ParseCatalogue([]byte(row.src))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("error %v, want one with %q", err, row.want)
			}
		})
	}
}

func TestParsePlatform(t *testing.T) {
	got := map[string]string{}
	for _, s := range []string{"linux/amd64", "linux/arm64/v8", "linux/arm64", "linux/arm", "linux/arm/v6", "amd64", "linux/", "windows/amd64", "linux/a/b/c"} {
		p, err := images.ParsePlatform(s)
		if err == nil {
			got[s] = p.String()
		}
	}
	want := map[string]string{
		"linux/amd64": "linux/amd64", "linux/arm64/v8": "linux/arm64", "linux/arm64": "linux/arm64",
		"linux/arm": "linux/arm/v7", "linux/arm/v6": "linux/arm/v6",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
