package engine

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
)

// Bounds on reading a path. A directory comes with all that is in it, and only
// the names at its top are wanted.
const (
	// ContentLimit is how much of a file is read when no limit is given: 1 MiB.
	ContentLimit = 1 << 20
	archiveLimit = 64 << 20 // bytes of a directory's archive
	entryLimit   = 10000    // names in a directory
	linkLimit    = 16       // links followed on the way to a path
)

// readArchive reads one path of a container's file system, without following
// it when it is a link. It works for stopped containers too and changes
// nothing. It is nil when there is no such path or container.
//
// resolved is where a link leads, as the engine resolved it within the
// container.
func (c *Client) readArchive(ctx context.Context, id, p string, limit int64) (f *File, resolved string, err error) {
	absent, err := c.get(ctx, fmt.Sprintf("reading %q in container %q", p, id), func(ctx context.Context) error {
		exchangeOf(ctx).limit = 0 // readTar bounds what it takes
		body, stat, err := c.docker.CopyFromContainer(ctx, id, p)
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		resolved = stat.LinkTarget
		f, err = readTar(body, limit)
		return err
	})
	if err != nil && answered(err) {
		f, err = c.unreadable(ctx, id, p, err)
	}
	if err != nil || absent || f == nil {
		return nil, "", err
	}
	f.Path = p
	return f, resolved, nil
}

// answered reports whether an error is the engine's own answer.
func answered(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == API && e.Status >= 400
}

// unreadable finds out why the engine answers with an error to a path: with a
// file in the way, or a link to itself, its answer depends on its version and
// may be 500. A file in the way means that there is no such path; such a link
// is found in its folder. What is neither was an error indeed.
func (c *Client) unreadable(ctx context.Context, id, p string, failed error) (*File, error) {
	for dir := range ancestors(p) {
		var isDir bool
		absent, err := c.get(ctx, "looking at "+dir, func(ctx context.Context) error {
			stat, err := c.docker.ContainerStatPath(ctx, id, dir+"/.")
			isDir = stat.Mode.IsDir()
			return err
		})
		switch {
		case absent || err == nil && !isDir || err != nil && errdefs.IsInvalidArgument(err):
			return nil, nil
		case err != nil && answered(err):
			// Not even this: is it there, and what?
			if f, err := c.readInFolder(ctx, id, dir); err != nil || f == nil || f.Type != "directory" {
				return nil, err
			}
		case err != nil:
			return nil, err
		}
	}
	f, err := c.readInFolder(ctx, id, p)
	if err == nil && (f == nil || f.Type != "symlink") {
		err = failed
	}
	return f, err
}

// ancestors are the folders that a path lies in, the topmost first, without
// the root.
func ancestors(p string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 1; i < len(p); i++ {
			if p[i] == '/' && !yield(p[:i]) {
				return
			}
		}
	}
}

// readInFolder finds a path among what its folder holds, without its content.
func (c *Client) readInFolder(ctx context.Context, id, p string) (f *File, err error) {
	absent, err := c.get(ctx, fmt.Sprintf("looking for %q in container %q", p, id), func(ctx context.Context) error {
		exchangeOf(ctx).limit = archiveLimit
		body, _, err := c.docker.CopyFromContainer(ctx, id, path.Dir(p))
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		want := strings.Trim(path.Join(path.Base(path.Dir(p)), path.Base(p)), "/")
		for tr := tar.NewReader(body); ; {
			h, err := tr.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if path.Clean(strings.Trim(h.Name, "/")) == want {
				f = newFile(h)
				f.Path = p
				return nil
			}
		}
	})
	if err != nil || absent {
		return nil, err
	}
	return f, nil
}

// statLink reports whether a path is a link, and where it leads. known is
// false when there is no such path.
func (c *Client) statLink(ctx context.Context, id, p string) (target string, known bool, err error) {
	absent, err := c.get(ctx, fmt.Sprintf("looking at %q in container %q", p, id), func(ctx context.Context) error {
		stat, err := c.docker.ContainerStatPath(ctx, id, p)
		target = stat.LinkTarget
		return err
	})
	if err != nil && answered(err) { // a file in the way, or a link to itself
		_, err = c.unreadable(ctx, id, p, err)
		return "", false, err
	}
	return target, err == nil && !absent, err
}

// readTar reads what the engine sends for one path: the path itself, followed,
// for a directory, by all that is in it.
func readTar(r io.Reader, limit int64) (*File, error) {
	if limit <= 0 {
		limit = ContentLimit
	}
	source := &io.LimitedReader{R: r, N: archiveLimit + limit}
	tr := tar.NewReader(source)
	h, err := tr.Next()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := newFile(h)
	switch f.Type {
	case "file":
		f.Content, err = io.ReadAll(io.LimitReader(tr, limit))
		f.Truncated = int64(len(f.Content)) < h.Size
		return f, err
	case "directory":
		f.Entries, f.Truncated, err = readEntries(tr, strings.Trim(h.Name, "/"), source)
	}
	return f, err
}

func newFile(h *tar.Header) *File {
	f := &File{
		Mode: uint32(h.Mode) & 0o7777, UID: h.Uid, GID: h.Gid, Size: h.Size, //nolint:gosec // masked: only permission bits stay
		Modified: h.ModTime.UTC(), Type: "other",
	}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeRegA, tar.TypeGNUSparse: //nolint:staticcheck // a reader meets the old type too
		f.Type = "file"
	case tar.TypeLink: // a second name of a file further up; the archive begins here, so there is none
		f.Type = "file"
	case tar.TypeDir:
		f.Type, f.Size = "directory", 0
	case tar.TypeSymlink:
		f.Type, f.Target, f.Size = "symlink", h.Linkname, 0
	}
	return f
}

// readEntries collects the names right below top. It gives up, saying so, when
// the directory is too large to go through.
func readEntries(tr *tar.Reader, top string, source *io.LimitedReader) (names []string, truncated bool, err error) {
	names = []string{}
	last := ""
	for {
		h, err := tr.Next()
		switch {
		case errors.Is(err, io.EOF):
			slices.Sort(names)
			return slices.Compact(names), false, nil
		case err != nil && source.N <= 0:
			slices.Sort(names)
			return slices.Compact(names), true, nil
		case err != nil:
			return nil, false, err
		}
		name := strings.Trim(path.Clean(h.Name), "/")
		if top != "" && top != "." {
			var ok bool
			if name, ok = strings.CutPrefix(name, top+"/"); !ok {
				continue
			}
		}
		if name, _, _ = strings.Cut(name, "/"); name != "" && name != "." && name != last {
			names, last = append(names, name), name
		}
		if len(names) > entryLimit {
			slices.Sort(names)
			return slices.Compact(names), true, nil
		}
	}
}
