package checker

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// pathSpec is what a check may ask of a file or a directory, in a volume, a
// container, an image, or the workspace.
type pathSpec struct {
	base
	Path        string `yaml:"path"`
	In          place  `yaml:"in"`
	State       string `yaml:"state"`
	Type        string `yaml:"type"`
	content     `yaml:",inline"`
	LineEndings string   `yaml:"line_endings"`
	Executable  *bool    `yaml:"executable"`
	Mode        string   `yaml:"mode"`
	Owner       string   `yaml:"owner"`
	Entries     []string `yaml:"entries"`
	SameAs      *twin    `yaml:"same_as"`
	Layers      string   `yaml:"layers"`
}

// twin is a path that must have the same content.
type twin struct {
	Path string `yaml:"path"`
	In   place  `yaml:"in"`
}

// place is where a path is; the zero place is the workspace.
type place struct {
	Volume    string   `yaml:"volume"`
	Container string   `yaml:"container"`
	Image     imageRef `yaml:"image"`
}

func (p *place) decode(d *decoder, n *yaml.Node) {
	if !d.is(n, yaml.MappingNode, "in: one of {volume: NAME}, {container: NAME}, {image: REFERENCE} is wanted") {
		return
	}
	type plain place // without this method
	d.into(n, (*plain)(p), "in")
	if len(n.Content) != 2 {
		d.errorf(n, "in: exactly one of volume, container, image is wanted")
	}
}

// subject is the object that the path is in; for the workspace its kind is
// empty.
func (p place) subject() Subject {
	switch {
	case p.Volume != "":
		return Subject{"volume", p.Volume}
	case p.Container != "":
		return Subject{"container", p.Container}
	case p.Image != "":
		return Subject{"image", string(p.Image)}
	}
	return Subject{}
}

// key is where a fact or a state's path is.
func (p place) key() string {
	s := p.subject()
	if s.Kind == "" {
		return "workspace"
	}
	return s.Kind + ":" + s.Name
}

func (s *pathSpec) subject() Subject { return pathSubject(s.Path, s.In) }

func pathSubject(p string, in place) Subject {
	name := p
	if o := in.subject(); o.Kind != "" {
		name += " in " + o.String()
	}
	return Subject{Kind: "path", Name: name}
}

// acts is true where a container may have to be made to see the path.
func (s *pathSpec) acts() bool {
	kind := s.In.subject().Kind
	return kind == "volume" || kind == "image" ||
		s.SameAs != nil && (s.SameAs.In.Volume != "" || s.SameAs.In.Image != "")
}

func (s *pathSpec) validate() []error {
	errs := s.content.validate()
	errs = append(errs, validatePath("path", s.Path, s.In)...)
	if s.SameAs != nil {
		errs = append(errs, validatePath("same_as", s.SameAs.Path, s.SameAs.In)...)
	}
	oneOf := func(field, value string, words ...string) {
		if value != "" && !slices.Contains(words, value) {
			errs = append(errs, fieldErrorf(field, "%q is none of %s%s", value, strings.Join(words, ", "), didYouMean(value, words)))
		}
	}
	oneOf("state", s.State, "present", "absent")
	oneOf("type", s.Type, "file", "directory", "symlink")
	oneOf("line_endings", s.LineEndings, "lf")
	if s.Mode != "" {
		if _, err := strconv.ParseUint(s.Mode, 8, 12); err != nil {
			errs = append(errs, fieldErrorf("mode", "%q is not a mode in octal, such as \"0644\"", s.Mode))
		}
	}
	if s.Owner != "" && !regexp.MustCompile(`^([0-9]+|root)(:([0-9]+|root))?$`).MatchString(s.Owner) {
		errs = append(errs, fieldErrorf("owner", "%q is not an owner by number, such as \"1000\" or \"1000:1000\"", s.Owner))
	}
	oneOf("layers", s.Layers, "all")
	if s.Layers != "" && (s.In.Image == "" || s.State != "absent") {
		errs = append(errs, fieldErrorf("layers", "it goes with {image: …} and state: absent: in no layer of the image"))
	}
	if s.State == "absent" && s.asksMore() {
		errs = append(errs, fieldErrorf("state", "nothing else can be asked of a path that is to be absent"))
	}
	return errs
}

func validatePath(field, p string, in place) []error {
	switch {
	case p == "":
		return []error{fieldErrorf(field, "a path is missing")}
	case in.subject().Kind != "":
		if !path.IsAbs(p) {
			return []error{fieldErrorf(field, "%q: a path in a %s starts with \"/\"", p, in.subject().Kind)}
		}
	case path.IsAbs(p) || p != "." && !localPath(p):
		return []error{fieldErrorf(field, "%q: a path without \"in\" is in the workspace: relative, and not outside", p)}
	}
	return nil
}

// localPath reports whether a relative path stays where it starts.
func localPath(p string) bool {
	clean := path.Clean(p)
	return clean != ".." && !strings.HasPrefix(clean, "../")
}

func (s *pathSpec) asksMore() bool {
	return s.Type != "" || s.needsFile() || s.Executable != nil || s.Mode != "" || s.Owner != "" || len(s.Entries) > 0
}

func (s *pathSpec) needsFile() bool {
	return s.asked() || s.LineEndings != "" || s.SameAs != nil
}

