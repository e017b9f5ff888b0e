package proof

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// mirror makes a folder's contents those of another, which must be there. What
// is the same is left alone, and a file is written in its place: containers
// that have a file or a folder for their own keep it.
func mirror(to, from string) (err error) {
	if err := os.MkdirAll(to, 0o755); err != nil { //nolint:gosec // a workspace, which containers read
		return err
	}
	src, err := os.OpenRoot(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	dst, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if err := clearUnlike(dst, src); err != nil {
		return fmt.Errorf("clearing %q: %w", to, err)
	}
	return fs.WalkDir(src.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return put(dst, src, path, info)
	})
}

// clearUnlike removes what another folder has not, or has as something else.
func clearUnlike(dst, src *os.Root) error {
	return fs.WalkDir(dst.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		was, err := src.Lstat(path)
		if err == nil && was.Mode().Type() == d.Type() {
			return nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := dst.RemoveAll(path); err != nil {
			return err
		}
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
}

// put makes one file, folder or link that of another folder. What is there is
// of the same type.
func put(dst, src *os.Root, path string, info fs.FileInfo) error {
	switch info.Mode().Type() {
	case fs.ModeDir:
		if err := dst.MkdirAll(path, 0o755); err != nil {
			return err
		}
	case fs.ModeSymlink:
		return putLink(dst, src, path)
	case 0:
		content, err := src.ReadFile(path)
		if err != nil {
			return err
		}
		if is, err := dst.ReadFile(path); err != nil || !bytes.Equal(is, content) {
			if err := dst.WriteFile(path, content, info.Mode().Perm()); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("%q is no file, folder or link (%v): a proof can't keep it", path, info.Mode().Type())
	}
	return dst.Chmod(path, info.Mode().Perm())
}

func putLink(dst, src *os.Root, path string) error {
	target, err := src.Readlink(path)
	if err != nil {
		return err
	}
	if is, err := dst.Readlink(path); err == nil && is == target {
		return nil
	}
	if err := dst.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return dst.Symlink(target, path)
}
