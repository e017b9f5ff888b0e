package lessons

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/naru-lab/naru/lessons/internal/near"
)

// Error is one thing that an author got wrong.
type Error struct {
	Position
	Message string `json:"message"`

	// incomplete marks what a lesson that is still being written may lack; it
	// can be played, but it isn't done.
	incomplete bool
}

// Error is "090-volumes/ko.md:41: message", as compilers write it.
func (e Error) Error() string {
	switch {
	case e.File == "":
		return e.Message
	case e.Line == 0:
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Errors is all that is wrong in a course, by file and line.
type Errors []Error

// Error gives all errors, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i := range e {
		lines[i] = e[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the errors one by one.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i := range e {
		errs[i] = e[i]
	}
	return errs
}

// Under gives the errors with their files under a directory, so that a path
// reads as the author would type it.
func (e Errors) Under(dir string) Errors {
	out := slices.Clone(e)
	for i := range out {
		out[i].File = path.Join(dir, out[i].File)
	}
	return out
}

// NotFoundError says that a course has no lesson of that id.
type NotFoundError struct {
	ID   string
	Near string // the id that comes nearest; may be empty
}

// Error names the id and what was probably meant.
func (e *NotFoundError) Error() string {
	if e.Near != "" {
		return fmt.Sprintf("no lesson %q (did you mean %q?)", e.ID, e.Near)
	}
	return fmt.Sprintf("no lesson %q", e.ID)
}

func (e *Errors) add(p Position, format string, args ...any) {
	*e = append(*e, Error{Position: p, Message: fmt.Sprintf(format, args...)})
}

func (e *Errors) lacks(p Position, format string, args ...any) {
	*e = append(*e, Error{Position: p, Message: fmt.Sprintf(format, args...), incomplete: true})
}

// sorted gives the errors by file and line, each once. With playable, only
// those that keep a lesson from being played.
func (e Errors) sorted(playable bool) Errors {
	out := slices.Clone(e)
	if playable {
		out = slices.DeleteFunc(out, func(err Error) bool { return err.incomplete })
	}
	slices.SortStableFunc(out, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.CompactFunc(out, func(a, b Error) bool {
		return a.Position == b.Position && a.Message == b.Message
	})
}

// orNil keeps an empty list from becoming a non-nil error.
func (e Errors) orNil() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

func didYouMean(got string, known []string) string { return near.Hint(got, known) }
