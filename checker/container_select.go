package checker

import (
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// Compose's labels (compose pkg/api/labels.go).
const (
	labelProject = "com.docker.compose.project"
	labelService = "com.docker.compose.service"
)

// fits reports whether a container is among those that are meant.
func (s *selector) fits(v *view, c engine.Summary) (fits, known bool) {
	if s.Name != "" && !glob(s.Name, c.Name) || !s.fitsLabels(c.Labels) {
		return false, true
	}
	if s.Network != "" && !slices.Contains(c.Networks, s.Network) {
		return false, true
	}
	if s.Image == "" || sameReference(c.Image, string(s.Image)) {
		return true, true
	}
	// Under another name it may still be that image; a look at the ID of the
	// wanted one tells without inspecting every container's image.
	named, known := v.namedImage(string(s.Image))
	return known && named != nil && c.ImageID != "" && named.ID == c.ImageID, known
}

func (s *selector) fitsLabels(labels map[string]string) bool {
	for name, want := range s.Label {
		if have, set := labels[name]; !set || want != nil && *want != have {
			return false
		}
	}
	return (s.Service == "" || labels[labelService] == s.Service) &&
		(s.Project == "" || labels[labelProject] == s.Project)
}

// fitsEvent reports whether an event tells of a container that is meant. An
// event doesn't tell of networks.
func (s *selector) fitsEvent(e engine.Event) bool {
	if s.Network != "" || s.Name != "" && !glob(s.Name, eventName(e)) {
		return false
	}
	return s.fitsLabels(e.Attributes) && (s.Image == "" || sameReference(e.Attributes["image"], string(s.Image)))
}

// compareSelected judges all containers that fit a selector: one of them must
// be as wanted, or exactly as many as count says.
func (s *containerSpec) compareSelected(v *view) (r verdict) {
	sub := s.subject()
	list, known := v.containers()
	if !known {
		return r
	}
	var candidates []engine.Summary
	for _, c := range list {
		fits, known := s.Of.fits(v, c)
		if !known {
			return r
		}
		if fits {
			candidates = append(candidates, c)
		}
	}
	newestFirst(candidates)
	if s.State.wantsAbsence() {
		s.judgeNoneThere(v, &r, candidates)
		return r
	}
	good, best, known := s.sift(v, candidates)
	if !known {
		return r
	}
	need := 1
	if s.Count != nil {
		need = *s.Count
	}
	if s.Count != nil && len(good) > need {
		f := r.add(sub, "container.count", Extra, count(need), count(len(good)))
		f.explain("names", "Names", names(good))
		return r
	}
	if len(good) >= need {
		for _, c := range good {
			r.keepContainer(v, c.Name, c.ID, c.Mounts)
		}
		return r
	}
	if s.Ran != nil && s.Count == nil && !s.asksMoreThanRan() {
		if s.judgeRanEvents(v, &r, nil) || len(v.needs) > 0 {
			return r
		}
		r.findings = nil
	}
	switch {
	case len(candidates) == 0:
		f := r.add(sub, "container", Missing, s.wish(), "")
		f.Near = s.nearSelected(v, list)
	case s.Count != nil:
		f := r.add(sub, "container.count", Different, count(need), count(len(good)))
		f.explain("names", "Names", names(good))
		r.findings = append(r.findings, best...)
	default:
		r.findings = append(r.findings, best...)
	}
	return r
}

// sift parts the candidates that are as wanted from the others, and gives the
// findings of the one that comes nearest.
func (s *containerSpec) sift(v *view, candidates []engine.Summary) (good []engine.Summary, best []Finding, known bool) {
	known = true
	for _, sum := range candidates {
		c, have := v.container(sum.ID)
		if !have {
			known = false
			continue
		}
		if c == nil {
			continue // removed while we looked
		}
		var one verdict
		s.judge(v, &one, Subject{"container", c.Name}, c)
		switch {
		case len(one.findings) == 0:
			good = append(good, sum)
		case best == nil || len(one.findings) < len(best):
			best = one.findings
		}
	}
	return good, best, known && len(v.needs) == 0
}

func (s *containerSpec) judgeNoneThere(v *view, r *verdict, there []engine.Summary) {
	sub := s.subject()
	if len(there) > 0 {
		f := r.add(sub, "container", Present, s.State.name, names(there))
		f.Near = Near{Subject: Subject{"container", there[0].Name}, Why: nearThere, Since: there[0].Created}
		return
	}
	if s.State.name != "gone" {
		return
	}
	events, known := v.events()
	if !known {
		return
	}
	if slices.ContainsFunc(events, func(e engine.Event) bool { return e.Type == "container" && s.Of.fitsEvent(e) }) {
		return
	}
	// An earlier step's evidence has names only.
	if s.Of.Name != "" && slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Kind == "container" && glob(s.Of.Name, e.Name) }) {
		return
	}
	r.add(sub, "container", NeverSeen, "gone", "")
}

// nearSelected finds a container that comes near to the selector.
func (s *containerSpec) nearSelected(v *view, list []engine.Summary) Near {
	var rivals []rival
	for _, c := range list {
		r := rival{subject: Subject{"container", c.Name}, created: c.Created}
		wish, have := s.Of.Name, c.Name
		switch {
		case s.Of.Service != "":
			wish, have = s.Of.Service, orElse(c.Labels[labelService], c.Name)
		case s.Of.Image != "":
			if repository(c.Image) == repository(string(s.Of.Image)) {
				r.why = nearOtherTag
				if sameReference(c.Image, string(s.Of.Image)) {
					r.why = nearSameImage
				}
				rivals = append(rivals, r)
				continue
			}
			wish, have = repository(string(s.Of.Image)), repository(c.Image)
		}
		if r.why, r.far = kinName(strings.TrimRight(wish, "*?"), have); r.why != "" {
			rivals = append(rivals, r)
		}
	}
	return v.nearest(rivals)
}

func newestFirst(list []engine.Summary) {
	slices.SortStableFunc(list, func(a, b engine.Summary) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
}

func names(list []engine.Summary) string {
	names := make([]string, 0, len(list))
	for _, c := range list {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
