package engine

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// parseHost completes a host as the docker command does (docker/cli,
// opts.ParseHost): empty means the default, no scheme means tcp, and a tcp
// host without a port gets 2375.
func parseHost(val string, secure bool) (string, error) {
	val = strings.TrimSpace(val)
	if val == "" {
		if secure {
			return "tcp://localhost:2376", nil
		}
		return DefaultHost, nil
	}
	scheme, addr, ok := cutHost(val)
	if !ok {
		scheme, addr = "tcp", val
	}
	switch scheme {
	case "tcp":
		return parseTCP(addr)
	case "unix":
		if addr == "" {
			return DefaultHost, nil
		}
		if strings.Contains(addr, "://") {
			return "", fmt.Errorf("host %q: not a path to a socket", val)
		}
		return "unix://" + addr, nil
	case "ssh", "npipe", "fd":
		return val, nil
	}
	return "", fmt.Errorf("host %q: unknown scheme %q", val, scheme)
}

func cutHost(host string) (scheme, addr string, ok bool) {
	return strings.Cut(host, "://")
}

func parseTCP(addr string) (string, error) {
	const host, port = "localhost", "2375"
	if addr == "" {
		return "tcp://" + net.JoinHostPort(host, port), nil
	}
	if strings.Contains(addr, "://") {
		return "", fmt.Errorf("host %q: not an address", addr)
	}
	if strings.HasSuffix(addr, "]:") {
		addr += port
	}
	u, err := url.Parse("tcp://" + addr)
	if err != nil {
		return "", fmt.Errorf("host %q: %w", addr, err)
	}
	h, p, err := net.SplitHostPort(u.Host)
	if err != nil {
		if h, p, err = net.SplitHostPort(net.JoinHostPort(strings.Trim(u.Host, "[]"), port)); err != nil {
			return "", fmt.Errorf("host %q: %w", addr, err)
		}
	}
	if h == "" {
		h = host
	}
	if p == "" {
		p = port
	}
	whole := "tcp://" + net.JoinHostPort(h, p) + u.Path
	if _, err := url.Parse(whole); err != nil {
		return "", fmt.Errorf("host %q: %w", addr, err)
	}
	return whole, nil
}
