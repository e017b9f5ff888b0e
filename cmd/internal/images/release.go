package images

import (
	"fmt"
	"os"
	"strings"
)

// release is the distribution whose packages are used, of /etc/os-release.
type release struct{ id, version, pretty string }

func readRelease(file string) release {
	r := release{id: "linux", pretty: "a Linux distribution"}
	b, err := os.ReadFile(file)
	if err != nil {
		return r // the packages decide what can be made, not this file
	}
	for line := range strings.Lines(string(b)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.Trim(value, `"'`)
		switch {
		case key == "ID" && value != "":
			r.id = value
		case key == "VERSION_ID":
			r.version = value
		case key == "PRETTY_NAME" && value != "":
			r.pretty = value
		}
	}
	return r
}

// standin is the os-release of an image made from the distribution's packages.
func (r release) standin() string {
	return fmt.Sprintf("NAME=%q\nPRETTY_NAME=%q\nID=naru-standin\nID_LIKE=%s\nVERSION_ID=%q\n",
		"naru stand-in", "naru stand-in, made of packages of "+r.pretty, r.id, r.version)
}
