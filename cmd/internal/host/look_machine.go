package host

import (
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// What counts as little, and as too little to go on.
const (
	littleDisk   = 1 << 30   // bytes: an image or two
	noDisk       = 200 << 20 // bytes: not even that
	littleInodes = 10_000
	littleMemory = 1 << 30 // bytes
	clockOff     = 5 * time.Minute
)

// size words bytes as people read them: "1.5GiB", "858MiB".
func size(n int64) string {
	names := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(names)-1 {
		v, i = v/1024, i+1
	}
	if rounded := math.Round(v*10) / 10; rounded < 10 && rounded != math.Trunc(rounded) {
		return fmt.Sprintf("%.1f%s", rounded, names[i])
	}
	return fmt.Sprintf("%.0f%s", v, names[i])
}

// lookDisk: no room for images, on either of the roots.
func lookDisk(f *facts) []Finding {
	want := f.ask.Disk
	if want == 0 {
		want = littleDisk
	}
	var findings []Finding
	for _, d := range f.disks {
		values := map[string]any{
			"Path": d.Path, "Free": size(d.Free), "FreeBytes": d.Free, "Total": size(d.Total), "Want": size(want),
			"Second": d.Path == containerdRoot,
		}
		commands := []string{"df -h " + quote(d.Path), "docker system df", "docker system prune"}
		switch {
		case d.Inodes >= 0 && d.Inodes < littleInodes && d.Total > 0:
			values["Inodes"] = d.Inodes
			commands[0] = "df -i " + quote(d.Path)
			findings = append(findings, one("disk-inodes", Blocks, values, commands...)...)
		case d.Free < noDisk:
			findings = append(findings, one("disk-full", Blocks, values, commands...)...)
		case d.Free < want:
			findings = append(findings, one("disk-low", Warns, values, commands...)...)
		default:
			findings = append(findings, one("disk-ok", OK, values)...)
		}
	}
	return findings
}

// lookMemory: too little memory, which on WSL is half of the computer's.
func lookMemory(f *facts) []Finding {
	want := f.ask.Memory
	if want == 0 {
		want = littleMemory / 2
	}
	if f.host.Memory == 0 || f.host.Memory >= want {
		return nil
	}
	values := map[string]any{"Memory": size(f.host.Memory), "Want": size(want)}
	if f.host.WSL == 2 {
		return one("memory-wsl", Warns, values, `notepad "$env:USERPROFILE\.wslconfig"`, "wsl.exe --shutdown")
	}
	return one("memory-low", Warns, values, "free -h")
}

// lookMemoryLimit: `docker run --memory` does nothing.
func lookMemoryLimit(f *facts) []Finding {
	off := f.memory && !f.memoryOn && f.local()
	if f.engine != nil {
		off = !f.engine.MemoryLimit
	}
	if !off {
		return nil
	}
	file := f.m.cmdlineFile()
	values := map[string]any{"File": file, "Pi": f.host.Pi}
	if f.host.Pi == "" {
		return one("memory-limit", Warns, values)
	}
	if parseCmdline(f.m.read(file)) == cgroupOn { // written, and not yet in force
		return one("memory-limit-reboot", Warns, values, f.sudo("reboot"))
	}
	return one("memory-limit-pi", Warns, values, f.sudo(`sed -i '1 s/$/ cgroup_enable=memory/' `+file), f.sudo("reboot"))
}

// lookUserland: 32-bit programs on a 64-bit kernel get images that don't fit.
func lookUserland(f *facts) []Finding {
	wide := f.m.Uname.Machine == "aarch64" || f.m.Uname.Machine == "x86_64"
	narrow := slices.Contains([]string{"armhf", "armel", "i386"}, f.dpkgArch) ||
		f.dpkgArch == "" && (f.m.GOARCH == "arm" || f.m.GOARCH == "386")
	if !wide || !narrow {
		return nil
	}
	arch := f.dpkgArch
	if arch == "" {
		arch = f.m.GOARCH
	}
	return one("userland-32", Warns, map[string]any{"Userland": arch, "Kernel": f.m.Uname.Machine, "Pi": f.host.Pi}, "dpkg --print-architecture", "uname -m")
}

// lookOldBoard: ARMv6 boards run Debian's own armhf programs, and most images,
// not at all.
func lookOldBoard(f *facts) []Finding {
	if f.m.Uname.Machine != "armv6l" {
		return nil
	}
	return one("armv6", Warns, map[string]any{"Pi": f.host.Pi})
}

// lookOverlay: an engine can't put its layers on an overlay.
func lookOverlay(f *facts) []Finding {
	if f.host.Pi == "" || f.m.mounted("/") != "overlay" {
		return nil
	}
	for _, root := range []string{f.m.dataRoot(), containerdRoot} {
		if f.m.mounted(root) == "" {
			return one("overlay-root", Warns, map[string]any{"Path": root}, f.sudo("raspi-config nonint disable_overlayfs"), f.sudo("reboot"))
		}
	}
	return nil
}

// lookSeccomp: an old libseccomp answers new system calls wrongly on 32-bit ARM.
func lookSeccomp(f *facts) []Finding {
	if f.seccomp == "" || !olderSeccomp(f.seccomp) {
		return nil
	}
	return one("seccomp", Warns, map[string]any{"Version": f.seccomp}, f.sudo("apt-get update"), f.sudo("apt-get install --only-upgrade libseccomp2"))
}

var seccompVersion = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)`) })

// olderSeccomp reports whether a version is before 2.4.2.
func olderSeccomp(version string) bool {
	p := seccompVersion().FindStringSubmatch(version)
	if p == nil {
		return false
	}
	got := [3]int{major(p[1]), major(p[2]), major(p[3])}
	return slices.Compare(got[:], []int{2, 4, 2}) < 0
}

// lookClock: with a wrong clock no certificate holds.
func lookClock(f *facts) []Finding {
	now := f.m.Now()
	values := map[string]any{"Now": now.UTC().Format(time.RFC3339)}
	commands := []string{f.sudo("timedatectl set-ntp true")}
	if f.host.WSL == 2 {
		commands = []string{f.sudo("hwclock -s")}
	}
	switch date := f.network.date; {
	case !date.IsZero() && now.Sub(date).Abs() > clockOff:
		values["Date"] = date.UTC().Format(time.RFC3339)
		return one("clock", Blocks, values, commands...)
	case now.Before(f.m.Built):
		values["Date"] = f.m.Built.UTC().Format(time.RFC3339)
		return one("clock", Blocks, values, commands...)
	}
	return nil
}

// isBridge reports whether a network device is the engine's own.
func isBridge(device string) bool {
	return slices.ContainsFunc([]string{"docker", "br-", "veth", "podman", "cni"}, func(s string) bool { return strings.HasPrefix(device, s) })
}

// pools is how many networks the engine's built-in address pools hold: 172.17
// to 172.31 with /16 each, and 192.168.0.0/16 in sixteen parts (moby ipamutils).
const pools = 31

// lookSubnets: Docker's networks and the machine's overlap, or none are left.
func lookSubnets(f *facts) []Finding {
	if !f.local() {
		return nil
	}
	var findings []Finding
	count := 0
	for _, n := range f.networks {
		if n.Driver == "bridge" {
			count++
		}
		for _, s := range n.Subnets {
			subnet, err := netip.ParsePrefix(s)
			if err != nil {
				continue
			}
			for _, r := range f.routes {
				if subnet.Overlaps(r.Net) && !isBridge(r.Device) {
					findings = append(findings, one("subnet-overlap", Warns, map[string]any{
						"Network": n.Name, "Subnet": s, "Route": r.Net.String(), "Device": r.Device,
					}, "docker network rm "+quote(n.Name))...)
				}
			}
		}
	}
	if count >= pools-1 {
		findings = append(findings, one("subnets-full", Warns, map[string]any{"Count": count}, "docker network ls", "docker network prune")...)
	}
	return findings
}

// lookSystemd: without it an engine in WSL starts by hand only.
func lookSystemd(f *facts) []Finding {
	if f.host.WSL != 2 || f.init == systemd || f.stub || strings.Contains(f.endpoint.Host, "desktop") {
		return nil
	}
	return one("systemd-off", Info, map[string]any{"Init": strings.TrimSpace(f.m.read("/proc/1/comm"))}, f.wslConf(), "wsl.exe --shutdown")
}

// wslConf is the command that turns systemd on at WSL's next start.
func (f *facts) wslConf() string {
	conf := f.m.read("/etc/wsl.conf")
	switch {
	case regexp.MustCompile(`(?m)^systemd *=`).MatchString(conf):
		return f.sudo(`sed -i 's/^systemd *=.*/systemd=true/' /etc/wsl.conf`)
	case strings.Contains(conf, "[boot]"):
		return f.sudo(`sed -i '/^\[boot\]/a systemd=true' /etc/wsl.conf`)
	}
	return fmt.Sprintf(`printf '\n[boot]\nsystemd=true\n' | %s >/dev/null`, f.sudo("tee -a /etc/wsl.conf"))
}

// lookBuildx: builds go the old way.
func lookBuildx(f *facts) []Finding {
	if f.docker == "" || f.buildx != "" || f.hung {
		return nil
	}
	return one("buildx-missing", Info, nil)
}
