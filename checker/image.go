package checker

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// imageSpec is what a check may ask of an image.
type imageSpec struct {
	base
	Image       imageRef    `yaml:"image"`
	State       presence    `yaml:"state"`
	Platform    string      `yaml:"platform"`
	Config      imageConfig `yaml:"config"`
	UserNotRoot bool        `yaml:"user_not_root"`
	From        imageRef    `yaml:"from"`
	Shares      *shareWish  `yaml:"shares"`
	History     []string    `yaml:"history"`
	SameLayer   *layerWish  `yaml:"same_layer"`
	OtherLayer  *layerWish  `yaml:"other_layer"`
	Comment     string      `yaml:"comment"`
	Replaced    bool        `yaml:"replaced"`
}

// imageConfig is what an image tells containers made from it.
type imageConfig struct {
	User        string      `yaml:"user"`
	WorkingDir  string      `yaml:"working_dir"`
	Entrypoint  *argv       `yaml:"entrypoint"`
	Command     *argv       `yaml:"command"`
	Environment pairs       `yaml:"environment"`
	Labels      pairs       `yaml:"labels"`
	Expose      exposeList  `yaml:"expose"`
	Volumes     []string    `yaml:"volumes"`
	StopSignal  string      `yaml:"stop_signal"`
	Healthcheck *healthWish `yaml:"healthcheck"`
}

func (s *imageSpec) subject() Subject { return Subject{Kind: "image", Name: string(s.Image)} }

func (s *imageSpec) validate() []error {
	var errs []error
	if s.Image == "" {
		errs = append(errs, fieldErrorf("image", "a reference is missing"))
	}
	if s.Platform != "" && len(strings.Split(s.Platform, "/")) < 2 {
		errs = append(errs, fieldErrorf("platform", "%q is not OS/ARCH[/VARIANT], such as linux/arm64", s.Platform))
	}
	if s.Shares != nil && (s.Shares.With == "" || s.Shares.Layers < 1) {
		errs = append(errs, fieldErrorf("shares", "it wants {with: IMAGE, layers: NUMBER}, at least one layer"))
	}
	for field, w := range map[string]*layerWish{"same_layer": s.SameLayer, "other_layer": s.OtherLayer} {
		if w == nil {
			continue
		}
		if w.As == "" || w.Instruction == "" {
			errs = append(errs, fieldErrorf(field, "it wants {as: earlier or IMAGE, instruction: \"RUN …\"}"))
		} else if w.As != earlier && normalize(w.As) == "" {
			errs = append(errs, fieldErrorf(field, "as: %q is neither \"earlier\" nor an image reference", w.As))
		}
	}
	return errs
}

func (s *imageSpec) compare(v *view) (r verdict) {
	sub := s.subject()
	i, known := v.namedImage(string(s.Image))
	if !known {
		return r
	}
	if i == nil {
		if v.judgePresence(&r, sub, s.State, false, time.Time{}) {
			return r
		}
		f := r.add(sub, "image", Missing, familiar(string(s.Image)), "")
		f.Near = v.nearImage(string(s.Image))
		v.explainRemoved(f)
		return r
	}
	if v.judgePresence(&r, sub, s.State, true, i.Created) {
		return r
	}
	if s.Platform != "" && !samePlatform(s.Platform, i) {
		r.add(sub, "image.platform", Different, s.Platform, platform(i))
	}
	s.judgeLayers(v, &r, sub, i)
	s.judgeConfig(&r, sub, i)
	if s.Replaced {
		v.judgeReplaced(&r, sub, i.ID, i.Created)
	}
	if s.Comment != "" {
		s.judgeComment(v, &r, sub, i)
	}
	r.keep(v, "image", familiar(string(s.Image)), i.ID)
	r.evidence[len(r.evidence)-1].Layers = i.Layers
	return r
}

func (s *imageSpec) judgeConfig(r *verdict, sub Subject, i *engine.Image) {
	w := s.Config
	const field = "image.config."
	if s.UserNotRoot && isRoot(i.User) {
		r.add(sub, "image.user_not_root", Different, "not root", orElse(i.User, "root"))
	}
	if w.User != "" && w.User != i.User {
		r.add(sub, field+"user", Different, w.User, orElse(i.User, "root"))
	}
	r.dir(sub, field+"working_dir", w.WorkingDir, i.WorkingDir)
	s.judgeCommand(r, sub, i)
	r.pairs(sub, field+"environment", w.Environment, i.Environment)
	r.pairs(sub, field+"labels", w.Labels, i.Labels)
	r.judgeExposed(sub, field+"expose", w.Expose, i.Exposed)
	for _, p := range w.Volumes {
		if !slices.ContainsFunc(i.Volumes, func(h string) bool { return path.Clean(h) == path.Clean(p) }) {
			r.add(sub, field+"volumes", Missing, p, strings.Join(i.Volumes, ", "))
		}
	}
	r.signal(sub, field+"stop_signal", w.StopSignal, i.StopSignal)
	r.judgeHealthcheck(sub, field+"healthcheck", w.Healthcheck, i.Healthcheck)
}

