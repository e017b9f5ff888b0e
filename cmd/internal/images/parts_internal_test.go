package images

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
)

func TestMerged(t *testing.T) {
	for in, want := range map[string]string{
		"bin/busybox": "usr/bin/busybox", "sbin/ldconfig": "usr/bin/ldconfig", "usr/sbin/nginx": "usr/bin/nginx",
		"lib/ld.so": "usr/lib/ld.so", "lib64/ld.so": "usr/lib64/ld.so", "usr/lib/a": "usr/lib/a", "etc/x": "etc/x",
		"": "", "bin": "usr/bin", "binary/x": "binary/x",
	} {
		if got := merged(in); got != want {
			t.Errorf("merged(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDrops(t *testing.T) {
	r := rules{drop: []string{"etc/nginx/nginx.conf", "usr/lib/gconv/"}}
	for name, want := range map[string]bool{
		"usr/share/doc/x/copyright": false, "usr/share/doc/x/changelog.gz": true, "usr/share/man/man1/x": true,
		"etc/nginx/nginx.conf": true, "etc/nginx/nginx.conf.d": false, "usr/lib/gconv/a": true, "usr/lib/gconvx": false,
		"usr/share/nodejs/npm/man/x": false,
	} {
		if got := r.drops(name); got != want {
			t.Errorf("drops(%q) = %v", name, got)
		}
	}
}

func TestParseURI(t *testing.T) {
	got, err := parseURI("'http://x/pool/z/zlib1g_1.2.deb' zlib1g_1%3a1.2.13.dfsg-1_amd64.deb 86684 SHA256:00\n")
	want := deb{file: "zlib1g_1%3a1.2.13.dfsg-1_amd64.deb", name: "zlib1g", version: "1:1.2.13.dfsg-1", size: 86684}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, line := range []string{"", "'x'", "'x' a_1_b.deb many", "'x' ../a_1_b.deb 1", "'x' a.deb 1"} {
		if _, err := parseURI(line); err == nil {
			t.Errorf("%q was read", line)
		}
	}
}

func FuzzParseURI(f *testing.F) {
	f.Add("'http://x/y' a_1_b.deb 1 SHA256:0")
	f.Fuzz(func(t *testing.T, line string) {
		d, err := parseURI(line)
		if err == nil && filepath.Base(d.file) != d.file {
			t.Errorf("%q leaves its folder", d.file)
		}
	})
}

func TestFitSources(t *testing.T) {
	other, native := "arm64", nativeArch()
	if native == "arm64" {
		other = "armhf"
	}
	const source = "Types: deb\nURIs: http://kr.archive.ubuntu.com/ubuntu/ http://security.ubuntu.com/ubuntu\nArchitectures: amd64\nSuites: noble\n" +
		"deb [arch=amd64 signed-by=/k] http://deb.debian.example/debian trixie main\ndeb [arch=amd64] http://x y z\n"
	const want = "Types: deb\nURIs: http://ports.ubuntu.com/ubuntu-ports/ http://ports.ubuntu.com/ubuntu-ports/\nSuites: noble\n" +
		"deb [ signed-by=/k] http://deb.debian.example/debian trixie main\ndeb  http://x y z\n"
	if diff := cmp.Diff(want, fitSources(source, other)); diff != "" {
		t.Error(diff)
	}
	if fitSources(source, native) != source {
		t.Error("the machine's own sources were changed")
	}
}

func TestApplets(t *testing.T) {
	got, err := applets([]byte("\x7fELF [\x00[[\x00no\x00 [\x00[[\x00adduser\x00ash\x00busybox\x00cat\x00sh\x00\x00more"))
	if err != nil || !slices.Equal(got, []string{"[", "[[", "ash", "cat", "sh"}) {
		t.Errorf("%q, %v", got, err)
	}
	for _, src := range []string{"", "\x00[\x00[[\x00sh\x00cat\x00\x00", "\x00[\x00[[\x00cat\x00\x00", "\x00[\x00[[\x00a b\x00sh\x00\x00", "[\x00[[\x00"} {
		if _, err := applets([]byte(src)); err == nil {
			t.Errorf("%q was read", src)
		}
	}
}

func TestUpstreamVersion(t *testing.T) {
	for version, want := range map[string]string{
		"1:1.22.1-9+deb12u11": "1.22.1", "18.20.4+dfsg-1~deb12u3": "18.20.4", "20.19.2": "20.19.2", "none": "",
	} {
		if got := upstreamVersion([]deb{{name: "x", version: version}}, "x"); got != want {
			t.Errorf("%q: %q", version, got)
		}
	}
}

// TestCopyTo holds what unpacking does with hostile and odd names.
func TestCopyTo(t *testing.T) {
	var src bytes.Buffer
	tw := tar.NewWriter(&src)
	add := func(h tar.Header, body string) {
		h.Size = int64(len(body))
		if err := tw.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(tw, body); err != nil {
			t.Fatal(err)
		}
	}
	add(tar.Header{Name: "./", Typeflag: tar.TypeDir}, "")
	add(tar.Header{Name: "./../../etc/evil", Typeflag: tar.TypeReg, Mode: 0o644}, "x")
	add(tar.Header{Name: "./bin/tool", Typeflag: tar.TypeReg, Mode: 0o4755}, "x")
	add(tar.Header{Name: "./usr/bin/tool", Typeflag: tar.TypeReg, Mode: 0o755}, "again")
	add(tar.Header{Name: "./usr/sbin/other", Typeflag: tar.TypeLink, Linkname: "./bin/tool"}, "")
	add(tar.Header{Name: "./usr/sbin/gone", Typeflag: tar.TypeLink, Linkname: "./usr/share/man/x"}, "")
	add(tar.Header{Name: "./lib/a", Typeflag: tar.TypeSymlink, Linkname: "../x"}, "")
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "layer")
	w, err := newLayer(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := (rules{}).copyTo(w, tar.NewReader(&src)); err != nil {
		t.Fatal(err)
	}
	l, err := w.close()
	if err != nil {
		t.Fatal(err)
	}
	body, err := l.Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = body.Close() }()
	var got []string
	for tr := tar.NewReader(body); ; {
		h, err := tr.Next()
		if err != nil {
			break
		}
		got = append(got, fmt.Sprintf("%c %s %o %s", h.Typeflag, h.Name, h.Mode, h.Linkname))
	}
	want := []string{
		"5 etc/ 755 ", "0 etc/evil 644 ", "5 usr/ 755 ", "5 usr/bin/ 755 ", "0 usr/bin/tool 4755 ",
		"1 usr/bin/other 755 usr/bin/tool", "5 usr/lib/ 755 ", "2 usr/lib/a 777 ../x",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTransfer(t *testing.T) {
	sum := &transfer{total: 100}
	for _, step := range []struct {
		p              engine.Progress
		changed        bool
		current, total int64
	}{
		{engine.Progress{Status: "Pulling from library/x", ID: "1.37"}, false, 0, 100},
		{engine.Progress{ID: "a", Current: 10, Total: 60}, true, 10, 100},
		{engine.Progress{ID: "b", Current: 70, Total: 70}, true, 80, 130},
		{engine.Progress{ID: "a", Current: 60, Total: 60}, true, 130, 130},
		{engine.Progress{ID: "a", Current: 1, Total: 60}, false, 130, 130}, // unpacking begins
	} {
		if got := sum.add(step.p); got != step.changed || sum.current() != step.current || sum.known() != step.total {
			t.Errorf("%+v: %v, %d of %d", step.p, got, sum.current(), sum.known())
		}
	}
}

func TestRuns(t *testing.T) {
	for _, row := range []struct {
		machine, img string
		want         bool
	}{
		{"linux/amd64", "linux/amd64", true},
		{"linux/amd64", "linux/386", true},
		{"linux/amd64", "linux/arm64", false},
		{"linux/arm64", "linux/amd64", false},
		{"linux/arm64", "linux/arm64/v8", true},
		{"linux/arm64", "linux/arm/v7", false},
		{"linux/arm/v7", "linux/arm/v6", true},
		{"linux/arm/v6", "linux/arm/v7", false},
		{"linux/arm/v7", "linux/arm64", false},
	} {
		machine, err := ParsePlatform(row.machine)
		if err != nil {
			t.Fatal(err)
		}
		img, err := ParsePlatform(row.img)
		if err != nil {
			t.Fatal(err)
		}
		if got := runs(machine, img); got != row.want {
			t.Errorf("%s on %s: %v", row.img, row.machine, got)
		}
	}
}
