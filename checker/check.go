package checker

import "github.com/naru-lab/naru/checker/engine"

// Check is one thing that a step asks for, read from a check block.
//
// A Check is made by Parse and is never changed afterwards; it can be compared
// with any number of states.
type Check struct {
	Line    int     // in the source given to Parse, from 1
	Subject Subject // what it speaks of
	spec    spec
	message text // the author's own sentence, added to every finding
}

// Subject is what a check speaks of, in Docker's words.
type Subject struct {
	Kind string // "container", "volume", "path", …
	Name string // "writer", "/data/memo in volume notes"; empty for engine and host
}

// String is the subject as a person reads it: "volume notes".
func (s Subject) String() string {
	if s.Name == "" {
		return s.Kind
	}
	return s.Kind + " " + s.Name
}

// spec is what one subject of the vocabulary may ask for. Its exported fields,
// with their yaml tags, are what an author may write.
type spec interface {
	// subject names the thing that is judged.
	subject() Subject
	// validate says what is wrong in what was written, as far as a look at the
	// check alone can tell.
	validate() []error
	// compare holds a state against the check. What it must know and the view
	// does not have yet, it asks the view for; the comparison is then made
	// again with a fuller state. It does no I/O and never changes the state.
	compare(*view) verdict
	// acts reports whether finding out does something (an HTTP request, a
	// helper container) rather than merely read. Such a check waits until all
	// checks above it pass.
	acts() bool
	// sentence is the author's own, added to every finding of the check.
	sentence() text
}

// base is what every subject has.
type base struct {
	Message text `yaml:"message"`
}

func (b *base) sentence() text    { return b.Message }
func (b *base) validate() []error { return nil }
func (b *base) acts() bool        { return false }

// verdict is what comparing one check comes to.
type verdict struct {
	findings []Finding
	evidence []Evidence
}

// add notes a finding and gives it back, to be filled in.
func (r *verdict) add(s Subject, field string, reason Reason, want, got string) *Finding {
	r.findings = append(r.findings, Finding{Subject: s, Field: field, Reason: reason, Want: want, Got: got})
	return &r.findings[len(r.findings)-1]
}

// keep notes the object that makes the check pass.
func (r *verdict) keep(v *view, kind, name, id string) {
	r.evidence = append(r.evidence, Evidence{Kind: kind, Name: name, ID: id, At: v.Taken})
}

// keepContainer is keep for a container, with the volumes that nobody named.
func (r *verdict) keepContainer(v *view, name, id string, mounts []engine.Mount) {
	r.keep(v, "container", name, id)
	e := &r.evidence[len(r.evidence)-1]
	for _, m := range mounts {
		if isAnonymous(m) {
			e.Volumes = append(e.Volumes, m.Name)
		}
	}
}
