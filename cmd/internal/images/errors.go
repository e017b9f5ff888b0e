package images

import (
	"errors"
	"fmt"
	"strings"
)

// UnknownError is an image that the catalogue does not have: it can't be made
// from packages.
type UnknownError struct{ Ref string }

func (e *UnknownError) Error() string { return fmt.Sprintf("no image %q in the catalogue", e.Ref) }

// PlatformError is an image that does not exist for a platform.
type PlatformError struct {
	Ref       string
	Platform  string   // the one that was asked for
	Platforms []string // those that exist; nil where that isn't known
}

func (e *PlatformError) Error() string {
	return fmt.Sprintf("image %q does not exist for %s", e.Ref, e.Platform)
}

// PackagesKind says why packages could not be had.
type PackagesKind string

// The kinds of a [PackagesError].
const (
	NoApt       PackagesKind = "no-apt"      // apt or dpkg-deb isn't there: another kind of system
	NoSpace     PackagesKind = "no-space"    // the disk of the cache is full
	NoLists     PackagesKind = "no-lists"    // the package lists could not be fetched
	NoCandidate PackagesKind = "unavailable" // the distribution doesn't have the packages for this architecture
	NoDownload  PackagesKind = "no-download" // a package could not be fetched or its hash was wrong
	BadPackage  PackagesKind = "bad-package" // a package could not be read, or isn't what was expected
)

// PackagesError is a failure of making a stand-in from packages.
type PackagesError struct {
	Kind   PackagesKind
	Output string // the last lines of what apt said; may be empty
	Err    error
}

func (e *PackagesError) Error() string {
	var b strings.Builder
	b.WriteString("making an image from packages: ")
	b.WriteString(string(e.Kind))
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Output != "" {
		fmt.Fprintf(&b, ": %s", e.Output)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *PackagesError) Unwrap() error { return e.Err }

// packagesKind returns the kind of a PackagesError in err, or "".
func packagesKind(err error) PackagesKind {
	var pe *PackagesError
	if errors.As(err, &pe) {
		return pe.Kind
	}
	return ""
}
