package images

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// epoch is the time of every file and image made here, so that the same
// packages give the same bytes.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// layer is a finished layer in a file: compressed, with its digests known, so
// that nothing reads it again to find them.
type layer struct {
	path   string
	digest v1.Hash // of the compressed bytes
	diffID v1.Hash // of the tar
	size   int64   // compressed bytes
}

// Digest implements v1.Layer.
func (l *layer) Digest() (v1.Hash, error) { return l.digest, nil }

// DiffID implements v1.Layer.
func (l *layer) DiffID() (v1.Hash, error) { return l.diffID, nil }

// Size implements v1.Layer.
func (l *layer) Size() (int64, error) { return l.size, nil }

// MediaType implements v1.Layer.
func (l *layer) MediaType() (types.MediaType, error) { return types.DockerLayer, nil }

// Compressed implements v1.Layer.
func (l *layer) Compressed() (io.ReadCloser, error) { return os.Open(l.path) }

// Uncompressed implements v1.Layer.
func (l *layer) Uncompressed() (io.ReadCloser, error) { return gunzip(l.path) }

func gunzip(file string) (io.ReadCloser, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}

// layerWriter writes a layer as a stream: nothing of a file's content is held
// in memory. Paths are relative to the root, without a leading slash.
// The first error stays and is returned by close.
type layerWriter struct {
	file   *os.File
	gz     *gzip.Writer
	tar    *tar.Writer
	diff   hash.Hash // of the tar
	sum    hash.Hash // of the compressed bytes
	seen   map[string]bool
	nbytes int64 // of the files' content
	err    error
}

func newLayer(file string) (*layerWriter, error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("creating a layer: %w", err)
	}
	w := &layerWriter{file: f, diff: sha256.New(), sum: sha256.New(), seen: map[string]bool{}}
	w.gz, _ = gzip.NewWriterLevel(io.MultiWriter(f, w.sum), gzip.BestSpeed) // the level is a valid one
	w.tar = tar.NewWriter(io.MultiWriter(w.gz, w.diff))
	return w, nil
}

// has says whether the layer has a path.
func (w *layerWriter) has(name string) bool { return w.seen[name] }

// owner is who owns a file.
type owner struct{ uid, gid int }

var root = owner{}

// dir adds a folder and its missing parents; one that is there stays as it is.
func (w *layerWriter) dir(name string, mode int64, o owner) {
	if name == "." || name == "" || w.seen[name] {
		return
	}
	w.parents(name)
	w.entry(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode}, name, o, nil)
}

// text adds a small file.
func (w *layerWriter) text(name string, mode int64, content string) {
	w.stream(name, mode, root, int64(len(content)), strings.NewReader(content))
}

// stream adds a file of a known size.
func (w *layerWriter) stream(name string, mode int64, o owner, size int64, r io.Reader) {
	w.parents(name)
	w.entry(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: size}, name, o, r)
}

// symlink adds a symbolic link.
func (w *layerWriter) symlink(name, target string) {
	w.parents(name)
	w.entry(&tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777}, name, root, nil)
}

// hardlink adds another name of a file of this layer.
func (w *layerWriter) hardlink(name, target string) {
	w.parents(name)
	w.entry(&tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: target, Mode: 0o755}, name, root, nil)
}

func (w *layerWriter) parents(name string) { w.dir(path.Dir(name), 0o755, root) }

func (w *layerWriter) entry(h *tar.Header, name string, o owner, body io.Reader) {
	if w.err != nil {
		return
	}
	w.seen[name] = true
	h.Uid, h.Gid, h.ModTime = o.uid, o.gid, epoch
	if w.err = w.tar.WriteHeader(h); w.err != nil || body == nil {
		return
	}
	n, err := io.Copy(w.tar, body)
	w.nbytes += n
	w.err = err
}

// close finishes the layer. On an error its file is removed.
func (w *layerWriter) close() (*layer, error) {
	for _, closing := range []func() error{w.tar.Close, w.gz.Close} {
		if err := closing(); w.err == nil {
			w.err = err
		}
	}
	info, err := w.file.Stat()
	if w.err == nil {
		w.err = err
	}
	if err := w.file.Close(); w.err == nil {
		w.err = err
	}
	if w.err != nil {
		_ = os.Remove(w.file.Name())
		return nil, fmt.Errorf("writing a layer: %w", w.err)
	}
	return &layer{path: w.file.Name(), digest: sha(w.sum), diffID: sha(w.diff), size: info.Size()}, nil
}

func sha(h hash.Hash) v1.Hash {
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(h.Sum(nil))}
}
