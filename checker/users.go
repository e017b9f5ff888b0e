package checker

import (
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// judgeUser judges who a container's process is: by its name or by its number,
// with a group or without one where none is asked. Names are looked up in the
// container's own /etc/passwd and /etc/group.
func (v *view) judgeUser(r *verdict, sub Subject, want string, c *engine.Container) {
	if want == "" || want == c.User {
		return
	}
	wantUser, wantGroup, grouped := strings.Cut(want, ":")
	haveUser, haveGroup, _ := strings.Cut(c.User, ":")
	if haveUser == "" {
		haveUser = "root"
	}
	same, known := v.sameAccount(c, "/etc/passwd", wantUser, haveUser)
	if known && same && grouped {
		if haveGroup == "" {
			if haveGroup, known = v.groupOf(c, haveUser); !known {
				return
			}
		}
		same, known = v.sameAccount(c, "/etc/group", wantGroup, haveGroup)
	}
	if known && !same {
		r.text(sub, "container.user", want, c.User)
	}
}

// sameAccount compares two users or two groups, each a name or a number.
func (v *view) sameAccount(c *engine.Container, file, a, b string) (same, known bool) {
	if a == b || isNumber(a) && isNumber(b) {
		return a == b, true
	}
	lines, known := v.accounts(c, file)
	return known && accountNumber(lines, a) == accountNumber(lines, b), known
}

// groupOf is the group that a user without one has.
func (v *view) groupOf(c *engine.Container, user string) (group string, known bool) {
	lines, known := v.accounts(c, "/etc/passwd")
	for _, fields := range lines {
		if len(fields) > 3 && (fields[0] == user || fields[2] == user) {
			return fields[3], known
		}
	}
	return "0", known
}

// accounts reads the fields of a container's /etc/passwd or /etc/group.
func (v *view) accounts(c *engine.Container, file string) (lines [][]string, known bool) {
	f, known := v.path("container:"+c.Name, file)
	if f != nil {
		for line := range strings.Lines(string(f.Content)) {
			lines = append(lines, strings.Split(strings.TrimSpace(line), ":"))
		}
	}
	return lines, known
}

// accountNumber is the number of a user or a group; of one that isn't known,
// its name.
func accountNumber(lines [][]string, name string) string {
	for _, fields := range lines {
		if len(fields) > 2 && fields[0] == name {
			return fields[2]
		}
	}
	if name == "root" {
		return "0"
	}
	return name
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
