package checker

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/naru-lab/naru/checker/engine"
)

// dockerfileSpec is what a check may ask of a Dockerfile in the workspace. It
// is read by BuildKit's parser, not by its letters: a comment is no
// instruction.
type dockerfileSpec struct {
	base
	Dockerfile   string            `yaml:"dockerfile"`
	Instructions []string          `yaml:"instructions"`
	Forbid       []string          `yaml:"forbid"`
	Stages       int               `yaml:"stages"`
	FinalFrom    imageRef          `yaml:"final_from"`
	Form         map[string]string `yaml:"form"`
	User         bool              `yaml:"user"`
	Ignore       []string          `yaml:"ignore"`
}

func (s *dockerfileSpec) subject() Subject { return Subject{Kind: "dockerfile", Name: s.Dockerfile} }

func (s *dockerfileSpec) validate() []error {
	errs := validatePath("dockerfile", s.Dockerfile, place{})
	for field, list := range map[string][]string{"instructions": s.Instructions, "forbid": s.Forbid} {
		for _, w := range list {
			if _, err := parseInstruction(w); err != nil {
				errs = append(errs, fieldErrorf(field, "%q: %w", w, err))
			}
		}
	}
	if s.Stages < 0 {
		errs = append(errs, fieldErrorf("stages", "at least 1"))
	}
	for _, word := range sortedKeys(s.Form) {
		if w := strings.ToUpper(word); w != "CMD" && w != "ENTRYPOINT" && w != "RUN" {
			errs = append(errs, fieldErrorf("form", "%q has no form; CMD, ENTRYPOINT and RUN have", word))
		}
		if f := s.Form[word]; f != "exec" && f != "shell" {
			errs = append(errs, fieldErrorf("form", "%q is neither exec nor shell%s", f, didYouMean(f, []string{"exec", "shell"})))
		}
	}
	return errs
}

func (s *dockerfileSpec) compare(v *view) (r verdict) {
	sub := s.subject()
	f, known := v.path("workspace", s.Dockerfile)
	if !known {
		return r
	}
	switch {
	case f == nil:
		s.missing(v, &r, sub)
		return r
	case f.Type != "file":
		r.add(sub, "dockerfile", Different, "file", f.Type)
		return r
	}
	if file, err := parseDockerfile(f.Content); err != nil {
		d := r.add(sub, "dockerfile", Malformed, "", "").explain("parse-error", "Line", count(err.line), "Error", err.Error())
		if strings.TrimSpace(string(f.Content)) == "" {
			d.explain("empty")
		}
		return r
	} else {
		s.judge(&r, sub, file)
	}
	if len(s.Ignore) > 0 {
		s.judgeIgnore(v, &r, sub)
	}
	return r
}

// missing looks for the file under another name: an editor's Dockerfile.txt.
func (s *dockerfileSpec) missing(v *view, r *verdict, sub Subject) {
	f := r.add(sub, "dockerfile", Missing, s.Dockerfile, "")
	dir := path.Dir(path.Clean(s.Dockerfile))
	parent, known := v.path("workspace", dir)
	if !known || parent == nil {
		return
	}
	var rivals []rival
	for _, name := range parent.Entries {
		rivals = append(rivals, rival{subject: pathSubject(path.Join(dir, name), place{}), name: name})
	}
	f.Near = v.nearestName(path.Base(s.Dockerfile), rivals)
}

