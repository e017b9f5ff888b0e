package host

import (
	"strconv"
	"strings"
)

// release is what /etc/os-release says, see os-release(5).
type release struct {
	ID             string // "debian"
	Like           []string
	Version        string // "12"; empty for Debian testing and unstable
	Codename       string // "bookworm"
	UbuntuCodename string // in Ubuntu and what is made from it
	Pretty         string
}

// parseRelease reads os-release(5). What it can't read it passes over, as
// shells do.
func parseRelease(s string) release {
	var r release
	for line := range strings.Lines(s) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(key, "#") {
			continue
		}
		value = unquote(value)
		switch key {
		case "ID":
			r.ID = value
		case "ID_LIKE":
			r.Like = strings.Fields(value)
		case "VERSION_ID":
			r.Version = value
		case "VERSION_CODENAME":
			r.Codename = value
		case "UBUNTU_CODENAME":
			r.UbuntuCodename = value
		case "PRETTY_NAME":
			r.Pretty = value
		}
	}
	return r
}

// unquote undoes a shell's quotes as os-release(5) allows them.
func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		quote := s[0]
		s = s[1 : len(s)-1]
		if quote == '\'' {
			return s
		}
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\$`, `$`, "\\`", "`").Replace(s)
	}
	return s
}

// major is the number before the first dot; 0 where there is none.
func major(version string) int {
	head, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(head)
	if err != nil {
		return 0
	}
	return n
}

// wslVersion tells WSL 1 and 2 from the kernel's release: WSL 2 runs a Linux
// kernel of Microsoft's ("6.6.87.2-microsoft-standard-WSL2"), WSL 1 imitates
// one ("4.4.0-19041-Microsoft"). A kernel that someone built for themselves
// may say neither; /proc/version and WSL's own binfmt entry then tell.
func (m Machine) wslVersion() int {
	kernel := m.kernel()
	lower := strings.ToLower(kernel)
	switch {
	case strings.Contains(lower, "wsl2"), strings.Contains(lower, "microsoft-standard"):
		return 2
	case strings.Contains(kernel, "Microsoft"):
		return 1
	case m.exists("/proc/sys/fs/binfmt_misc/WSLInterop"), m.exists("/proc/sys/fs/binfmt_misc/WSLInterop-late"),
		strings.Contains(strings.ToLower(m.read("/proc/version")), "microsoft"):
		return 2
	}
	return 0
}

// kernel is the kernel's release. The file is asked first, so that a root
// directory can tell of another machine.
func (m Machine) kernel() string {
	if s := strings.TrimSpace(m.read("/proc/sys/kernel/osrelease")); s != "" {
		return s
	}
	return m.Uname.Release
}

// piModel is the board's name from the device tree; "" where it is no
// Raspberry Pi.
func (m Machine) piModel() string {
	for _, p := range []string{"/proc/device-tree/model", "/sys/firmware/devicetree/base/model"} {
		model := strings.TrimSpace(strings.TrimRight(m.read(p), "\x00\n"))
		if strings.HasPrefix(model, "Raspberry Pi") {
			return model
		}
	}
	return ""
}

// memTotal is MemTotal of /proc/meminfo in bytes; 0 where it isn't there.
func memTotal(meminfo string) int64 {
	for line := range strings.Lines(meminfo) {
		f := strings.Fields(line)
		if len(f) >= 2 && f[0] == "MemTotal:" {
			kb, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil || kb < 0 || kb > 1<<50 {
				return 0
			}
			return kb << 10
		}
	}
	return 0
}

// init systems that can be running as process 1.
const (
	systemd = "systemd"
	sysv    = "service" // an init script is all there is
	noInit  = "none"    // a container, or a CI job
)

// initSystem says who starts services here. Like sd_booted(3) it looks for
// systemd's own directory: the programs may be installed without running.
func (m Machine) initSystem() string {
	switch {
	case m.exists("/run/systemd/system"):
		return systemd
	case m.exists("/usr/sbin/service") || m.exists("/sbin/service"):
		return sysv
	}
	return noInit
}
