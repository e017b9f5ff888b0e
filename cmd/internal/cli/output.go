package cli

import (
	"errors"
	"io"
)

// output is a stream that keeps the first error of writing to it. What a verb
// shows is written in many places; whether it came through is asked once, when
// the verb has ended.
type output struct {
	w   io.Writer
	err error
}

// Write implements io.Writer. After an error nothing more is written.
func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	if err != nil {
		o.err = err
	}
	return n, err
}

// outputError says that what there was to show could not be written.
type outputError struct{ err error }

func (e *outputError) Error() string { return "writing the output: " + e.err.Error() }
func (e *outputError) Unwrap() error { return e.err }

// unwritten is a verb's error once more, where all that went wrong is that
// nobody could be shown what it came to. Another error of its own goes before.
func (o *output) unwritten(err error) error {
	if o.err == nil || err != nil && !errors.Is(err, o.err) && !errors.Is(err, errNotYet) {
		return err
	}
	return &outputError{o.err}
}
