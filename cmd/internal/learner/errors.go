package learner

import (
	"errors"
	"fmt"
	"syscall"
)

// ReadError says that the journal can't be read. Nothing was changed.
type ReadError struct {
	Path string
	Err  error
}

func (e *ReadError) Error() string { return fmt.Sprintf("reading %q: %v", e.Path, e.Err) }

func (e *ReadError) Unwrap() error { return e.Err }

// WriteError says that something could not be written down. What was there
// before is whole.
type WriteError struct {
	Path string
	Err  error
}

func (e *WriteError) Error() string { return fmt.Sprintf("writing %q: %v", e.Path, e.Err) }

func (e *WriteError) Unwrap() error { return e.Err }

// Full reports whether the disk, or the learner's share of it, is full.
func (e *WriteError) Full() bool {
	return errors.Is(e.Err, syscall.ENOSPC) || errors.Is(e.Err, syscall.EDQUOT)
}

// BusyError says that another naru holds what is needed, and did not let go
// of it in time.
type BusyError struct {
	Path   string // the lock
	Lesson string // being started or reset there; empty for the journal
}

func (e *BusyError) Error() string {
	if e.Lesson == "" {
		return fmt.Sprintf("locking %q: another naru holds it", e.Path)
	}
	return fmt.Sprintf("locking lesson %q: another naru is starting or resetting it", e.Lesson)
}

// WorkspaceError says why a folder can't be a lesson's workspace. Nothing in
// it was changed.
type WorkspaceError struct {
	Path   string
	Reason string // one of those below
	Target string // where a symbolic link leads
}

// Reasons of a WorkspaceError.
const (
	WorkspaceIsFile      = "file"      // something that is no folder is there
	WorkspacesAreFile    = "files"     // it is where the folder of all workspaces should be
	WorkspaceIsGone      = "gone"      // it was there when the lesson was started
	WorkspaceIsElsewhere = "elsewhere" // a symbolic link that leads out of the workspaces
)

func (e *WorkspaceError) Error() string {
	switch e.Reason {
	case WorkspaceIsElsewhere:
		return fmt.Sprintf("opening workspace %q: it is a symbolic link to %q, outside the workspaces", e.Path, e.Target)
	case WorkspaceIsGone:
		return fmt.Sprintf("opening workspace %q: it is gone", e.Path)
	case WorkspacesAreFile:
		return fmt.Sprintf("opening the workspaces: %q is not a folder", e.Path)
	}
	return fmt.Sprintf("opening workspace %q: it is not a folder", e.Path)
}

// BaselineError says that a baseline can't be read. Without it nothing can be
// told from what was there before the lesson.
type BaselineError struct {
	Path string
	Err  error
}

func (e *BaselineError) Error() string { return fmt.Sprintf("reading baseline %q: %v", e.Path, e.Err) }

func (e *BaselineError) Unwrap() error { return e.Err }

// OtherEngineError says that a lesson was started on another engine than the
// one there is now: what was made for it is over there.
type OtherEngineError struct {
	Lesson string
	Was    string // the engine of the start, as people know it
	Is     string // the engine there is now
}

func (e *OtherEngineError) Error() string {
	return fmt.Sprintf("lesson %q was started on another engine (%s, now %s)", e.Lesson, e.Was, e.Is)
}