func (s *dockerfileSpec) judge(r *verdict, sub Subject, file *dockerfile) {
	next := 0
	for _, w := range s.Instructions {
		want, err := parseInstruction(w)
		if err != nil {
			continue // validate refused it
		}
		fits := func(i dockerInstruction) bool { return want.fits(i, file) }
		if at := slices.IndexFunc(file.instructions[next:], fits); at >= 0 {
			next += at + 1
			continue
		}
		f := r.add(sub, "dockerfile.instructions", Missing, w, "")
		if at := slices.IndexFunc(file.instructions, fits); at >= 0 {
			f.Reason = Different
			f.explain("order", "Line", count(file.instructions[at].line), "After", file.instructions[max(next-1, 0)].source)
			continue
		}
		f.nearInstruction(want, file)
	}
	for _, w := range s.Forbid {
		if want, err := parseInstruction(w); err == nil {
			if at := slices.IndexFunc(file.instructions, func(i dockerInstruction) bool { return want.fits(i, file) }); at >= 0 {
				r.add(sub, "dockerfile.forbid", Extra, w, file.instructions[at].source).explain("at-line", "Line", count(file.instructions[at].line))
			}
		}
	}
	if n := file.stages(); n < s.Stages {
		r.add(sub, "dockerfile.stages", Different, count(s.Stages), count(n))
	}
	if s.FinalFrom != "" {
		if have := file.base(); !sameReference(have, string(s.FinalFrom)) {
			r.add(sub, "dockerfile.final_from", Different, familiar(string(s.FinalFrom)), have)
		}
	}
	s.judgeForm(r, sub, file)
	if s.User {
		if have := file.last("USER"); have == nil || isRoot(strings.Join(have.words, " ")) {
			f := r.add(sub, "dockerfile.user", Missing, "USER", "")
			if have != nil {
				f.Got = have.source
			}
		}
	}
}

// nearInstruction names the instruction of the same kind, or the comment that
// says it.
func (f *Finding) nearInstruction(want dockerInstruction, file *dockerfile) {
	best := -1
	for _, i := range file.instructions {
		if i.word != want.word {
			continue
		}
		if d := distance(strings.ToLower(want.text()), strings.ToLower(i.text())); best < 0 || d < best {
			best = d
			f.Reason, f.Got = Different, i.source
			f.explain("at-line", "Line", count(i.line))
		}
	}
	for _, c := range file.comments {
		if i, err := parseInstruction(c.text); err == nil && want.fits(i, file) {
			f.explain("commented-out", "Line", count(c.line))
		}
	}
}

func (s *dockerfileSpec) judgeForm(r *verdict, sub Subject, file *dockerfile) {
	for _, word := range sortedKeys(s.Form) {
		have := file.last(strings.ToUpper(word))
		if have == nil {
			r.add(sub, "dockerfile.form", Missing, strings.ToUpper(word), "").Item = strings.ToUpper(word)
			continue
		}
		if form := have.form(); form != s.Form[word] {
			f := r.add(sub, "dockerfile.form", Different, s.Form[word], have.source)
			f.Item = strings.ToUpper(word)
			f.explain(map[string]string{"exec": "wants-exec", "shell": "wants-shell"}[s.Form[word]], "Line", count(have.line))
		}
	}
}

// judgeIgnore judges what a build leaves out, by Docker's own matching.
// BuildKit prefers NAME.dockerignore to .dockerignore.
func (s *dockerfileSpec) judgeIgnore(v *view, r *verdict, sub Subject) {
	const field = "dockerfile.ignore"
	own, known := v.path("workspace", path.Clean(s.Dockerfile)+".dockerignore")
	common, commonKnown := v.path("workspace", path.Join(path.Dir(s.Dockerfile), ".dockerignore"))
	if !known || !commonKnown {
		return
	}
	f := own
	if f == nil {
		f = common
	}
	if f == nil {
		r.add(sub, field, Missing, strings.Join(s.Ignore, ", "), "").explain("no-dockerignore")
		return
	}
	matcher, err := ignoreMatcher(f)
	if err != nil {
		r.add(sub, field, Malformed, "", "").explain("parse-error", "Line", "1", "Error", err.Error())
		return
	}
	for _, w := range s.Ignore {
		if out, err := matcher.MatchesOrParentMatches(path.Clean(w)); err != nil || !out {
			r.add(sub, field, Missing, w, strings.Join(strings.Fields(string(f.Content)), ", "))
		}
	}
}

func ignoreMatcher(f *engine.File) (*patternmatcher.PatternMatcher, error) {
	patterns, err := ignorefile.ReadAll(strings.NewReader(string(f.Content)))
	if err != nil {
		return nil, err
	}
	return patternmatcher.New(patterns)
}
