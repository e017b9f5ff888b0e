package images

import (
	"bytes"
	"errors"
	"slices"
)

// notForImages are applets of the distribution's busybox that would pretend to
// be programs which an image does not have, or act on a whole machine.
var notForImages = []string{"busybox", "dpkg", "dpkg-deb", "rpm", "linuxrc", "init", "adduser", "addgroup"}

// applets returns the names that a busybox program answers to. They are read
// from the table in the program, a sorted run of strings that begins with "["
// and "[[": running it is not possible for another architecture.
func applets(program []byte) ([]string, error) {
	first := []byte("[\x00[[\x00")
	for at := 0; ; at++ {
		i := bytes.Index(program[at:], first)
		if i < 0 {
			return nil, errors.New("finding the applets of busybox: no table")
		}
		at += i
		if names := namesAt(program[at:]); slices.Contains(names, "sh") && slices.IsSorted(names) {
			return slices.DeleteFunc(names, func(n string) bool { return slices.Contains(notForImages, n) }), nil
		}
	}
}

// namesAt reads strings up to an empty one, or one that is no name.
func namesAt(table []byte) (names []string) {
	for {
		name, rest, ok := bytes.Cut(table, []byte{0})
		if !ok || len(name) == 0 || len(name) > 32 || bytes.ContainsAny(name, "/ %") {
			return names
		}
		names, table = append(names, string(name)), rest
	}
}
