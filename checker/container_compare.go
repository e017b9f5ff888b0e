package checker

import (
	"math"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

func equalSpecs(a, b *containerSpec) bool { return reflect.DeepEqual(a, b) }

func (s *containerSpec) compare(v *view) verdict {
	if s.Of.named() {
		return s.compareNamed(v)
	}
	return s.compareSelected(v)
}

// compareNamed judges the one container of a name.
func (s *containerSpec) compareNamed(v *view) (r verdict) {
	sub := s.subject()
	c, known := v.namedContainer(s.Of.Name)
	if !known {
		return r
	}
	if s.State.wantsAbsence() {
		there := c != nil
		v.judgePresence(&r, sub, presence(s.State.name), there, createdAt(c))
		if s.AnonymousVolumes != "" && !there && len(r.findings) == 0 {
			s.judgeLeft(v, &r, sub)
		}
		return r
	}
	if c == nil {
		if s.Ran != nil && !s.asksMoreThanRan() {
			s.judgeRanEvents(v, &r, nil)
			if len(r.findings) == 0 || len(v.needs) > 0 {
				return r
			}
			r.findings = nil // what is missing tells more
		}
		f := r.add(sub, "container", Missing, s.wish(), "")
		f.Near = v.nearContainer(s.Of.Name, string(s.Image))
		v.explainGone(f)
		return r
	}
	s.judge(v, &r, sub, c)
	if len(r.findings) == 0 {
		r.keepContainer(v, c.Name, c.ID, c.Mounts)
	}
	return r
}

// wish names the wanted state of a container that isn't there.
func (s *containerSpec) wish() string {
	switch {
	case s.State.name != "":
		return s.State.String()
	case s.Ran != nil:
		return "exited " + count(*s.Ran)
	}
	return "present"
}

// asksMoreThanRan reports whether the check wants what can only be seen on a
// container that is still there.
func (s *containerSpec) asksMoreThanRan() bool {
	bare := containerSpec{base: s.base, Of: s.Of, Ran: s.Ran}
	return !equalSpecs(s, &bare)
}

// judge judges a container that is there: what it is, how it is made, then
// what it does.
func (s *containerSpec) judge(v *view, r *verdict, sub Subject, c *engine.Container) {
	s.judgeImage(v, r, sub, c)
	s.judgeConfig(v, r, sub, c)
	s.judgeResources(v, r, sub, c)
	if s.State.name != "" {
		s.judgeState(v, r, sub, c)
	}
	if s.Ran != nil {
		s.judgeRan(v, r, sub, c)
	}
	s.judgeLife(v, r, sub, c)
	if s.Replaced {
		v.judgeReplaced(r, sub, c.ID, c.Created)
	}
	s.judgeInside(v, r, sub, c)
}

func (s *containerSpec) judgeImage(v *view, r *verdict, sub Subject, c *engine.Container) {
	if s.Image == "" {
		return
	}
	k, known := v.imageKinship(c, string(s.Image))
	if !known || k == same {
		return
	}
	if k == outdated {
		r.add(sub, "container.image", Stale, familiar(string(s.Image)), familiar(c.Image)).explain("older-build", "Image", familiar(string(s.Image)))
		return
	}
	f := r.add(sub, "container.image", Different, familiar(string(s.Image)), familiar(c.Image))
	switch {
	case repository(c.Image) == repository(string(s.Image)):
		f.explain("other-tag")
	case strings.HasSuffix(repository(c.Image), "/"+path.Base(repository(string(s.Image)))):
		f.explain("other-repository")
	}
}

func (s *containerSpec) judgeConfig(v *view, r *verdict, sub Subject, c *engine.Container) {
	v.judgeCommand(r, sub, s, c)
	line := joinWords(whole(c.Entrypoint, c.Command))
	for _, w := range s.CommandLacks {
		if hasWhole(line, w) {
			r.add(sub, "container.command_lacks", Extra, w, line)
		}
	}
	r.pairs(sub, "container.environment", s.Environment, c.Environment)
	r.pairs(sub, "container.labels", s.Labels, c.Labels)
	v.judgeUser(r, sub, s.User, c)
	r.dir(sub, "container.working_dir", s.WorkingDir, c.WorkingDir)
	r.text(sub, "container.hostname", s.Hostname, c.Hostname)
	r.signal(sub, "container.stop_signal", s.StopSignal, c.StopSignal)
	r.flag(sub, "container.tty", s.TTY, c.TTY)
	r.flag(sub, "container.stdin_open", s.StdinOpen, c.StdinOpen)
	r.flag(sub, "container.auto_remove", s.AutoRemove, c.AutoRemove)
	r.judgeHealthcheck(sub, "container.healthcheck", s.Healthcheck, c.Healthcheck)
	v.judgePorts(r, sub, c, s.Ports)
	r.judgeExposed(sub, "container.expose", s.Expose, c.Exposed)
	v.judgeMounts(r, sub, c, s.Volumes)
	for _, t := range s.Tmpfs {
		there := slices.ContainsFunc(c.Tmpfs, func(h string) bool { return path.Clean(h) == path.Clean(t) }) ||
			slices.ContainsFunc(c.Mounts, func(m engine.Mount) bool { return m.Type == "tmpfs" && path.Clean(m.Destination) == path.Clean(t) })
		if !there {
			r.add(sub, "container.tmpfs", Missing, t, strings.Join(c.Tmpfs, ", "))
		}
	}
	s.judgeNetworks(v, r, sub, c)
	if s.Restart.policy != "" && !s.Restart.holds(c.Restart) {
		r.add(sub, "container.restart", Different, s.Restart.String(), showRestart(c.Restart))
	}
}

func (s *containerSpec) judgeNetworks(v *view, r *verdict, sub Subject, c *engine.Container) {
	s.judgeNetworkMode(v, r, sub, c)
	for _, w := range s.Networks {
		e, on := endpoint(c, w.name)
		if on && !v.attached(c, e) {
			r.add(sub, "container.networks", Stale, w.name, "").explain("other-network", "Network", w.name, "Container", c.Name)
			continue
		}
		if !on {
			f := r.add(sub, "container.networks", Missing, w.name, showNetworks(c))
			n, known := v.namedNetwork(w.name)
			if !known {
				continue
			}
			if n == nil {
				f.explain("no-such-network", "Network", w.name)
				f.Near = v.nearNetwork(w.name)
			} else {
				f.explain("not-attached", "Network", w.name, "Container", c.Name)
			}
			continue
		}
		for _, alias := range w.aliases {
			if !slices.Contains(e.Aliases, alias) && !slices.Contains(e.Names, alias) && (alias != c.Name || w.name == "bridge") {
				r.add(sub, "container.networks", Different, alias, strings.Join(e.Aliases, ", ")).
					explain("alias", "Network", w.name, "Alias", alias)
			}
		}
	}
}

func (s *containerSpec) judgeNetworkMode(v *view, r *verdict, sub Subject, c *engine.Container) {
	if s.NetworkMode == "" {
		return
	}
	have := c.NetworkMode
	if have == "default" || have == "" {
		have = "bridge"
	}
	if have == s.NetworkMode {
		return
	}
	if name, ok := strings.CutPrefix(s.NetworkMode, "container:"); ok && strings.HasPrefix(have, "container:") {
		other, known := v.namedContainer(name)
		if !known || other != nil && have == "container:"+other.ID {
			return
		}
	}
	r.add(sub, "container.network_mode", Different, s.NetworkMode, have)
}

func (s *containerSpec) judgeResources(v *view, r *verdict, sub Subject, c *engine.Container) {
	if w := s.MemLimit; w != nil && int64(*w) != c.Memory {
		f := r.add(sub, "container.mem_limit", Different, w.String(), byteSize(c.Memory).String())
		if c.Memory == 0 {
			f.Reason, f.Got = Missing, ""
			if info, known := v.engine(); known && !info.MemoryLimit {
				f.explain("no-memory-cgroup")
			}
		}
	}
	if w := s.MemSwapLimit; w != nil && int64(*w) != c.MemorySwap {
		r.add(sub, "container.memswap_limit", Different, w.String(), byteSize(c.MemorySwap).String())
	}
	if w := s.CPUs; w != nil && math.Abs(*w-c.CPUs) > 1e-6 {
		r.add(sub, "container.cpus", Different, number(*w), number(c.CPUs))
	}
	if w := s.PidsLimit; w != nil && int64(*w) != c.PidsLimit && (*w > 0 || c.PidsLimit > 0) {
		r.add(sub, "container.pids_limit", Different, count(*w), count(int(c.PidsLimit)))
	}
	r.flag(sub, "container.read_only", s.ReadOnly, c.ReadOnly)
	r.flag(sub, "container.init", s.Init, c.Init)
	r.flag(sub, "container.privileged", s.Privileged, c.Privileged)
	r.capabilities(sub, "container.cap_add", s.CapAdd, c.CapAdd, c.CapDrop)
	r.capabilities(sub, "container.cap_drop", s.CapDrop, c.CapDrop, c.CapAdd)
}

// capabilities compares NET_ADMIN, net_admin and CAP_NET_ADMIN as one. ALL has
// each of them, but for those that stand in the contrary list.
func (r *verdict) capabilities(sub Subject, field string, want, have, contrary []string) {
	plain := func(s string) string { return strings.TrimPrefix(strings.ToUpper(s), "CAP_") }
	has := func(list []string, w string) bool {
		return slices.ContainsFunc(list, func(h string) bool { return plain(h) == plain(w) })
	}
	for _, w := range want {
		if !has(have, w) && (!has(have, "ALL") || has(contrary, w)) {
			r.add(sub, field, Missing, plain(w), strings.Join(have, ", "))
		}
	}
}

// text compares a value that is only asked where it is written.
func (r *verdict) text(sub Subject, field, want, have string) {
	if want == "" || want == have {
		return
	}
	reason := Different
	if have == "" {
		reason = Missing
	}
	r.add(sub, field, reason, want, have)
}

// dir compares directories.
func (r *verdict) dir(sub Subject, field, want, have string) {
	if want == "" || have != "" && path.Clean(want) == path.Clean(have) {
		return
	}
	if have == "" {
		have = "/"
		if path.Clean(want) == "/" {
			return
		}
	}
	r.add(sub, field, Different, want, have)
}

// signal compares signals: SIGTERM is TERM, and what stops where none is set.
func (r *verdict) signal(sub Subject, field, want, have string) {
	plain := func(s string) string { return strings.TrimPrefix(strings.ToUpper(s), "SIG") }
	if have == "" {
		have = "SIGTERM"
	}
	if want != "" && plain(want) != plain(have) {
		r.add(sub, field, Different, want, have)
	}
}

func (r *verdict) flag(sub Subject, field string, want *bool, have bool) {
	if want != nil && *want != have {
		r.add(sub, field, Different, yesNo(*want), yesNo(have))
	}
}

// judgeInside judges what is going on in the container.
func (s *containerSpec) judgeInside(v *view, r *verdict, sub Subject, c *engine.Container) {
	if len(s.Changed)+len(s.Unchanged) > 0 {
		if changes, known := v.changes(c.ID); known {
			s.judgeChanges(r, sub, changes)
		}
	}
	if len(s.Process) == 0 {
		return
	}
	if c.Status != "running" {
		if s.State.name != "running" { // else it was said already
			r.add(sub, "container.process", NotRunning, strings.Join(s.Process, ", "), showState(c))
		}
		return
	}
	processes, known := v.processes(c.ID)
	if !known {
		return
	}
	var have []string
	for _, p := range processes {
		have = append(have, p.Command)
	}
	for _, w := range s.Process {
		if !slices.ContainsFunc(have, func(h string) bool { return glob(w, h) }) {
			r.add(sub, "container.process", Missing, w, strings.Join(have, ", "))
		}
	}
}

func (s *containerSpec) judgeChanges(r *verdict, sub Subject, changes []engine.Change) {
	kind := map[string]string{}
	for _, c := range changes {
		kind[path.Clean(c.Path)] = c.Kind
	}
	for _, p := range s.Changed {
		if k := kind[path.Clean(p)]; k != "A" && k != "C" {
			f := r.add(sub, "container.changed", Missing, p, "")
			if k == "D" {
				f.Got = "D " + p
			}
		}
	}
	for _, p := range s.Unchanged {
		if k := kind[path.Clean(p)]; k != "" {
			r.add(sub, "container.unchanged", Extra, p, k+" "+p)
		}
	}
}
