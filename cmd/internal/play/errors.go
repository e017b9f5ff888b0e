package play

import (
	"errors"
	"fmt"

	"github.com/naru-lab/naru/cmd/internal/learner"
)

func (e *UnknownError) Error() string {
	s := fmt.Sprintf("no %s %q", e.Kind, e.Arg)
	if e.Near != "" {
		s += fmt.Sprintf(" (did you mean %q?)", e.Near)
	}
	return s
}

func (e *NoAnswerError) Error() string {
	if e.Multiple {
		return fmt.Sprintf("answering %q: choose among the options 1 to %d", e.Question, e.Options)
	}
	return fmt.Sprintf("answering %q: choose one of the options 1 to %d", e.Question, e.Options)
}

// ChangedError says that an object is no longer the one that a reset was
// planned for; it was left alone.
type ChangedError struct{ Object learner.Object }

func (e *ChangedError) Error() string {
	return fmt.Sprintf("removing %s: it is another one than a moment ago", e.Object)
}

// IncompleteError says that a reset had to leave objects that it had planned
// to remove. The lesson's progress and baseline are kept; the reset can be
// planned and done again.
type IncompleteError struct {
	Lesson string
	Failed []error // one for each object: *ChangedError, *UsedError, or the engine's own
}

func (e *IncompleteError) Error() string {
	return fmt.Sprintf("resetting lesson %q: %v", e.Lesson, errors.Join(e.Failed...))
}

// Unwrap gives what kept each object.
func (e *IncompleteError) Unwrap() []error { return e.Failed }

// UsedError says that something came to use an object after its removal was
// planned; it was left alone.
type UsedError struct {
	Object learner.Object
	By     []string // containers
}

func (e *UsedError) Error() string {
	return fmt.Sprintf("removing %s: used by %q", e.Object, e.By)
}
