package checker

import "time"

// Report is the verdict on a list of checks, in their order.
type Report struct {
	Results []Result
}

// Passed reports whether every check passed. A report without results has not.
func (r Report) Passed() bool {
	return len(r.Results) > 0 && r.Count() == len(r.Results)
}

// Count is the number of checks that passed.
func (r Report) Count() int {
	n := 0
	for _, res := range r.Results {
		if res.Passed {
			n++
		}
	}
	return n
}

// First is the first check that did not pass, the one that a learner reads.
// It is nil when all passed.
func (r Report) First() *Result {
	for i := range r.Results {
		if !r.Results[i].Passed {
			return &r.Results[i]
		}
	}
	return nil
}

// Result is the verdict on one check.
type Result struct {
	Subject  Subject
	Passed   bool
	Waiting  bool       // not looked at: it would act, and a check above it has not passed
	Findings []Finding  // why it did not pass; empty when it did
	Evidence []Evidence // the objects that made it pass
}

// Evidence ties a passed check to the very object that passed it, so that a
// later step can ask for it to be gone, or to be another one.
type Evidence struct {
	Step string    `json:"step,omitempty"` // set by whoever keeps it
	Kind string    `json:"kind"`           // "container", "volume", "image", "network"
	Name string    `json:"name"`
	ID   string    `json:"id"` // a volume's creation time stands in for its ID
	At   time.Time `json:"at"`
	// Layers are an image's diff IDs, the lowest first: a later step can tell
	// what was built again even when this image is no more.
	Layers []string `json:"layers,omitempty"`
	// Volumes are a container's that nobody named: they may stay behind.
	Volumes []string `json:"volumes,omitempty"`
}

// Reason says in a word why a check did not pass.
type Reason string

// The reasons there are.
const (
	Missing     Reason = "missing"     // it isn't there
	Different   Reason = "different"   // it is there with another value
	Extra       Reason = "extra"       // it has what it must not have
	Present     Reason = "present"     // it must not be there, and is
	NeverSeen   Reason = "never-seen"  // it is gone as asked, but nothing tells that it ever was
	NotReplaced Reason = "same"        // it is still the object of the earlier step
	NotRunning  Reason = "not-running" // it must run, and doesn't
	Failed      Reason = "failed"      // it ended, or never started, with an error
	Unreachable Reason = "unreachable" // nothing answers
	Impostor    Reason = "impostor"    // something answers, but not what was asked for
	Stale       Reason = "stale"       // it is older than what it must be made from
	Malformed   Reason = "malformed"   // it can't be read as what it should be
	Wrong       Reason = "wrong"       // an answer that is not right
)

// Finding is one reason why a check did not pass.
type Finding struct {
	Subject Subject
	Field   string // "container.volumes", "path.contains"; "container" for the object itself
	Reason  Reason
	Want    string // what was wanted, in the vocabulary's short form
	Got     string // what is there; empty when nothing is
	Item    string // which of several the field has: a variable's or a label's name; mostly empty
	Near    Near   // the nearest thing that does exist
	// Detail explains where the reason alone does not: a message id of the
	// catalogue ("oom", "crlf", "exposed-not-published") with its values in Values.
	Detail string
	Values map[string]string
	// Taken is when the state was taken that the finding rests on; ages are
	// told from there.
	Taken time.Time
	// Note is the author's own sentence on this check, by language; it may be
	// empty.
	Note map[string]string
}

// explain says why, by a message of the catalogue and its values, given as
// name, value, name, value.
func (f *Finding) explain(detail string, values ...string) *Finding {
	f.Detail = detail
	if len(values) > 0 && f.Values == nil {
		f.Values = map[string]string{}
	}
	for i := 0; i+1 < len(values); i += 2 {
		f.Values[values[i]] = values[i+1]
	}
	return f
}

// Near is the nearest thing to what was wanted.
type Near struct {
	Subject Subject
	Why     string // a message id of the catalogue: "one-letter", "other-network", "created-not-started", …
	Since   time.Time
}

// IsZero reports whether nothing comes near.
func (n Near) IsZero() bool { return n == Near{} }
