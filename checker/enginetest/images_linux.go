package enginetest

import (
	"archive/tar"
	"bytes"
	"cmp"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Image is a small image to be made for a test.
type Image struct {
	Ref    string
	Config v1.Config
	Layers []Layer
}

// Layer is an image's layer: files by path. A path that ends in a slash is a
// folder.
type Layer map[string]File

// File is one file of a layer.
type File struct {
	Content string
	Link    string // what it points to, when it is a symbolic link
	Mode    int64  // 0: 0755 for folders, 0644 for files
	UID     int
}

// Busybox is an image under a reference of your choice that has a shell: the
// machine's own busybox, which must be linked statically (Debian:
// busybox-static). The test fails when there is none.
func Busybox(t testing.TB, ref string) Image {
	t.Helper()
	src, err := os.ReadFile("/bin/busybox")
	if err != nil || bytes.Contains(src[:min(len(src), 4096)], []byte("ld-linux")) {
		t.Fatalf("enginetest: there is no static /bin/busybox: install one (Debian: busybox-static), as `make test` does (%v)", err)
	}
	layer := Layer{
		"bin/busybox": {Content: string(src), Mode: 0o755},
		"etc/passwd":  {Content: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"},
		"etc/group":   {Content: "root:x:0:\nnogroup:x:65534:\n"},
		"tmp/":        {Mode: 0o1777},
		"root/":       {Mode: 0o700},
	}
	for _, applet := range []string{
		"cat", "chmod", "chown", "cp", "echo", "env", "false", "grep", "head", "httpd", "hostname", "ls", "ln", "mkdir", "mkfifo",
		"mv", "nc", "nslookup", "ping", "printf", "ps", "rm", "seq", "sh", "sleep", "stat", "tail", "test", "touch", "true",
		"uname", "wc", "wget", "whoami", "yes", "dd", "id", "kill", "trap", "tee", "truncate",
	} {
		layer["bin/"+applet] = File{Link: "busybox"}
	}
	return Image{
		Ref: ref, Layers: []Layer{layer},
		Config: v1.Config{Cmd: []string{"sh"}, Env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}},
	}
}

// Build makes images and loads them into the engine.
func (e *Engine) Build(t testing.TB, images ...Image) {
	t.Helper()
	for _, img := range images {
		built, err := img.build()
		if err != nil {
			t.Fatalf("enginetest: making image %q: %v", img.Ref, err)
		}
		ref, err := name.NewTag(img.Ref)
		if err != nil {
			t.Fatalf("enginetest: %v", err)
		}
		var archive bytes.Buffer
		if err := tarball.Write(ref, built, &archive); err != nil {
			t.Fatalf("enginetest: making image %q: %v", img.Ref, err)
		}
		e.load(t, &archive)
	}
}

// Load loads docker-archives, given by their paths.
func (e *Engine) Load(t testing.TB, archives ...string) {
	t.Helper()
	for _, path := range archives {
		f, err := os.Open(path)
		if err != nil {
			t.Fatalf("enginetest: %v", err)
		}
		e.load(t, f)
		_ = f.Close()
	}
}

func (e *Engine) load(t testing.TB, archive io.Reader) {
	t.Helper()
	if err := e.Client(t).LoadImage(t.Context(), archive, nil); err != nil {
		t.Fatalf("enginetest: %v", err)
	}
}

func (i Image) build() (v1.Image, error) {
	img := empty.Image
	for _, l := range i.Layers {
		src, err := l.tar()
		if err != nil {
			return nil, err
		}
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(src)), nil
		})
		if err != nil {
			return nil, err
		}
		if img, err = mutate.AppendLayers(img, layer); err != nil {
			return nil, err
		}
	}
	cfg, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	cfg = cfg.DeepCopy()
	cfg.Config, cfg.OS, cfg.Architecture = i.Config, "linux", runtime.GOARCH
	return mutate.ConfigFile(img, cfg)
}

func (l Layer) tar() ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, path := range slices.Sorted(maps.Keys(l)) {
		f := l[path]
		h := &tar.Header{Name: filepath.ToSlash(path), Mode: cmp.Or(f.Mode, 0o644), Uid: f.UID, Size: int64(len(f.Content))}
		switch {
		case f.Link != "":
			h.Typeflag, h.Linkname, h.Mode, h.Size = tar.TypeSymlink, f.Link, 0o777, 0
		case strings.HasSuffix(path, "/"):
			h.Typeflag, h.Mode = tar.TypeDir, cmp.Or(f.Mode, 0o755)
		default:
			h.Typeflag = tar.TypeReg
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := io.WriteString(w, f.Content); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}
