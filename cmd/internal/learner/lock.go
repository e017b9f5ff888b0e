package learner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

const (
	lockWait = 5 * time.Second       // nothing hangs longer
	lockTick = 10 * time.Millisecond // how often a lock that is held is tried again
)

// lock takes an exclusive lock on an open file, waiting for it a while. It
// reports false when another process, or another part of this one, holds it.
func lock(ctx context.Context, f *os.File, wait time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	tick := time.NewTicker(lockTick)
	defer tick.Stop()
	for {
		// The lock belongs to the open file: it goes with the last
		// descriptor, however the process ends.
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EINTR):
		case !errors.Is(err, unix.EWOULDBLOCK):
			return false, err
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-tick.C:
		}
	}
}

// Lock keeps a lesson from being started or reset twice at once. It waits for
// whoever holds it at most 5 s, and then fails with a *BusyError. unlock may
// be called more than once.
func (s *Store) Lock(ctx context.Context, lesson string) (unlock func(), err error) {
	path := s.dirs.lock(s.course, lesson)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, &WriteError{Path: path, Err: err}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, &WriteError{Path: path, Err: err}
	}
	held, err := lock(ctx, f, s.journal.wait)
	if err != nil {
		_ = f.Close()
		return nil, &WriteError{Path: path, Err: err}
	}
	if !held {
		_ = f.Close()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return nil, &BusyError{Path: path, Lesson: lesson}
	}
	return func() { _ = f.Close() }, nil
}