func (s *pathSpec) compare(v *view) (r verdict) {
	sub := s.subject()
	f, known := v.path(s.In.key(), s.Path)
	holder, holderKnown := v.judgeHolder(&r, sub, s.In)
	if !known || !holderKnown || !holder {
		return r
	}
	if s.State == "absent" {
		if f != nil {
			r.add(sub, "path", Present, "absent", f.Type)
		} else if s.Layers != "" {
			v.judgeBuried(&r, sub, string(s.In.Image), s.Path)
		}
		return r
	}
	if f == nil {
		s.missing(v, &r, sub)
		return r
	}
	if !s.judgeType(&r, sub, f) {
		return r
	}
	if s.needsFile() {
		s.judgeContent(v, &r, sub, f)
	}
	s.judgeModes(&r, sub, f)
	if len(s.Entries) > 0 {
		s.judgeEntries(&r, sub, f)
	}
	return r
}

// judgeHolder judges that what the path is in is there at all.
func (v *view) judgeHolder(r *verdict, sub Subject, in place) (there, known bool) {
	o := in.subject()
	var near Near
	switch o.Kind {
	case "":
		return true, true
	case "volume":
		vol, known := v.volume(o.Name)
		if !known || vol != nil {
			return vol != nil, known
		}
		near = v.nearVolume(o.Name)
	case "container":
		c, known := v.namedContainer(o.Name)
		if !known || c != nil {
			return c != nil, known
		}
		near = v.nearContainer(o.Name, "")
	case "image":
		i, known := v.namedImage(o.Name)
		if !known || i != nil {
			return i != nil, known
		}
		near = v.nearImage(o.Name)
	}
	f := r.add(sub, "path", Missing, "present", "").explain("no-such-"+o.Kind, kindTitle(o.Kind), o.Name)
	f.Near = near
	return false, true
}

// kindTitle is the value's name that a kind's messages use.
func kindTitle(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }

// missing says what comes near to a path that isn't there.
func (s *pathSpec) missing(v *view, r *verdict, sub Subject) {
	f := r.add(sub, "path", Missing, orElse(s.Type, "present"), "")
	dir := path.Dir(path.Clean(s.Path))
	parent, known := v.path(s.In.key(), dir)
	if !known {
		return
	}
	if parent == nil && s.In.Volume != "" && path.Dir(dir) == "/" {
		// Where no container tells, it may be where the volume was mounted.
		if parent, known = v.path(s.In.key(), "/"); !known {
			return
		}
	}
	if parent == nil {
		f.explain("no-directory", "Directory", dir)
		return
	}
	var rivals []rival
	for _, name := range parent.Entries {
		rivals = append(rivals, rival{subject: pathSubject(path.Join(dir, name), s.In), name: name})
	}
	f.Near = v.nearestName(path.Base(s.Path), rivals)
	if f.Near.IsZero() && parent.Type == "directory" {
		if len(parent.Entries) == 0 {
			f.explain("directory-empty", "Directory", dir)
		} else if len(parent.Entries) <= 12 {
			f.explain("directory-has", "Directory", dir, "Entries", strings.Join(parent.Entries, ", "))
		}
	}
}

// judgeType judges what the path is; what is asked of content needs a file.
func (s *pathSpec) judgeType(r *verdict, sub Subject, f *engine.File) bool {
	want := s.Type
	switch {
	case want == "symlink":
		if f.Type != "symlink" && f.Target == "" {
			r.add(sub, "path.type", Different, want, f.Type)
			return false
		}
		return true
	case want == "" && s.needsFile():
		want = "file"
	case want == "":
		return true
	}
	if f.Type == want {
		return true
	}
	d := r.add(sub, "path.type", Different, want, f.Type)
	if f.Type == "directory" && len(f.Entries) == 0 {
		d.explain("directory-instead")
	}
	return false
}

func (s *pathSpec) judgeContent(v *view, r *verdict, sub Subject, f *engine.File) {
	s.judge(r, sub, "path", string(f.Content))
	if before, _, found := bytes.Cut(f.Content, []byte("\r\n")); found && s.LineEndings == "lf" {
		line := 1 + bytes.Count(before, []byte("\n"))
		r.add(sub, "path.line_endings", Different, "lf", "crlf").explain("crlf-file", "Line", count(line))
	}
	if s.SameAs == nil {
		return
	}
	other, known := v.path(s.SameAs.In.key(), s.SameAs.Path)
	there, holderKnown := v.judgeHolder(r, pathSubject(s.SameAs.Path, s.SameAs.In), s.SameAs.In)
	if !known || !holderKnown || !there {
		return
	}
	name := pathSubject(s.SameAs.Path, s.SameAs.In)
	switch {
	case other == nil:
		r.add(sub, "path.same_as", Missing, name.Name, "")
	case !bytes.Equal(other.Content, f.Content):
		r.add(sub, "path.same_as", Different, name.Name, "")
	}
}

func (s *pathSpec) judgeModes(r *verdict, sub Subject, f *engine.File) {
	r.flag(sub, "path.executable", s.Executable, f.Mode&0o111 != 0)
	if s.Mode != "" {
		want, _ := strconv.ParseUint(s.Mode, 8, 12)
		if have := uint64(f.Mode & 0o7777); want != have {
			r.add(sub, "path.mode", Different, fmt.Sprintf("%04o", want), fmt.Sprintf("%04o", have))
		}
	}
	if s.Owner != "" {
		want := strings.ReplaceAll(s.Owner, "root", "0")
		have := strconv.Itoa(f.UID)
		if strings.Contains(want, ":") {
			have += ":" + strconv.Itoa(f.GID)
		}
		if want != have {
			r.add(sub, "path.owner", Different, s.Owner, have)
		}
	}
}
