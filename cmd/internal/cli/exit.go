package cli

import "errors"

// The exit codes of every verb.
const (
	exitOK     = 0 // passed, or done
	exitNotYet = 1 // findings: something is not as the step asks
	exitUsage  = 2 // wrong words, a course's error, or a file of naru's own that can't be used
	exitEngine = 3 // the engine can't be used
)

// errNotYet ends a verb with exit code 1 when what there is to say has been
// said already.
var errNotYet = errors.New("not yet")

// errStopped ends a verb that the person called off; nothing more is said.
var errStopped = errors.New("stopped")

// usageError is a wrong word on the command line.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }
