package learner

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"syscall"
)

// Prepared is what preparing a workspace came to. Paths are slash-separated
// and relative to it.
type Prepared struct {
	Dir  string
	New  []string // copied now
	Kept []string // already there, and left as they were
}

// Prepare makes a lesson's workspace and copies the files into it that a
// learner starts from. It never overwrites or removes anything of the
// learner's; a file is there whole or not at all. files may be nil.
//
// It must not run twice at once for the same lesson: see Store.Lock.
func Prepare(dirs Dirs, lesson string, files fs.FS) (*Prepared, error) {
	if !fileName(lesson) {
		return nil, fmt.Errorf("preparing a workspace: %q can't be a folder's name", lesson)
	}
	dir := dirs.Workspace(lesson)
	if err := checkWorkspace(dirs.Workspaces, dir); err != nil {
		return nil, err
	}
	// The learner's containers read these folders as other users, so they get
	// the usual permissions.
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // read by containers, see above
		return nil, &WriteError{Path: dir, Err: err}
	}
	p := &Prepared{Dir: dir}
	if files == nil {
		return p, nil
	}
	// Through an os.Root no symbolic link in the workspace leads a write out
	// of it.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &WriteError{Path: dir, Err: err}
	}
	defer func() { _ = root.Close() }()
	sweep(dir)
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("reading the lesson's files: %w", err)
		case name == ".":
			return nil
		case d.IsDir():
			return nil // made with its first file
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("reading the lesson's files: %w", err)
		}
		return p.copy(root, name, data)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// checkWorkspace refuses a place that is no folder of its own among the
// workspaces. The workspaces themselves may lie behind a symbolic link.
func checkWorkspace(workspaces, dir string) error {
	if taken := inTheWay(workspaces); taken != "" {
		return &WorkspaceError{Path: taken, Reason: WorkspacesAreFile}
	}
	info, err := os.Lstat(dir)
	switch {
	case notThere(err):
		return nil
	case err != nil:
		return &WriteError{Path: dir, Err: err}
	case info.IsDir():
		return nil
	case info.Mode()&fs.ModeSymlink == 0:
		return &WorkspaceError{Path: dir, Reason: WorkspaceIsFile}
	}
	target, err := filepath.EvalSymlinks(dir)
	if err != nil { // a link to nothing, or a loop
		target, _ = os.Readlink(dir)
		return &WorkspaceError{Path: dir, Reason: WorkspaceIsElsewhere, Target: target}
	}
	home, err := filepath.EvalSymlinks(workspaces)
	if err != nil {
		return &WriteError{Path: dir, Err: err}
	}
	if rel, err := filepath.Rel(home, target); err != nil || rel == "." || !filepath.IsLocal(rel) {
		return &WorkspaceError{Path: dir, Reason: WorkspaceIsElsewhere, Target: target}
	}
	if info, err := os.Stat(target); err == nil && !info.IsDir() {
		return &WorkspaceError{Path: dir, Reason: WorkspaceIsFile}
	}
	return nil
}

// inTheWay is what keeps a folder from being made: the lowest thing on the way
// to it, itself included, when that is no folder. It is empty when nothing does.
func inTheWay(dir string) string {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); err != nil && dir != filepath.Dir(dir) {
			continue // not there, or below what is no folder
		}
		if info, err := os.Stat(dir); err == nil && info.IsDir() || errors.Is(err, fs.ErrPermission) {
			return ""
		}
		return dir // a file, or a link to nothing
	}
}

// copy puts one file in its place, unless something is there.
func (p *Prepared) copy(root *os.Root, name string, data []byte) error {
	switch _, err := root.Lstat(name); {
	case err == nil, errors.Is(err, syscall.ENOTDIR): // its folder's name may be taken by a file of the learner's
		p.Kept = append(p.Kept, name)
		return nil
	case !notThere(err):
		return p.refused(name, err)
	}
	if dir := path.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return p.refused(name, err)
		}
	}
	temp, err := writeTemp(root, data)
	if err != nil {
		return p.refused(name, err)
	}
	defer func() { _ = root.Remove(temp) }()
	// A link never replaces what came there in the meantime, a rename would.
	err = root.Link(temp, name)
	if err != nil && !existsIn(root, name) {
		err = root.Rename(temp, name) // a file system without links, as on /mnt/c
	}
	if errors.Is(err, fs.ErrExist) {
		p.Kept = append(p.Kept, name)
		return nil
	}
	if err != nil {
		return p.refused(name, err)
	}
	p.New = append(p.New, name)
	return nil
}

// writeTemp writes a file under a name that nobody else uses.
func writeTemp(root *os.Root, data []byte) (name string, err error) {
	name = tempPrefix + strconv.Itoa(os.Getpid())
	_ = root.Remove(name)
	perm := fs.FileMode(0o644)
	if bytes.HasPrefix(data, []byte("#!")) {
		perm = 0o755 // an embedded file has no such bit
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = root.Remove(name)
		return "", err
	}
	return name, nil
}

func existsIn(root *os.Root, name string) bool {
	_, err := root.Lstat(name)
	return err == nil
}

// refused is the error for a file that can't be put in its place.
func (p *Prepared) refused(name string, err error) error {
	return &WriteError{Path: filepath.Join(p.Dir, filepath.FromSlash(name)), Err: err}
}
