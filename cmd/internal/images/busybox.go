package images

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// notForImages are applets of the distribution's busybox that would pretend to
// be programs which an image does not have, or act on a whole machine.
var notForImages = []string{"busybox", "dpkg", "dpkg-deb", "rpm", "linuxrc", "init", "adduser", "addgroup"}

// applets returns the names that a busybox program answers to. They are read
// from the table in the program, a run of strings that begins with "[" and
// "[[": running it is not possible for another architecture.
func applets(program []byte) ([]string, error) {
	at := bytes.Index(program, []byte("\x00[\x00[[\x00"))
	if at < 0 {
		return nil, errors.New("finding the applets of busybox: no table")
	}
	var names []string
	for rest := program[at+1:]; ; {
		name, after, ok := bytes.Cut(rest, []byte{0})
		if !ok || len(name) == 0 {
			break
		}
		if len(name) > 32 || bytes.ContainsAny(name, "/ %") {
			return nil, fmt.Errorf("finding the applets of busybox: %q is no name", name)
		}
		names = append(names, string(name))
		rest = after
	}
	if !slices.Contains(names, "sh") || !slices.IsSorted(names) {
		return nil, fmt.Errorf("finding the applets of busybox: %d names without order or shell", len(names))
	}
	return slices.DeleteFunc(names, func(n string) bool { return slices.Contains(notForImages, n) }), nil
}
