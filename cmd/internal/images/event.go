package images

// EventKind is what an [Event] tells of.
type EventKind string

// The kinds of events, in the order in which they can come.
const (
	Present   EventKind = "present"   // the image is there: nothing to do
	Pulling   EventKind = "pulling"   // a registry is asked
	Layer     EventKind = "layer"     // progress of a pull: Current of Total bytes of all layers known so far
	NoAnswer  EventKind = "no-answer" // no registry; Err says why
	Waiting   EventKind = "waiting"   // another naru is making images
	Cached    EventKind = "cached"    // the stand-in was made before
	Lists     EventKind = "lists"     // the package lists are fetched
	Packages  EventKind = "packages"  // Count packages, Total bytes to fetch at most
	Composing EventKind = "composing" // layer Layer, Current of Total layers done
	Loading   EventKind = "loading"   // the archive goes to the engine: Current of Total bytes
	Pulled    EventKind = "pulled"    // done: the official image is there
	StandIn   EventKind = "stand-in"  // done: the stand-in is there
)

// Event is a piece of progress in making an image present.
type Event struct {
	Kind     EventKind
	Ref      string
	Platform string
	Layer    string
	Current  int64
	Total    int64
	Count    int
	StandIn  bool
	Reason   Reason // of NoAnswer
	Err      error
}
