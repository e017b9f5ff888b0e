package checker

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// mountList is mounts in Compose's short or long form.
type mountList []mountSpec

// mountSpec is one mount that a container is to have.
type mountSpec struct {
	kind     string // "volume", "bind", "tmpfs"
	source   string // a volume's name, or a bind's path as written; empty: anonymous
	target   string
	readOnly *bool // nil: not asked
}

func (m *mountList) decode(d *decoder, n *yaml.Node) {
	if !d.is(n, yaml.SequenceNode, "volumes: a list is wanted, such as [\"notes:/data\"]") {
		return
	}
	if len(n.Content) == 0 {
		d.errorf(n, "volumes: the list is empty: it would ask for nothing")
	}
	for _, item := range n.Content {
		var spec mountSpec
		ok := false
		if item.Kind == yaml.MappingNode {
			spec, ok = longMount(d, item)
		} else if s, isText := d.text(item, "volumes"); isText {
			spec, ok = shortMount(d, item, s)
		}
		if ok {
			*m = append(*m, spec)
		}
	}
}

// shortMount reads [SOURCE:]TARGET[:MODE].
func shortMount(d *decoder, n *yaml.Node, s string) (mountSpec, bool) {
	parts := strings.Split(s, ":")
	spec := mountSpec{kind: "volume"}
	switch len(parts) {
	case 1:
		spec.target = parts[0]
	case 2, 3:
		spec.source, spec.target = parts[0], parts[1]
	}
	if len(parts) == 3 {
		for mode := range strings.SplitSeq(parts[2], ",") {
			ro := mode == "ro"
			if ro || mode == "rw" {
				spec.readOnly = &ro
			} else if !slices.Contains([]string{"z", "Z", "nocopy", "cached", "delegated", "consistent", "rshared", "rslave", "rprivate", "shared", "slave", "private"}, mode) {
				d.errorf(n, "volumes: unknown mode %q in %q; there are ro and rw", mode, s)
				return spec, false
			}
		}
	}
	if len(parts) > 3 || !path.IsAbs(spec.target) || len(parts) > 1 && spec.source == "" {
		d.errorf(n, "volumes: %q is not SOURCE:/PATH[:ro], such as \"notes:/data\"", s)
		return spec, false
	}
	if isPath(spec.source) {
		spec.kind = "bind"
	}
	return spec, true
}

func isPath(s string) bool {
	return strings.HasPrefix(s, "/") || s == "." || s == ".." || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../")
}

func longMount(d *decoder, n *yaml.Node) (mountSpec, bool) {
	var long struct {
		Type     string `yaml:"type"`
		Source   string `yaml:"source"`
		Target   string `yaml:"target"`
		ReadOnly *bool  `yaml:"read_only"`
	}
	before := len(d.issues)
	d.into(n, &long, "volumes")
	if long.Type == "" {
		long.Type = "volume"
	}
	if types := []string{"volume", "bind", "tmpfs"}; !slices.Contains(types, long.Type) {
		d.errorf(n, "volumes: type %q is none of volume, bind, tmpfs%s", long.Type, didYouMean(long.Type, types))
	}
	if !path.IsAbs(long.Target) {
		d.errorf(n, "volumes: target is a path in the container that starts with \"/\"")
	}
	if long.Type == "bind" && long.Source == "" {
		d.errorf(n, "volumes: a bind mount needs a source")
	}
	return mountSpec{long.Type, long.Source, long.Target, long.ReadOnly}, len(d.issues) == before
}

// String is the short form.
func (m mountSpec) String() string {
	s := m.target
	if m.source != "" {
		s = m.source + ":" + m.target
	}
	if m.kind == "tmpfs" {
		s = "tmpfs:" + m.target
	}
	if m.readOnly != nil {
		s += map[bool]string{true: ":ro", false: ":rw"}[*m.readOnly]
	}
	return s
}

func isAnonymous(m engine.Mount) bool {
	return m.Type == "volume" && (m.Anonymous || engine.IsID(m.Name))
}

// showMount is a container's mount in the short form; a bind's source is shown
// from the workspace where it lies in it.
func (v *view) showMount(m engine.Mount) string {
	s := mountSpec{kind: m.Type, target: m.Destination}
	switch {
	case m.Type == "bind":
		s.source = v.fromWorkspace(m.Source)
	case m.Type == "volume" && !isAnonymous(m):
		s.source = m.Name
	}
	if m.ReadOnly {
		s.readOnly = &m.ReadOnly
	}
	return s.String()
}

func showMounts(v *view, c *engine.Container) string {
	shown := make([]string, 0, len(c.Mounts))
	for _, m := range c.Mounts {
		shown = append(shown, v.showMount(m))
	}
	slices.Sort(shown)
	return strings.Join(shown, ", ")
}

// fromWorkspace shows a host's path as ./PATH where it lies in the workspace.
func (v *view) fromWorkspace(source string) string {
	source = hostPath(source)
	for _, w := range []string{v.Workspace, v.WorkspaceReal} {
		if w == "" {
			continue
		}
		if source == w {
			return "."
		}
		if rest, ok := strings.CutPrefix(source, strings.TrimSuffix(w, "/")+"/"); ok {
			return "./" + rest
		}
	}
	return source
}