// judgeCommand judges what the image runs. Who asks for an entrypoint asks for
// the form: what follows `docker run IMAGE` goes to it. Who asks for a command
// alone asks what runs without anything said, however it is divided.
func (s *imageSpec) judgeCommand(r *verdict, sub Subject, i *engine.Image) {
	w := s.Config
	if w.Entrypoint != nil && !sameWords(*w.Entrypoint, i.Entrypoint) {
		f := r.add(sub, "image.config.entrypoint", differs(i.Entrypoint), w.Entrypoint.String(), joinWords(i.Entrypoint))
		if len(i.Entrypoint) == 0 && len(i.Command) >= len(w.Entrypoint.words) && slices.Equal(i.Command[:len(w.Entrypoint.words)], w.Entrypoint.words) {
			f.explain("in-command")
		} else {
			f.explainForm(*w.Entrypoint, i.Entrypoint)
		}
	}
	if w.Command == nil || sameWords(*w.Command, i.Command) ||
		w.Entrypoint == nil && sameWords(*w.Command, whole(i.Entrypoint, i.Command)) {
		return
	}
	f := r.add(sub, "image.config.command", differs(i.Command), w.Command.String(), joinWords(i.Command))
	if len(w.Command.words) > 0 && slices.Equal(w.Command.words, i.Entrypoint) {
		f.explain("in-entrypoint")
	} else {
		f.explainForm(*w.Command, i.Command)
	}
}

// explainForm says that the shell form stands where the exec form was wanted.
func (f *Finding) explainForm(want argv, have []string) {
	if len(have) != 3 || !isShell(have[0]) || have[1] != "-c" {
		return
	}
	switch {
	case strings.HasPrefix(strings.TrimSpace(have[2]), "["):
		f.explain("no-json")
	case !want.text: // a list asks for the form
		f.explain("shell-form")
	}
}

func (s *imageSpec) judgeComment(v *view, r *verdict, sub Subject, i *engine.Image) {
	if i.Comment == s.Comment {
		return
	}
	h, known := v.history(string(s.Image))
	if !known || len(h) > 0 && h[0].Comment == s.Comment {
		return
	}
	have := i.Comment
	if have == "" && len(h) > 0 {
		have = h[0].Comment
	}
	if strings.HasPrefix(have, "buildkit.") {
		have = ""
	}
	r.text(sub, "image.comment", s.Comment, have)
}

// isRoot reports whether a USER is root: by its name, its number, or unset.
func isRoot(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	return name == "" || name == "root" || strings.Trim(name, "0") == ""
}

func platform(i *engine.Image) string {
	p := i.OS + "/" + i.Arch
	if i.Variant != "" {
		p += "/" + i.Variant
	}
	return p
}

// samePlatform compares platforms as containerd does: arm64 is arm64/v8, arm
// is arm/v7; a variant that isn't written isn't asked.
func samePlatform(want string, i *engine.Image) bool {
	parts := strings.Split(want, "/")
	if parts[0] != i.OS || parts[1] != i.Arch {
		return false
	}
	if len(parts) < 3 {
		return true
	}
	have := i.Variant
	if have == "" {
		have = map[string]string{"arm64": "v8", "arm": "v7"}[i.Arch]
	}
	return parts[2] == have
}

// nearImage finds what comes near to an image that isn't there.
func (v *view) nearImage(ref string) Near {
	images, known := v.images()
	if !known {
		return Near{}
	}
	var rivals []rival
	for _, i := range images {
		for _, tag := range i.Tags {
			r := rival{subject: Subject{"image", tag}, created: i.Created}
			if repository(tag) == repository(ref) {
				r.why, r.far = nearOtherTag, 1
			} else {
				r.why, r.far = kinName(repository(ref), repository(tag))
				if r.why == "" {
					r.why, r.far = kinName(familiar(ref), familiar(tag))
				}
				r.far += 2
			}
			rivals = append(rivals, r)
		}
		if len(i.Tags) == 0 && !v.Since.IsZero() && i.Created.After(v.Since) {
			rivals = append(rivals, rival{subject: Subject{"image", shortID(i.ID)}, created: i.Created, why: nearUntagged, far: 12})
		}
	}
	return v.nearest(rivals)
}

// shortID is an ID as the docker command shows it.
func shortID(id string) string {
	id = strings.TrimPrefix(id, "sha256:")
	return id[:min(12, len(id))]
}
