package checker

import (
	"slices"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// networkSpec is what a check may ask of a network.
type networkSpec struct {
	base
	Network    string   `yaml:"network"`
	State      presence `yaml:"state"`
	Driver     string   `yaml:"driver"`
	Internal   *bool    `yaml:"internal"`
	Labels     pairs    `yaml:"labels"`
	Replaced   bool     `yaml:"replaced"`
	Containers []string `yaml:"containers"`
}

func (s *networkSpec) subject() Subject { return Subject{Kind: "network", Name: s.Network} }

func (s *networkSpec) validate() []error { return validateName("network", s.Network) }

func (s *networkSpec) compare(v *view) (r verdict) {
	sub := s.subject()
	n, known := v.namedNetwork(s.Network)
	if !known {
		return r
	}
	if n == nil {
		if v.judgePresence(&r, sub, s.State, false, time.Time{}) {
			return r
		}
		f := r.add(sub, "network", Missing, "present", "")
		f.Near = v.nearNetwork(s.Network)
		v.explainRemoved(f)
		return r
	}
	if v.judgePresence(&r, sub, s.State, true, n.Created) {
		return r
	}
	if s.Driver != "" && n.Driver != s.Driver {
		r.add(sub, "network.driver", Different, s.Driver, n.Driver)
	}
	if s.Internal != nil && n.Internal != *s.Internal {
		r.add(sub, "network.internal", Different, yesNo(*s.Internal), yesNo(n.Internal))
	}
	r.pairs(sub, "network.labels", s.Labels, n.Labels)
	if s.Replaced {
		v.judgeReplaced(&r, sub, n.ID, n.Created)
	}
	for _, name := range s.Containers {
		s.judgeMember(v, &r, name)
	}
	r.keep(v, "network", n.Name, n.ID)
	return r
}

// judgeMember asks the container, not the network: a network lists only the
// running ones.
func (s *networkSpec) judgeMember(v *view, r *verdict, name string) {
	c, known := v.namedContainer(name)
	if !known {
		return
	}
	if c == nil {
		f := r.add(s.subject(), "network.containers", Missing, name, "").explain("no-such-container", "Container", name)
		f.Near = v.nearContainer(name, "")
		return
	}
	e, on := endpoint(c, s.Network)
	if on && !v.attached(c, e) {
		r.add(s.subject(), "network.containers", Stale, name, "").explain("other-network", "Network", s.Network, "Container", name)
	}
	if !on {
		r.add(s.subject(), "network.containers", Missing, name, "").
			explain("on-networks", "Container", name, "Networks", showNetworks(c))
	}
}

// attached reports whether what a container is attached to still is the
// network of that name. Only one that doesn't run can hold on to another,
// which was removed since: it can't be started then.
func (v *view) attached(c *engine.Container, e engine.Attachment) bool {
	if e.ID == "" || c.Status == "running" || c.Status == "paused" || c.Status == "restarting" {
		return true
	}
	n, known := v.namedNetwork(e.Network)
	return !known || n != nil && n.ID == e.ID
}

// namedNetwork finds a network by its name; an engine also finds them by the
// beginning of an ID.
func (v *view) namedNetwork(name string) (*engine.Network, bool) {
	n, known := v.network(name)
	if n != nil && n.Name != name {
		n = nil
	}
	return n, known
}

// nearNetwork finds what comes near to a network that isn't there.
func (v *view) nearNetwork(name string) Near {
	networks, known := v.networks()
	if !known {
		return Near{}
	}
	rivals := make([]rival, 0, len(networks))
	for _, n := range networks {
		rivals = append(rivals, rival{subject: Subject{"network", n.Name}, name: n.Name, created: n.Created})
	}
	if near := v.nearestName(name, rivals); !near.IsZero() {
		return near
	}
	return v.nearOtherKind(name, "network")
}

// showNetworks names a container's networks.
func showNetworks(c *engine.Container) string {
	names := make([]string, 0, len(c.Networks))
	for _, e := range c.Networks {
		names = append(names, e.Network)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// networkMap is the networks that a container is to be on: a list of names,
// or a mapping with aliases.
type networkMap []networkWish

type networkWish struct {
	name    string
	aliases []string
}
