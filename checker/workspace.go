package checker

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/naru-lab/naru/checker/engine"
)

// workspaceEntries bounds how many names of a folder are listed.
const workspaceEntries = 10000

// readWorkspace reads a path of the learner's folder and nothing outside of
// it: a path or a link that leads out is not there. nil when there is no such
// path, or no folder. A file that exists and may not be read has no content
// and is truncated.
func readWorkspace(workspace, path string) (*engine.File, error) {
	path = filepath.Clean(path)
	if workspace == "" || !filepath.IsLocal(path) {
		return nil, nil
	}
	root, err := os.OpenRoot(workspace)
	if err != nil {
		return nil, unlessAbsent("opening the workspace", err)
	}
	defer func() { _ = root.Close() }()
	info, err := root.Lstat(path)
	if err != nil {
		// os.Root has no type for "it leads out"; what can't be looked at
		// from within is not there.
		return nil, unlessAbsent("looking at", err)
	}
	f := &engine.File{Path: path}
	if info.Mode().Type() == fs.ModeSymlink {
		if f.Target, err = root.Readlink(path); err != nil {
			return nil, unlessAbsent("reading a link", err)
		}
		target, err := root.Stat(path)
		if err != nil { // it leads out, or nowhere
			describeFile(f, info)
			return f, nil
		}
		info = target
	}
	describeFile(f, info)
	switch f.Type {
	case "file":
		err = readContent(root, path, f)
	case "directory":
		err = readNames(root, path, f)
	}
	if errors.Is(err, fs.ErrPermission) {
		f.Truncated = true
		return f, nil
	}
	return f, unlessAbsent("reading", err)
}

// unlessAbsent drops errors that mean that there is no such path.
func unlessAbsent(doing string, err error) error {
	if _, ok := errors.AsType[syscall.Errno](err); !ok { // none, or os.Root's own
		return nil
	}
	for _, absent := range []error{fs.ErrNotExist, syscall.ENOTDIR, syscall.ELOOP, syscall.ENAMETOOLONG, syscall.EINVAL} {
		if errors.Is(err, absent) {
			return nil
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func describeFile(f *engine.File, info fs.FileInfo) {
	f.Size, f.Modified = info.Size(), info.ModTime().UTC()
	f.Mode, f.UID, f.GID = rights(info)
	switch {
	case info.Mode().IsRegular():
		f.Type = "file"
	case info.IsDir():
		f.Type, f.Size = "directory", 0
	case info.Mode().Type() == fs.ModeSymlink:
		f.Type, f.Size = "symlink", 0
	default:
		f.Type = "other"
	}
}

func readContent(root *os.Root, path string, f *engine.File) error {
	// Not blocking: it may have become a pipe since it was looked at.
	file, err := root.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	f.Content, err = io.ReadAll(io.LimitReader(file, engine.ContentLimit))
	f.Truncated = int64(len(f.Content)) < f.Size
	return err
}

func readNames(root *os.Root, path string, f *engine.File) error {
	dir, err := root.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(workspaceEntries)
	if errors.Is(err, io.EOF) { // an empty one
		err = nil
	}
	f.Truncated = len(names) == workspaceEntries
	slices.Sort(names)
	f.Entries = append([]string{}, names...)
	return err
}
