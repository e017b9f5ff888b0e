package checker

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/go-connections/nat"
	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// portList is ports to be published, in Compose's short or long form.
type portList []engine.Port

func (p *portList) decode(d *decoder, n *yaml.Node) {
	if !d.is(n, yaml.SequenceNode, "ports: a list is wanted, such as [\"8080:80\"]") {
		return
	}
	if len(n.Content) == 0 {
		d.errorf(n, "ports: the list is empty: it would ask for nothing")
	}
	for _, item := range n.Content {
		if item.Kind == yaml.MappingNode {
			p.decodeLong(d, item)
			continue
		}
		s, ok := d.text(item, "ports")
		if !ok {
			continue
		}
		mappings, err := nat.ParsePortSpec(s)
		if err != nil {
			d.errorf(item, "ports: %q is not HOST:CONTAINER, such as \"8080:80\"", s)
			continue
		}
		for _, m := range mappings {
			host, _ := strconv.Atoi(m.Binding.HostPort)
			*p = append(*p, engine.Port{
				HostIP: m.Binding.HostIP, HostPort: host,
				ContainerPort: m.Port.Int(), Protocol: m.Port.Proto(),
			})
		}
	}
}

func (p *portList) decodeLong(d *decoder, n *yaml.Node) {
	var long struct {
		Target    int    `yaml:"target"`
		Published string `yaml:"published"`
		HostIP    string `yaml:"host_ip"`
		Protocol  string `yaml:"protocol"`
	}
	before := len(d.issues)
	d.into(n, &long, "ports")
	host := 0
	if long.Published != "" {
		var err error
		if host, err = strconv.Atoi(long.Published); err != nil || host < 1 || host > 65535 {
			d.errorf(n, "ports: published: %q is not a port", long.Published)
		}
	}
	if long.Target < 1 || long.Target > 65535 {
		d.errorf(n, "ports: target is the port in the container, 1 to 65535")
	}
	if long.Protocol == "" {
		long.Protocol = "tcp"
	}
	if len(d.issues) == before {
		*p = append(*p, engine.Port{HostIP: long.HostIP, HostPort: host, ContainerPort: long.Target, Protocol: long.Protocol})
	}
}

// showPort is a published port in the short form: 8080:80, 127.0.0.1:53:53/udp.
func showPort(p engine.Port) string {
	s := strconv.Itoa(p.ContainerPort)
	if p.HostPort != 0 {
		s = strconv.Itoa(p.HostPort) + ":" + s
	}
	if p.HostIP != "" && !everywhere(p.HostIP) {
		ip := p.HostIP
		if strings.Contains(ip, ":") {
			ip = "[" + ip + "]"
		}
		if p.HostPort == 0 {
			ip += ":"
		}
		s = ip + ":" + s
	}
	if p.Protocol != "" && p.Protocol != "tcp" {
		s += "/" + p.Protocol
	}
	return s
}

func showPorts(ports []engine.Port) string {
	var shown []string
	for _, p := range ports {
		if s := showPort(p); !slices.Contains(shown, s) { // once for IPv4 and IPv6
			shown = append(shown, s)
		}
	}
	return strings.Join(shown, ", ")
}

// everywhere reports whether an address means all of a host's.
func everywhere(ip string) bool {
	a, err := netip.ParseAddr(ip)
	return ip == "" || err == nil && a.IsUnspecified()
}

// fromLocalhost reports whether localhost reaches an address: of the loopback
// ones that is 127.0.0.1 and ::1, not 127.0.0.2.
func fromLocalhost(ip string) bool {
	a, err := netip.ParseAddr(ip)
	return everywhere(ip) || err == nil && (a == netip.IPv6Loopback() || a == netip.AddrFrom4([4]byte{127, 0, 0, 1}))
}

// publishes reports whether a binding is what was asked for. An address counts
// only where it is written; else localhost must reach it.
func publishes(have, want engine.Port) bool {
	if have.ContainerPort != want.ContainerPort || protocol(have) != protocol(want) {
		return false
	}
	if want.HostPort != 0 && have.HostPort != want.HostPort {
		return false
	}
	return sameAddress(have.HostIP, want.HostIP)
}

func sameAddress(have, want string) bool {
	switch {
	case want == "":
		return fromLocalhost(have)
	case everywhere(want):
		return everywhere(have)
	}
	a, errA := netip.ParseAddr(have)
	b, errB := netip.ParseAddr(want)
	return errA == nil && errB == nil && a == b
}

func protocol(p engine.Port) string {
	if p.Protocol == "" {
		return "tcp"
	}
	return p.Protocol
}

