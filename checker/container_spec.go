package checker

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// containerSpec is what a check may ask of a container, or of several.
type containerSpec struct {
	base
	Of       selector       `yaml:"container"`
	Count    *int           `yaml:"count"`
	State    containerState `yaml:"state"`
	Ran      *int           `yaml:"ran"`
	Replaced bool           `yaml:"replaced"`
	// AnonymousVolumes goes with state: gone.
	AnonymousVolumes string `yaml:"anonymous_volumes"`

	Image      imageRef `yaml:"image"`
	Entrypoint *argv    `yaml:"entrypoint"`
	Command    *argv    `yaml:"command"`
	// CommandLacks is what must not stand in entrypoint or command.
	CommandLacks []string    `yaml:"command_lacks"`
	Environment  pairs       `yaml:"environment"`
	Labels       pairs       `yaml:"labels"`
	User         string      `yaml:"user"`
	WorkingDir   string      `yaml:"working_dir"`
	Hostname     string      `yaml:"hostname"`
	StopSignal   string      `yaml:"stop_signal"`
	TTY          *bool       `yaml:"tty"`
	StdinOpen    *bool       `yaml:"stdin_open"`
	AutoRemove   *bool       `yaml:"auto_remove"`
	Healthcheck  *healthWish `yaml:"healthcheck"`

	Ports       portList    `yaml:"ports"`
	Expose      exposeList  `yaml:"expose"`
	Volumes     mountList   `yaml:"volumes"`
	Tmpfs       []string    `yaml:"tmpfs"`
	Networks    networkMap  `yaml:"networks"`
	NetworkMode string      `yaml:"network_mode"`
	Restart     restartWish `yaml:"restart"`

	MemLimit     *byteSize `yaml:"mem_limit"`
	MemSwapLimit *byteSize `yaml:"memswap_limit"`
	CPUs         *float64  `yaml:"cpus"`
	PidsLimit    *int      `yaml:"pids_limit"`
	ReadOnly     *bool     `yaml:"read_only"`
	Init         *bool     `yaml:"init"`
	Privileged   *bool     `yaml:"privileged"`
	CapAdd       []string  `yaml:"cap_add"`
	CapDrop      []string  `yaml:"cap_drop"`

	Health    string `yaml:"health"`
	OOMKilled *bool  `yaml:"oom_killed"`
	Restarts  *int   `yaml:"restarts"`
	Starts    *int   `yaml:"starts"`
	Error     *bool  `yaml:"error"`

	Changed   []string `yaml:"changed"`
	Unchanged []string `yaml:"unchanged"`
	Process   []string `yaml:"process"`
}

// selector tells which containers are meant: one by its name, or all that fit.
type selector struct {
	Name    string   `yaml:"name"` // a name or a shell pattern
	Image   imageRef `yaml:"image"`
	Label   pairs    `yaml:"label"`
	Network string   `yaml:"network"`
	Service string   `yaml:"service"`
	Project string   `yaml:"project"`
}

func (s *selector) decode(d *decoder, n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		type plain selector // without this method
		d.into(n, (*plain)(s), "container")
		if len(n.Content) == 0 {
			d.errorf(n, "container: which one? a name, or one of name, image, label, network, service, project")
		}
		return
	}
	s.Name, _ = d.text(n, "container")
}

// named reports whether the selector is a container's name and nothing else.
func (s *selector) named() bool {
	return !isGlob(s.Name) && s.Image == "" && len(s.Label) == 0 && s.Network == "" && s.Service == "" && s.Project == ""
}

// String shows the selector: web, or image=busybox label=a=b.
func (s *selector) String() string {
	if s.named() {
		return s.Name
	}
	var parts []string
	add := func(key, value string) {
		if value != "" {
			parts = append(parts, key+"="+value)
		}
	}
	add("name", s.Name)
	add("image", string(s.Image))
	for _, name := range sortedKeys(s.Label) {
		add("label", pair(name, s.Label[name]))
	}
	add("network", s.Network)
	add("service", s.Service)
	add("project", s.Project)
	return strings.Join(parts, " ")
}

func (s *containerSpec) subject() Subject { return Subject{Kind: "container", Name: s.Of.String()} }

