package checker

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/naru-lab/naru/checker/engine"
)

// presence is whether an object is there: "present", "absent" or "gone"
// (absent now, and there before).
type presence string

func (p *presence) decode(d *decoder, n *yaml.Node) {
	s, ok := d.text(n, "state")
	if !ok {
		return
	}
	states := []string{"present", "absent", "gone"}
	if !slices.Contains(states, s) {
		d.errorf(n, "state: %q is none of present, absent, gone%s", s, didYouMean(s, states))
		return
	}
	*p = presence(s)
}

func (p presence) wantsAbsence() bool { return p == "absent" || p == "gone" }

// seen reports whether an object was ever there: an earlier step's evidence
// tells, or else the engine's events since the lesson was started. The events
// are asked for only where the evidence doesn't tell.
func (v *view) seen(kind, name string) (seen, known bool) {
	for _, e := range v.Evidence {
		if e.Kind == kind && sameName(kind, e.Name, name) {
			return true, true
		}
	}
	events, known := v.events()
	if !known {
		return false, false
	}
	return slices.ContainsFunc(events, func(e engine.Event) bool {
		return e.Type == kind && sameName(kind, eventName(e), name)
	}), true
}

// replaced reports whether an object is another one than it was: the evidence
// of an earlier step has another ID, or an event tells that one of this name
// was removed.
func (v *view) replaced(kind, name, id string) (yes, seen, known bool) {
	tells, known := v.creationTells(kind)
	if !known {
		return false, false, false
	}
	var last time.Time
	for _, e := range v.Evidence {
		if e.Kind != kind || !sameName(kind, e.Name, name) {
			continue
		}
		if e.ID != id && tells {
			return true, true, true
		}
		seen = true
		if e.At.After(last) {
			last = e.At
		}
	}
	if seen && kind != "volume" {
		return false, true, true // an ID is never given twice
	}
	// Without evidence an event has to tell. A volume has no ID but its
	// creation, to the second: there the removal must come after the evidence.
	events, known := v.events()
	if !known {
		return false, false, false
	}
	removed := slices.ContainsFunc(events, func(e engine.Event) bool {
		return e.Type == kind && sameName(kind, eventName(e), name) && isRemoval(e) && e.ID != id && e.Time.After(last)
	})
	return removed, seen, true
}

// isRemoval reports whether an event tells that an object is no more. Podman
// says "remove" of containers; an image's name is taken away by "untag".
func isRemoval(e engine.Event) bool {
	return e.Action == "destroy" || e.Action == "remove" || e.Action == "delete" || e.Action == "untag"
}

// eventName is the name of an event's object.
func eventName(e engine.Event) string {
	if e.Name != "" {
		return e.Name
	}
	if name := e.Attributes["name"]; name != "" {
		return name
	}
	return e.ID
}

func sameName(kind, a, b string) bool {
	if kind == "image" {
		return sameReference(a, b)
	}
	return a == b
}

// judgePresence judges absent and gone. It reports whether the comparison is
// at an end: the object was to be away, or isn't there.
func (v *view) judgePresence(r *verdict, s Subject, want presence, there bool, since time.Time) (done bool) {
	switch {
	case want.wantsAbsence() && there:
		f := r.add(s, s.Kind, Present, string(want), "present")
		f.Near = Near{Subject: s, Why: nearThere, Since: since}
		return true
	case want == "gone":
		if s.Kind == "container" && v.judgeRenamed(r, s) {
			return true
		}
		if seen, known := v.seen(s.Kind, s.Name); known && !seen {
			r.add(s, s.Kind, NeverSeen, string(want), "")
		}
		return true
	case want == "absent":
		return true
	}
	return false
}

// judgeReplaced judges `replaced: true`.
func (v *view) judgeReplaced(r *verdict, s Subject, id string, created time.Time) {
	yes, seen, known := v.replaced(s.Kind, s.Name, id)
	if !known || yes {
		return
	}
	reason := NotReplaced
	if !seen {
		reason = NeverSeen
	}
	f := r.add(s, s.Kind+".replaced", reason, "", "")
	f.Near = Near{Subject: s, Why: nearThere, Since: created}
}
