package enginetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

const folderPrefix = "naru-engine-"

// newEngine makes an engine's folder. A lock on a file in it says that it is
// in use; the folders of processes that were killed are removed on the way.
func newEngine(s spec) (*Engine, error) {
	base := os.TempDir()
	if len(base) > 60 { // a socket's path has at most 107 bytes
		base = "/tmp"
	}
	if err := removeStale(base); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(base, folderPrefix)
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	for name, content := range map[string]string{"daemon.json": "{}\n", "cli/config.json": "{}\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // others connect to the socket in it
			return nil, err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	// Others must be able to reach the socket, and be refused there.
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // see above
		return nil, err
	}
	return &Engine{dir: dir, spec: s, lock: lock}, nil
}

// end stops the engine and removes all traces of it.
func (e *Engine) end() error {
	err := e.halt(syscall.SIGKILL) // its data is thrown away: no need to be orderly
	return errors.Join(err, removeFolder(e.dir), e.lock.Close())
}

// removeStale removes the folders of engines whose process is gone.
func removeStale(base string) error {
	dirs, err := filepath.Glob(filepath.Join(base, folderPrefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
		if err != nil {
			continue // just being made, or removed
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			err = removeFolder(dir)
		}
		if err := errors.Join(err, lock.Close()); err != nil {
			return fmt.Errorf("removing what an earlier test left: %w", err)
		}
	}
	return nil
}

// thaw lets paused containers go on, so that they can be ended: with cgroup v1
// not even SIGKILL reaches a frozen process, and the process namespace would
// wait for it forever.
func thaw(dir string) error {
	return filepath.WalkDir("/sys/fs/cgroup/freezer/"+filepath.Base(dir), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "freezer.state" {
			err = os.WriteFile(path, []byte("THAWED"), 0) //nolint:gosec // the kernel's own files: there are no links
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // cgroup v2, or ended meanwhile
		}
		return err
	})
}

// removeFolder removes an engine's folder, and the control groups of its
// containers. Its mounts went with its mount namespace.
func removeFolder(dir string) error {
	if err := thaw(dir); err != nil {
		return err
	}
	groups, err := filepath.Glob("/sys/fs/cgroup/*/" + filepath.Base(dir))
	if err != nil {
		return err
	}
	groups = append(groups, "/sys/fs/cgroup/"+filepath.Base(dir))
	for _, g := range groups {
		err = errors.Join(err, removeGroup(g))
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// removeGroup removes a control group with those below it. A group stays busy
// for a moment after its last process was killed.
func removeGroup(group string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		err := removeGroupOnce(group)
		if err == nil || !errors.Is(err, syscall.EBUSY) {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return err
		}
	}
}

func removeGroupOnce(group string) error {
	var dirs []string
	err := filepath.WalkDir(group, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	for _, dir := range slices.Backward(dirs) {
		if e := syscall.Rmdir(dir); e != nil && !errors.Is(e, syscall.ENOENT) {
			err = errors.Join(err, fmt.Errorf("removing control group %q: %w", dir, e))
		}
	}
	return err
}
