package engine

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/go-connections/nat"
)

// What an engine does when nothing is said (Dockerfile reference, HEALTHCHECK
// and STOPSIGNAL). The nouns hold what is in force: some versions and builders
// write a default down where others leave it out.
const (
	defaultInterval = 30 * time.Second
	defaultTimeout  = 30 * time.Second
	defaultRetries  = 3
	defaultStop     = "SIGTERM"
	anyIP           = "0.0.0.0"
)

// timeOf reads the engine's form of a time; what can't be read is no time.
func timeOf(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// orNil makes one of an empty and a missing list: which of them an engine
// sends depends on its version.
func orNil[S ~[]string](s S) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

func orNilMap(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

func environment(env []string) map[string]string {
	if len(env) == 0 {
		return nil
	}
	m := make(map[string]string, len(env))
	for _, e := range env {
		key, value, _ := strings.Cut(e, "=")
		m[key] = value
	}
	return m
}

func workingDir(dir string) string { return cmp.Or(dir, "/") }

// signals are the numbers by which a stop signal may be given, and by which
// Podman tells it.
var signals = map[string]string{
	"1": "SIGHUP", "2": "SIGINT", "3": "SIGQUIT", "6": "SIGABRT", "9": "SIGKILL",
	"10": "SIGUSR1", "12": "SIGUSR2", "14": "SIGALRM", "15": "SIGTERM", "28": "SIGWINCH",
}

// stopSignal is a signal's full name; "SIGRTMIN+3" and unknown ones stay as
// they are.
func stopSignal(s string) string {
	s = strings.ToUpper(s)
	switch {
	case s == "":
		return defaultStop
	case signals[s] != "":
		return signals[s]
	case s[0] < '0' || s[0] > '9':
		return "SIG" + strings.TrimPrefix(s, "SIG")
	}
	return s
}

func newHealthcheck(h *container.HealthConfig) *Healthcheck {
	if h == nil || len(h.Test) == 0 || h.Test[0] == "NONE" {
		return nil
	}
	return &Healthcheck{
		Test:        h.Test,
		Interval:    cmp.Or(h.Interval, defaultInterval),
		Timeout:     cmp.Or(h.Timeout, defaultTimeout),
		StartPeriod: h.StartPeriod,
		Retries:     cmp.Or(h.Retries, defaultRetries),
	}
}

// capabilities are names without "CAP_", which engines ≥ 20.10 put before them.
func capabilities(caps []string) []string {
	var out []string
	for _, c := range caps {
		out = append(out, strings.TrimPrefix(strings.ToUpper(c), "CAP_"))
	}
	slices.Sort(out)
	return out
}

func newPorts(bindings nat.PortMap) []Port {
	var ports []Port
	for port, hosts := range bindings {
		for _, h := range hosts {
			n, _ := strconv.Atoi(h.HostPort) // empty or a range: not chosen yet, 0
			ports = append(ports, Port{
				HostIP: cmp.Or(h.HostIP, anyIP), HostPort: n, ContainerPort: port.Int(), Protocol: port.Proto(),
			})
		}
	}
	sortPorts(ports)
	return ports
}

func sortPorts(ports []Port) {
	slices.SortFunc(ports, func(a, b Port) int {
		return cmp.Or(
			cmp.Compare(a.ContainerPort, b.ContainerPort), cmp.Compare(a.Protocol, b.Protocol),
			cmp.Compare(a.HostPort, b.HostPort), cmp.Compare(a.HostIP, b.HostIP))
	})
}