// hostPath is a bind's source without what Docker Desktop puts before it.
func hostPath(source string) string {
	source = filepath.Clean(source)
	for _, prefix := range []string{"/host_mnt", "/run/desktop/mnt/host"} {
		if rest, ok := strings.CutPrefix(source, prefix); ok && strings.HasPrefix(rest, "/") {
			return rest
		}
	}
	return source
}

// binds reports whether a mount's source is the path that a check wrote.
func (v *view) binds(m engine.Mount, source string) bool {
	if m.Type != "bind" {
		return false
	}
	have := hostPath(m.Source)
	if filepath.IsAbs(source) {
		return have == filepath.Clean(source)
	}
	for _, w := range []string{v.Workspace, v.WorkspaceReal} {
		if w != "" && have == filepath.Join(w, source) {
			return true
		}
	}
	return false
}

// source reports whether a mount has the wanted source, wherever it is mounted.
func (v *view) sourceFits(m engine.Mount, w mountSpec) bool {
	switch {
	case w.kind == "bind":
		return v.binds(m, w.source)
	case w.kind == "tmpfs":
		return m.Type == "tmpfs"
	case w.source == "":
		return isAnonymous(m)
	default:
		return m.Type == "volume" && m.Name == w.source
	}
}

// judgeMounts judges mounts. More of them never disturb.
func (v *view) judgeMounts(r *verdict, s Subject, c *engine.Container, want mountList) {
	for _, w := range want {
		target := path.Clean(w.target)
		at := slices.IndexFunc(c.Mounts, func(m engine.Mount) bool { return path.Clean(m.Destination) == target })
		if w.kind == "tmpfs" && slices.ContainsFunc(c.Tmpfs, func(t string) bool { return path.Clean(t) == target }) {
			continue
		}
		if at >= 0 && v.sourceFits(c.Mounts[at], w) {
			m := c.Mounts[at]
			if w.readOnly != nil && *w.readOnly != m.ReadOnly {
				f := r.add(s, "container.volumes", Different, w.String(), v.showMount(m))
				f.explain(map[bool]string{true: "not-read-only", false: "read-only"}[*w.readOnly])
			}
			continue
		}
		f := r.add(s, "container.volumes", Missing, w.String(), showMounts(v, c))
		if at >= 0 {
			f.Reason, f.Got = Different, v.showMount(c.Mounts[at])
			v.explainThere(f, w, c.Mounts[at])
		} else if i := slices.IndexFunc(c.Mounts, func(m engine.Mount) bool { return w.source != "" && v.sourceFits(m, w) }); i >= 0 {
			f.Reason, f.Got = Different, v.showMount(c.Mounts[i])
			f.explain("mounted-elsewhere", "Target", c.Mounts[i].Destination, "Wanted", w.target)
		}
		if f.Near.IsZero() && f.Detail == "" {
			f.Near = v.nearMount(w, c)
		}
	}
}

// explainThere says how the mount that stands in the wanted place differs.
func (v *view) explainThere(f *Finding, w mountSpec, m engine.Mount) {
	switch {
	case w.kind == "volume" && m.Type == "bind":
		f.explain("bind-for-volume", "Source", v.fromWorkspace(m.Source))
	case w.kind == "bind" && m.Type == "volume" && !isAnonymous(m):
		f.explain("volume-for-bind", "Volume", m.Name)
	case isAnonymous(m):
		f.explain("anonymous-there", "Target", m.Destination)
	case w.kind == "volume" && m.Type == "volume":
		why, _ := kinName(w.source, m.Name)
		if why == "" {
			why = nearThere
			f.explain("other-volume-there", "Volume", m.Name)
		}
		f.Near = Near{Subject: Subject{"volume", m.Name}, Why: why}
	case w.kind == "bind" && m.Type == "bind":
		f.explain("other-bind-there", "Source", v.fromWorkspace(m.Source))
		v.explainMadeDirectory(f, m)
	}
}

// explainMadeDirectory tells of the empty directory that docker makes where a
// bind mount's source isn't there.
func (v *view) explainMadeDirectory(f *Finding, m engine.Mount) {
	rel, ok := strings.CutPrefix(v.fromWorkspace(m.Source), "./")
	if !ok {
		return
	}
	file, known := v.path("workspace", rel)
	if known && file != nil && file.Type == "directory" && len(file.Entries) == 0 {
		f.explain("made-directory", "Source", "./"+rel)
	}
}

// nearMount finds the volume that comes near to the one that isn't mounted.
func (v *view) nearMount(w mountSpec, c *engine.Container) Near {
	if w.kind != "volume" || w.source == "" {
		return Near{}
	}
	var rivals []rival
	for _, m := range c.Mounts {
		if m.Type == "volume" && !isAnonymous(m) {
			rivals = append(rivals, rival{subject: Subject{"volume", m.Name}, name: m.Name})
		}
	}
	return v.nearestName(w.source, rivals)
}
