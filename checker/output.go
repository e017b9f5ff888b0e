package checker

import "slices"

// outputSpec is what a check may ask of what a container wrote.
type outputSpec struct {
	base
	Output  string `yaml:"output"`
	Stream  string `yaml:"stream"`
	content `yaml:",inline"`
}

func (s *outputSpec) subject() Subject { return Subject{Kind: "output", Name: s.Output} }

func (s *outputSpec) validate() []error {
	errs := append(validateName("output", s.Output), s.content.validate()...)
	if streams := []string{"", "stdout", "stderr", "both"}; !slices.Contains(streams, s.Stream) {
		errs = append(errs, fieldErrorf("stream", "%q is none of stdout, stderr, both%s", s.Stream, didYouMean(s.Stream, streams)))
	}
	if !s.asked() {
		errs = append(errs, fieldErrorf("output", "it asks for nothing: contains, equals, matches or lacks is missing"))
	}
	return errs
}

func (s *outputSpec) compare(v *view) (r verdict) {
	sub := s.subject()
	c, known := v.namedContainer(s.Output)
	if !known {
		return r
	}
	if c == nil {
		f := r.add(sub, "output", Missing, s.Output, "").explain("no-such-container", "Container", s.Output)
		f.Near = v.nearContainer(s.Output, "")
		v.explainRemovedContainer(f, s.Output)
		return r
	}
	logs, known := v.logs(c.ID)
	if !known {
		return r
	}
	if logs == nil {
		r.add(sub, "output", Missing, s.Output, "").explain("no-logs", "Container", s.Output)
		return r
	}
	have, other := logs.Stdout, logs.Stderr
	switch s.Stream {
	case "stderr":
		have, other = other, have
	case "", "both":
		if have != "" && other != "" && have[len(have)-1] != '\n' {
			have += "\n"
		}
		have, other = have+other, ""
	}
	s.judge(&r, sub, "output", have)
	if len(r.findings) == 0 {
		r.keep(v, "container", c.Name, c.ID)
		return r
	}
	var elsewhere verdict
	if s.judge(&elsewhere, sub, "output", other); other != "" && len(elsewhere.findings) == 0 {
		r.findings[0].explain("other-stream", "Stream", map[string]string{"stdout": "stderr", "stderr": "stdout"}[s.Stream])
	} else if c.Status == "created" {
		v.explainNotStarted(&r.findings[0], c)
	} else if c.Status == "exited" && c.ExitCode != 0 {
		v.explainExit(&r.findings[0], c)
	}
	return r
}
