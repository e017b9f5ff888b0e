package learner

import (
	"strconv"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// World is what is on an engine at one moment, as far as reset is concerned.
type World struct {
	Containers []engine.Summary // stopped ones too
	Volumes    []engine.Volume
	Networks   []engine.Network
	Images     []engine.ImageSummary // untagged ones too, and those that only are others' parents
	// Details of images, by ID. They are needed only to tell whose an untagged
	// image is: see Untagged. Parents are told by those that have them.
	Details map[string]*engine.Image
	// Ended are containers that have ended and run on untagged images, by ID;
	// needed with Details only.
	Ended map[string]*engine.Container
	// Orphans are volumes, by name, that came with containers of the lesson's
	// and may have been left behind by them: see Orphans.
	Orphans map[string]bool
}

// The kinds of object.
const (
	KindContainer = "container"
	KindVolume    = "volume"
	KindNetwork   = "network"
	KindImage     = "image"
)

// Object is something on the engine that a reset speaks of.
type Object struct {
	Kind string `json:"kind"`
	// Name is a container's, volume's or network's name, and an image's tag:
	// an image with two of a lesson's tags is two objects. Empty for an
	// untagged image.
	Name    string    `json:"name,omitempty"`
	ID      string    `json:"id"` // a volume's creation time stands in for its ID
	Created time.Time `json:"created,omitzero"`
	Why     Why       `json:"why"`
	By      []string  `json:"by,omitempty"` // the containers that use it, for Used
	// With are the images that go right after it, in this order: untagged
	// parents, which no list shows.
	With []Object `json:"with,omitempty"`
}

// String is the object as a person types it: "volume notes".
func (o Object) String() string {
	name := o.Name
	if name == "" {
		name = o.ID
	}
	return o.Kind + " " + name
}

// Why says why an object is removed or kept.
type Why string

// Why objects are removed.
const (
	Owned      Why = "owned"         // the lesson names it, and it came after the start
	Anonymous  Why = "anonymous"     // a volume that came with a container of the lesson's
	ByBuilding Why = "left-by-build" // what building the lesson's images left behind
)

// Why objects that the lesson names are kept.
const (
	Before     Why = "before"      // it was there before the lesson
	Remade     Why = "remade"      // another one of its name was there before the lesson
	Used       Why = "used"        // something that is not the lesson's uses it
	LastName   Why = "last-name"   // removing this tag would remove an image that was there before
	Catalogue  Why = "catalogue"   // an image that lessons are played with
	Unsure     Why = "unsure"      // an untagged image that may as well be someone else's
	NoBaseline Why = "no-baseline" // nobody knows what was there before the lesson
)

// volumeID stands in for the ID that volumes don't have. Engines give the time
// in seconds.
func volumeID(v engine.Volume) string {
	return strconv.FormatInt(v.Created.Unix(), 10)
}

// VolumeID is what an Object's ID is for a volume: together with its name it
// tells the volume from a later one.
func VolumeID(v *engine.Volume) string { return volumeID(*v) }

// Untagged tells what planning needs to know besides, since there are untagged
// images that came after the baseline: the Details of images, by ID, where a
// list shows such a one, and the Ended of containers that have ended on one.
func (w World) Untagged(b *Baseline) (images, containers []string) {
	f := newFamily(w.Images)
	untagged, listed := map[string]bool{}, false
	for _, i := range w.Images {
		if _, before := b.Images[i.ID]; len(i.Tags) == 0 && !before {
			untagged[i.ID] = true
			listed = listed || !f.hidden(i)
		}
		if !f.hidden(i) {
			images = append(images, i.ID)
		}
	}
	if !listed {
		images = nil
	}
	for _, c := range w.Containers {
		ended := c.Status == "exited" || c.Status == "created" || c.Status == "dead"
		if _, before := b.Containers[c.ID]; ended && !before && untagged[c.ImageID] {
			containers = append(containers, c.ID)
		}
	}
	return images, containers
}
