package engine

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Bounds on looking through an image's layers. An engine writes them all out
// for it: that takes it about a second for 100 MB, on a memory card several.
const (
	layersTime  = 2 * time.Minute
	layersLimit = 4 << 30 // bytes, unpacked
)

// errLayers is what an image that can't be looked through fails with.
var errLayers = errors.New("the engine gave fewer layers than the image has")

// ImageLayers tells which of an image's layers hold a path, from 0, the
// lowest: also a path that a later layer hides or removes. It is empty when
// none does, nil when there is no such image.
//
// The engine has no other way to tell than to give the whole image (as `docker
// save` does), which is read as it comes and kept nowhere. It is bounded to two
// minutes and 4 GB; beyond that it fails.
func (c *Client) ImageLayers(ctx context.Context, ref, p string) ([]int, error) {
	img, err := c.inspectImage(ctx, ref)
	if err != nil || img == nil {
		return nil, err
	}
	name := ref
	if full := canonical(ref); full != "" && !isHex(trimDigest(ref)) {
		name = full
	}
	held := []int{}
	err = c.within(ctx, layersTime, fmt.Sprintf("looking through the layers of image %q", ref), func(ctx context.Context) error {
		exchangeOf(ctx).limit = 0 // saved.read bounds what it takes
		body, err := c.docker.ImageSave(ctx, []string{name})
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		s := saved{want: absolute(p), left: layersLimit, held: map[string]bool{}, links: map[string]string{}}
		if err := s.read(body); err != nil {
			return err
		}
		held, err = s.layers()
		return err
	})
	if err != nil {
		return nil, err
	}
	return held, nil
}

// saved is an image as an engine gives it: a tar of layers, which are tars
// themselves, and of a manifest that tells their order. The names differ with
// the engine's version (ID/layer.tar, blobs/sha256/…), what is in them doesn't.
type saved struct {
	want  string // the path that is looked for
	left  int64  // bytes that may still be read of layers
	held  map[string]bool
	links map[string]string // an engine gives a layer that comes twice as a link
	order []string          // the layers' names, from the manifest
}

func (s *saved) read(r io.Reader) error {
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := path.Clean(h.Name)
		switch h.Typeflag {
		case tar.TypeSymlink:
			s.links[name] = path.Join(path.Dir(name), h.Linkname) //nolint:gosec // a name to look up among those read, no file
		case tar.TypeLink:
			s.links[name] = path.Clean(h.Linkname)
		case tar.TypeReg:
			if err := s.entry(name, t); err != nil {
				return err
			}
		}
	}
}

// entry reads one file of the image.
func (s *saved) entry(name string, r io.Reader) error {
	if name == "manifest.json" {
		var manifests []struct{ Layers []string }
		if err := json.NewDecoder(io.LimitReader(r, answerLimit)).Decode(&manifests); err != nil {
			return err
		}
		if len(manifests) > 0 {
			s.order = manifests[0].Layers
		}
		return nil
	}
	if !strings.HasSuffix(name, "/layer.tar") && !strings.HasPrefix(name, "blobs/") {
		return nil
	}
	layer, err := unpacked(r)
	if err != nil || layer == nil {
		return err
	}
	defer func() { _ = layer.Close() }()
	held, err := s.holds(layer)
	s.held[name] = held
	return err
}

// unpacked reads a layer as a tar, however it is packed; nil where it is
// something else, such as an image's configuration.
func unpacked(r io.Reader) (io.ReadCloser, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("{")) || len(head) < 4:
		return nil, nil
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return gzip.NewReader(b)
	case bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
	return io.NopCloser(b), nil
}

// holds reports whether a layer has the path, or something in it. A mark that
// removes it (".wh." before its name) does not count.
func (s *saved) holds(layer io.Reader) (bool, error) {
	source := &io.LimitedReader{R: layer, N: s.left}
	defer func() { s.left = source.N }()
	for t := tar.NewReader(source); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) && source.N > 0 {
			return false, nil
		}
		if source.N <= 0 {
			return false, &sizeError{limit: layersLimit}
		}
		if err != nil {
			return false, err
		}
		if _, in := under(s.want, absolute(h.Name)); in {
			return true, nil
		}
	}
}

// layers are the numbers of those that hold the path.
func (s *saved) layers() ([]int, error) {
	found := []int{}
	for n, name := range s.order {
		name = path.Clean(name)
		if to, linked := s.links[name]; linked {
			name = to
		}
		held, read := s.held[name]
		if !read {
			return nil, errLayers
		}
		if held {
			found = append(found, n)
		}
	}
	if len(s.order) == 0 {
		return nil, errLayers
	}
	return slices.Clip(found), nil
}
