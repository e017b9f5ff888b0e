package learner

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/lessons"
)

// portType is the type of a parameter that is a TCP port of the host.
const portType = "port"

// Values is what decides a lesson's parameters.
type Values struct {
	Kept     map[string]string // from an earlier start: they stay as they are
	Given    map[string]string // go before the lesson's own defaults
	Platform string            // "linux/arm/v7", see Platform
	// Taken reports whether a port can't be published. When nil, ports are
	// taken as they are written.
	Taken func(port int) bool
}

// Replaced is a port that was taken, and what stands in for it.
type Replaced struct {
	Name string `json:"name"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

// Fill gives each parameter its value, and tells which ports were replaced by
// the next free one. The same input gives the same values. No two ports of a
// lesson are the same.
func Fill(params []lessons.Param, v Values) (map[string]string, []Replaced, error) {
	values := make(map[string]string, len(params))
	used := map[string]bool{}
	for _, p := range params { // kept ports first: no other may take their place
		kept := v.Kept[p.Name]
		if p.Type == portType {
			if _, err := parsePort(kept); err != nil {
				continue // it was no port in an older version of the lesson
			}
			used[kept] = true
		}
		if kept != "" {
			values[p.Name] = kept
		}
	}
	var replaced []Replaced
	for _, p := range params {
		if _, ok := values[p.Name]; ok {
			continue
		}
		value := wanted(p, v)
		if p.Type == portType {
			free, err := freePort(value, used, v.Taken)
			if err != nil {
				return nil, nil, fmt.Errorf("parameter %q: %w", p.Name, err)
			}
			if free != value {
				replaced = append(replaced, Replaced{Name: p.Name, Want: value, Got: free})
			}
			value = free
			used[value] = true
		}
		values[p.Name] = value
	}
	return values, replaced, nil
}

// wanted is a parameter's value before it is known whether it can be had.
func wanted(p lessons.Param, v Values) string {
	if given, ok := v.Given[p.Name]; ok {
		return given
	}
	return p.For(v.Platform)
}

// parsePort reads a port's number, from 1 to 65535.
func parsePort(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a port", s)
	}
	return int(n), nil
}

// freePort is the first port from the wanted one on that nobody has. Past the
// highest port it goes on above the privileged ones.
func freePort(wanted string, used map[string]bool, taken func(int) bool) (string, error) {
	if taken == nil {
		taken = func(int) bool { return false }
	}
	port, err := parsePort(wanted)
	if err != nil {
		return "", err
	}
	const lowest, highest = 1024, 65535
	for range highest {
		s := strconv.Itoa(port)
		if !used[s] && !taken(port) {
			return s, nil
		}
		if port++; port > highest {
			port = lowest
		}
	}
	return "", errors.New("no port is free")
}

// Listening reports whether something on this machine listens on a TCP port,
// on any address that a published port would need. A port that can't be tried
// for another reason (a privileged one) counts as free.
func Listening(port int) bool {
	var lc net.ListenConfig
	for _, host := range []string{"0.0.0.0", "127.0.0.1", "::"} {
		network := "tcp4"
		if host == "::" {
			network = "tcp6"
		}
		l, err := lc.Listen(context.Background(), network, net.JoinHostPort(host, strconv.Itoa(port)))
		if err == nil {
			_ = l.Close()
			continue
		}
		if errors.Is(err, syscall.EADDRINUSE) {
			return true
		}
	}
	return false
}

// Published is the set of host ports that an engine's containers publish over
// TCP.
func Published(containers []engine.Summary) map[int]bool {
	ports := map[int]bool{}
	for _, c := range containers {
		for _, p := range c.Ports {
			if p.HostPort != 0 && (p.Protocol == "tcp" || p.Protocol == "") {
				ports[p.HostPort] = true
			}
		}
	}
	return ports
}

// Platform names a platform as parameters and images do: "linux/amd64",
// "linux/arm/v7". The variant of 64-bit ARM is left out, there being one only.
func Platform(os, arch, variant string) string {
	if arch == "arm" && variant == "" {
		variant = "v7" // the lowest that is supported
	}
	if arch != "arm" || variant == "" {
		return os + "/" + arch
	}
	return os + "/" + arch + "/" + variant
}