func (s *containerSpec) validate() []error {
	var errs []error
	if s.Of.named() {
		errs = append(errs, validateName("container", s.Of.Name)...)
		if s.Count != nil {
			errs = append(errs, fieldErrorf("count", "one name is one container; count wants a pattern or another selector"))
		}
	} else if err := validGlob(s.Of.Name); err != nil {
		errs = append(errs, fieldErrorf("container", "%w", err))
	}
	if s.Count != nil && *s.Count < 1 {
		errs = append(errs, fieldErrorf("count", "at least 1; for none write state: absent"))
	}
	if s.State.wantsAbsence() && s.asksMore() {
		errs = append(errs, fieldErrorf("state", "nothing else can be asked of a container that is to be %s", s.State.name))
	}
	if s.AnonymousVolumes != "" && (s.AnonymousVolumes != "gone" || s.State.name != "gone" || !s.Of.named()) {
		errs = append(errs, fieldErrorf("anonymous_volumes", "there is only anonymous_volumes: gone, of one container by its name with state: gone"))
	}
	if s.Starts != nil && *s.Starts < 1 {
		errs = append(errs, fieldErrorf("starts", "at least 1"))
	}
	if slices.Contains(s.CommandLacks, "") {
		errs = append(errs, fieldErrorf("command_lacks", "it is empty: it would ask for nothing"))
	}
	if healths := []string{"", "healthy", "unhealthy", "starting", "none"}; !slices.Contains(healths, s.Health) {
		errs = append(errs, fieldErrorf("health", "%q is none of healthy, unhealthy, starting, none%s", s.Health, didYouMean(s.Health, healths)))
	}
	if s.Replaced && !s.Of.named() {
		errs = append(errs, fieldErrorf("replaced", "it wants one container by its name"))
	}
	for _, p := range s.Process {
		if err := validGlob(p); err != nil {
			errs = append(errs, fieldErrorf("process", "%w", err))
		}
	}
	for field, paths := range map[string][]string{"changed": s.Changed, "unchanged": s.Unchanged, "tmpfs": s.Tmpfs} {
		for _, p := range paths {
			if !strings.HasPrefix(p, "/") {
				errs = append(errs, fieldErrorf(field, "%q is no path in a container: it starts with \"/\"", p))
			}
		}
	}
	return errs
}

// asksMore reports whether anything is asked that only an object that is there
// can have.
func (s *containerSpec) asksMore() bool {
	bare := containerSpec{base: s.base, Of: s.Of, State: s.State, AnonymousVolumes: s.AnonymousVolumes}
	return !equalSpecs(s, &bare)
}

// containerState is a container's wanted state: running, exited 0, gone, ….
type containerState struct {
	name string
	code *int // of "exited"
}

var containerStates = []string{"running", "created", "paused", "restarting", "exited", "dead", "absent", "gone", "present"}

func (s *containerState) decode(d *decoder, n *yaml.Node) {
	word, ok := d.text(n, "state")
	if !ok {
		return
	}
	name, code, coded := strings.Cut(word, " ")
	if !slices.Contains(containerStates, name) {
		d.errorf(n, "state: unknown state %q%s; there are %s, and \"exited 0\" with a code",
			word, didYouMean(name, containerStates), strings.Join(containerStates, ", "))
		return
	}
	s.name = name
	if !coded {
		return
	}
	number, err := strconv.Atoi(code)
	if err != nil || name != "exited" || number < 0 || number > 255 {
		d.errorf(n, "state: %q: only exited has a code, 0 to 255", word)
		return
	}
	s.code = &number
}

func (s containerState) wantsAbsence() bool { return presence(s.name).wantsAbsence() }

func (s containerState) String() string {
	if s.code != nil {
		return s.name + " " + count(*s.code)
	}
	return s.name
}

// showState is a container's state in the same words.
func showState(c *engine.Container) string {
	if c.Status == "exited" || c.Status == "dead" {
		return c.Status + " " + count(c.ExitCode)
	}
	return c.Status
}

// restartWish is a restart policy: always, on-failure, on-failure:3, no.
type restartWish struct {
	policy string
	max    int // of on-failure; 0: not asked
}

func (w *restartWish) decode(d *decoder, n *yaml.Node) {
	s, ok := d.text(n, "restart")
	if !ok {
		return
	}
	policy, retries, limited := strings.Cut(s, ":")
	policies := []string{"no", "always", "unless-stopped", "on-failure"}
	if !slices.Contains(policies, policy) {
		d.errorf(n, "restart: unknown policy %q%s", s, didYouMean(policy, policies))
		return
	}
	w.policy = policy
	if limited {
		number, err := strconv.Atoi(retries)
		if err != nil || policy != "on-failure" || number < 1 {
			d.errorf(n, "restart: %q: only on-failure takes a number of retries, such as on-failure:3", s)
			return
		}
		w.max = number
	}
}

func (w restartWish) String() string {
	return showRestart(engine.Restart{Policy: w.policy, Max: w.max})
}

func showRestart(r engine.Restart) string {
	switch {
	case r.Policy == "":
		return "no"
	case r.Max > 0:
		return r.Policy + ":" + count(r.Max)
	}
	return r.Policy
}

func (w restartWish) holds(have engine.Restart) bool {
	policy := have.Policy
	if policy == "" {
		policy = "no"
	}
	return policy == w.policy && (w.max == 0 || w.max == have.Max)
}

func (m *networkMap) decode(d *decoder, n *yaml.Node) {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if s, ok := d.text(item, "networks"); ok {
				*m = append(*m, networkWish{name: s})
			}
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			var options struct {
				Aliases []string `yaml:"aliases"`
			}
			if value := n.Content[i+1]; !isNull(value) {
				if !d.is(value, yaml.MappingNode, "networks: a network's options are a mapping, such as {aliases: [db]}") {
					continue
				}
				d.into(value, &options, "networks")
			}
			*m = append(*m, networkWish{n.Content[i].Value, options.Aliases})
		}
	default:
		d.errorf(n, "networks: a list of names is wanted, or a mapping with aliases")
		return
	}
	if len(n.Content) == 0 {
		d.errorf(n, "networks: the list is empty: it would ask for nothing")
	}
}
