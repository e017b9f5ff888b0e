package host

import (
	"encoding/json"
	"slices"
	"strings"
)

// memoryCgroup is what a kernel command line says of the memory controller:
// the last word on it wins.
type memoryCgroup int

const (
	cgroupUnsaid memoryCgroup = iota
	cgroupOn
	cgroupOff
)

// parseCmdline reads a kernel command line (/proc/cmdline, cmdline.txt) for
// cgroup_enable= and cgroup_disable= of the memory controller. A Raspberry Pi's
// firmware puts cgroup_disable=memory before what stands in cmdline.txt.
func parseCmdline(s string) memoryCgroup {
	state := cgroupUnsaid
	for _, word := range strings.Fields(s) {
		key, value, _ := strings.Cut(word, "=")
		if !slices.Contains(strings.Split(value, ","), "memory") {
			continue
		}
		switch key {
		case "cgroup_enable":
			state = cgroupOn
		case "cgroup_disable":
			state = cgroupOff
		}
	}
	return state
}

// memoryController reports whether the kernel offers the memory controller,
// and whether that could be found out. /proc/cgroups isn't asked: from Linux
// 6.12 on it says nothing of version 2.
func (m Machine) memoryController() (on, known bool) {
	if s := m.read("/sys/fs/cgroup/cgroup.controllers"); s != "" {
		return slices.Contains(strings.Fields(s), "memory"), true
	}
	if m.exists("/sys/fs/cgroup/memory/memory.usage_in_bytes") { // version 1
		return true, true
	}
	switch parseCmdline(m.read("/proc/cmdline")) {
	case cgroupOn:
		return true, true
	case cgroupOff:
		return false, true
	case cgroupUnsaid:
	}
	return false, false
}

// cmdlineFile is where a Raspberry Pi keeps its kernel command line: moved by
// Raspberry Pi OS 12.
func (m Machine) cmdlineFile() string {
	for _, p := range []string{"/boot/firmware/cmdline.txt", "/boot/cmdline.txt"} {
		if m.exists(p) {
			return p
		}
	}
	return "/boot/firmware/cmdline.txt"
}

// mount is a line of /proc/mounts.
type mount struct{ Source, Target, Type string }

// parseMounts reads /proc/mounts, see fstab(5): white space in names is
// written in octal.
func parseMounts(s string) []mount {
	octal := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var mounts []mount
	for line := range strings.Lines(s) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		mounts = append(mounts, mount{octal.Replace(f[0]), octal.Replace(f[1]), f[2]})
	}
	return mounts
}

// mounted is the type of the file system mounted exactly at target; the last
// mount covers earlier ones.
func (m Machine) mounted(target string) string {
	kind := ""
	for _, mt := range parseMounts(m.read("/proc/mounts")) {
		if mt.Target == target {
			kind = mt.Type
		}
	}
	return kind
}

// config is what this package reads of the engine's daemon.json.
type config struct {
	DataRoot string   `json:"data-root"`
	Hosts    []string `json:"hosts"`
	Mirrors  []string `json:"registry-mirrors"`
	err      error
}

// daemonConfig reads daemon.json; err tells of a file that the engine would
// refuse to start with.
func daemonConfig(s string) config {
	var c config
	if strings.TrimSpace(s) != "" {
		c.err = json.Unmarshal([]byte(s), &c)
	}
	return c
}
