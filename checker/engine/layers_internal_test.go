package engine

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// tarOf packs files, given as name and content; a content that begins with
// "->" is a link.
func tarOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		name, text := files[i], files[i+1]
		h := &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))}
		if len(text) > 2 && text[:2] == "->" {
			h.Typeflag, h.Linkname, h.Size, text = tar.TypeSymlink, text[2:], 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zstandard(t testing.TB, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

// TestSaved reads images as engines give them.
func TestSaved(t *testing.T) {
	with, hidden := tarOf(t, "app/public", "p", "app/secret", "s"), tarOf(t, "app/.wh.secret", "")
	for name, c := range map[string]struct {
		image []byte
		want  []int
	}{
		"Engine 20.10": {tarOf(t,
			"a/VERSION", "1.0", "a/layer.tar", string(with), "b/layer.tar", string(hidden), "x.json", "{}",
			"manifest.json", `[{"Config":"x.json","Layers":["a/layer.tar","b/layer.tar"]}]`), []int{0}},
		"Engine 25": {tarOf(t,
			"blobs/sha256/c", "{}", "blobs/sha256/b", string(hidden), "blobs/sha256/a", string(with),
			"manifest.json", `[{"Layers":["blobs/sha256/b","blobs/sha256/a","blobs/sha256/b"]}]`), []int{1}},
		"packed": {tarOf(t,
			"blobs/sha256/a", string(gzipped(t, with)), "blobs/sha256/b", string(zstandard(t, with)), "blobs/sha256/c", string(gzipped(t, hidden)),
			"manifest.json", `[{"Layers":["blobs/sha256/a","blobs/sha256/b","blobs/sha256/c"]}]`), []int{0, 1}},
		"a layer that comes twice": {tarOf(t,
			"a/layer.tar", string(with), "b/layer.tar", "->../a/layer.tar",
			"manifest.json", `[{"Layers":["a/layer.tar","b/layer.tar"]}]`), []int{0, 1}},
		"an empty layer": {tarOf(t,
			"a/layer.tar", string(tarOf(t)), "b/layer.tar", string(with),
			"manifest.json", `[{"Layers":["a/layer.tar","b/layer.tar"]}]`), []int{1}},
	} {
		s := saved{want: "/app/secret", left: layersLimit, held: map[string]bool{}, links: map[string]string{}}
		if err := s.read(bytes.NewReader(c.image)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got, err := s.layers()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestSavedInPart: what could not be read whole is never an answer.
func TestSavedInPart(t *testing.T) {
	with := tarOf(t, "app/other", "s", "app/secret", "s")
	manifest := `[{"Layers":["a/layer.tar","b/layer.tar"]}]`
	whole := tarOf(t, "a/layer.tar", string(tarOf(t, "x", "y")), "b/layer.tar", string(with), "manifest.json", manifest)
	for name, c := range map[string]struct {
		image []byte
		left  int64
	}{
		"a layer is missing":     {tarOf(t, "a/layer.tar", string(with), "manifest.json", manifest), layersLimit},
		"the manifest is":        {tarOf(t, "a/layer.tar", string(with), "b/layer.tar", string(with)), layersLimit},
		"it is cut off":          {whole[:len(whole)-3000], layersLimit},
		"a layer is no tar":      {tarOf(t, "a/layer.tar", "no tar at all", "b/layer.tar", string(with), "manifest.json", manifest), layersLimit},
		"it is larger than ever": {whole, 600},
	} {
		s := saved{want: "/app/secret", left: c.left, held: map[string]bool{}, links: map[string]string{}}
		err := s.read(bytes.NewReader(c.image))
		if err == nil {
			_, err = s.layers()
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
