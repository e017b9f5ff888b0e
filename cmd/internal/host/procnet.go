package host

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"path"
	"strconv"
	"strings"
)

// listener is a TCP socket that listens, from /proc/net/tcp or tcp6.
type listener struct {
	Addr  netip.Addr
	Port  int
	UID   int
	Inode string
}

// parseListeners reads the listening sockets of /proc/net/tcp or tcp6, see
// proc_pid_net(5): state 0A, addresses as 32-bit words of the machine's own
// byte order. All machines that this runs on are little-endian.
func parseListeners(s string) []listener {
	var list []listener
	for line := range strings.Lines(s) {
		f := strings.Fields(line)
		if len(f) < 10 || f[3] != "0A" {
			continue
		}
		host, port, ok := strings.Cut(f[1], ":")
		if !ok {
			continue
		}
		addr, ok := hexAddr(host)
		n, err := strconv.ParseUint(port, 16, 16)
		if !ok || err != nil {
			continue
		}
		uid, err := strconv.ParseUint(f[7], 10, 31)
		if err != nil {
			continue
		}
		list = append(list, listener{Addr: addr, Port: int(n), UID: int(uid), Inode: f[9]})
	}
	return list
}

func hexAddr(s string) (netip.Addr, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 4 && len(b) != 16 {
		return netip.Addr{}, false
	}
	for i := 0; i < len(b); i += 4 {
		binary.BigEndian.PutUint32(b[i:], binary.LittleEndian.Uint32(b[i:]))
	}
	addr, ok := netip.AddrFromSlice(b)
	return addr.Unmap(), ok
}

// listeners are all TCP sockets that listen in this network namespace.
func (m Machine) listeners() []listener {
	return append(parseListeners(m.read("/proc/net/tcp")), parseListeners(m.read("/proc/net/tcp6"))...)
}

// process is who holds a socket.
type process struct {
	PID  int
	Name string
}

// holder finds the process that has a socket open. Of other users' processes
// only root may know; then it is nil.
func (m Machine) holder(inode string) *process {
	want := "socket:[" + inode + "]"
	for _, dir := range m.glob("/proc/[0-9]*") {
		pid, err := strconv.Atoi(path.Base(dir))
		if err != nil {
			continue
		}
		fds, err := os.ReadDir(m.path(dir + "/fd"))
		if err != nil {
			continue
		}
		for _, fd := range fds {
			if to, err := os.Readlink(m.path(dir + "/fd/" + fd.Name())); err == nil && to == want {
				return &process{PID: pid, Name: strings.TrimSpace(m.read(dir + "/comm"))}
			}
		}
	}
	return nil
}

// route is a line of /proc/net/route.
type route struct {
	Device string
	Net    netip.Prefix
}

// parseRoutes reads /proc/net/route without the default route.
func parseRoutes(s string) []route {
	var routes []route
	for line := range strings.Lines(s) {
		f := strings.Fields(line)
		if len(f) < 8 {
			continue
		}
		dst, ok := hexAddr(f[1])
		mask, ok2 := hexAddr(f[7])
		if !ok || !ok2 || !dst.Is4() || !mask.Is4() {
			continue
		}
		m := mask.As4()
		word := binary.BigEndian.Uint32(m[:])
		bits := 0
		for word&(1<<31) != 0 {
			word, bits = word<<1, bits+1
		}
		if word != 0 || bits == 0 {
			continue
		}
		routes = append(routes, route{Device: f[0], Net: netip.PrefixFrom(dst, bits).Masked()})
	}
	return routes
}