// judgePorts judges published ports.
func (v *view) judgePorts(r *verdict, s Subject, c *engine.Container, want portList) {
	for _, w := range want {
		if slices.ContainsFunc(c.Ports, func(p engine.Port) bool { return publishes(p, w) }) {
			continue
		}
		v.explainPort(r.add(s, "container.ports", Missing, showPort(w), showPorts(c.Ports)), c, w)
	}
}

// explainPort says how a port that isn't published as wanted comes near.
func (v *view) explainPort(f *Finding, c *engine.Container, w engine.Port) {
	exposed := slices.Contains(c.Exposed, strconv.Itoa(w.ContainerPort)+"/"+protocol(w))
	find := func(fits func(engine.Port) bool) bool {
		i := slices.IndexFunc(c.Ports, fits)
		if i >= 0 {
			f.Reason, f.Got = Different, showPort(c.Ports[i])
		}
		return i >= 0
	}
	switch {
	case c.NetworkMode == "host":
		f.explain("host-network")
	case c.Status == "running" && len(c.Networks) == 0 && len(c.Ports) == 0 && c.NetworkMode != "none" && !strings.HasPrefix(c.NetworkMode, "container:"):
		f.explain("lost-network") // engine 29, when it is started after a start that failed
	case find(func(p engine.Port) bool {
		return p.ContainerPort == w.ContainerPort && p.Protocol == w.Protocol && (w.HostPort == 0 || p.HostPort == w.HostPort)
	}):
		f.Got = fullPort(c.Ports, f.Got, w)
		f.explain("other-address")
	case find(func(p engine.Port) bool { return p.ContainerPort == w.ContainerPort && p.HostPort == w.HostPort }):
		f.explain("other-protocol")
	case w.HostPort != 0 && find(func(p engine.Port) bool { return p.HostPort == w.ContainerPort && p.ContainerPort == w.HostPort }):
		f.explain("ports-swapped")
	case find(func(p engine.Port) bool { return p.ContainerPort == w.ContainerPort }):
		f.explain("other-host-port")
	case w.HostPort != 0 && find(func(p engine.Port) bool { return p.HostPort == w.HostPort }):
		f.explain("other-container-port")
	case exposed && len(c.Ports) == 0:
		f.explain("exposed-not-published")
	}
	if w.HostPort != 0 {
		v.nearPortHolder(f, c, w)
	}
}

// fullPort shows a binding with its address, where the address is what differs.
func fullPort(ports []engine.Port, shown string, w engine.Port) string {
	for _, p := range ports {
		if showPort(p) == shown && everywhere(p.HostIP) && p.ContainerPort == w.ContainerPort {
			return "0.0.0.0:" + shown
		}
	}
	return shown
}

// nearPortHolder names another container that publishes the wanted port.
func (v *view) nearPortHolder(f *Finding, c *engine.Container, w engine.Port) {
	list, known := v.containers()
	if !known {
		return
	}
	for _, other := range list {
		if other.ID == c.ID || other.Status != "running" {
			continue
		}
		if slices.ContainsFunc(other.Ports, func(p engine.Port) bool {
			return p.HostPort == w.HostPort && protocol(p) == protocol(w)
		}) {
			f.Near = Near{Subject: Subject{"container", other.Name}, Why: nearHoldsPort, Since: other.Created}
			return
		}
	}
}

// exposeList is ports that an image or a container declares: "80", "53/udp".
type exposeList []string

func (e *exposeList) decode(d *decoder, n *yaml.Node) {
	if !d.is(n, yaml.SequenceNode, "expose: a list is wanted, such as [\"80\"]") {
		return
	}
	if len(n.Content) == 0 {
		d.errorf(n, "expose: the list is empty: it would ask for nothing")
	}
	for _, item := range n.Content {
		s, ok := d.text(item, "expose")
		if !ok {
			continue
		}
		port, proto, found := strings.Cut(s, "/")
		if !found {
			proto = "tcp"
		}
		number, err := strconv.Atoi(port)
		if err != nil || number < 1 || number > 65535 || !slices.Contains([]string{"tcp", "udp", "sctp"}, proto) {
			d.errorf(item, "expose: %q is not a port, such as \"80\" or \"53/udp\"", s)
			continue
		}
		*e = append(*e, strconv.Itoa(number)+"/"+proto)
	}
}

// judgeExposed judges declared ports.
func (r *verdict) judgeExposed(s Subject, field string, want exposeList, have []string) {
	for _, w := range want {
		if slices.Contains(have, w) {
			continue
		}
		r.add(s, field, Missing, strings.TrimSuffix(w, "/tcp"), strings.ReplaceAll(strings.Join(have, ", "), "/tcp", ""))
	}
}
