package host

import (
	"slices"
	"strconv"
	"strings"
)

// group is a line of /etc/group.
type group struct {
	Name    string
	GID     int
	Members []string
}

// parseGroups reads group(5); lines that it can't read are passed over.
func parseGroups(s string) []group {
	var groups []group
	for line := range strings.Lines(s) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) < 3 || f[0] == "" {
			continue
		}
		gid, err := strconv.Atoi(f[2])
		if err != nil || gid < 0 {
			continue
		}
		g := group{Name: f[0], GID: gid}
		if len(f) > 3 && f[3] != "" {
			g.Members = strings.Split(f[3], ",")
		}
		groups = append(groups, g)
	}
	return groups
}

// membership is how a user stands to the docker group.
type membership struct {
	Exists   bool // there is a docker group
	Listed   bool // /etc/group lists the user
	InEffect bool // this process has the group
}

func (m Machine) dockerGroup(user string) membership {
	for _, g := range parseGroups(m.read("/etc/group")) {
		if g.Name == "docker" {
			return membership{
				Exists:   true,
				Listed:   slices.Contains(g.Members, user),
				InEffect: slices.Contains(m.Groups, g.GID),
			}
		}
	}
	return membership{}
}

// person is the learner's login: who called sudo, or who runs this. It is
// empty for root proper, who needs no group.
func (m Machine) person() string {
	if m.UID == 0 {
		if u := m.Getenv("SUDO_USER"); u != "root" {
			return u
		}
		return ""
	}
	return m.User
}
