package checker

import "github.com/naru-lab/naru/checker/engine"

// newest is how many containers are looked through for one that comes near,
// those made last. An engine needs longer for a long list than for all else
// that a verdict needs together.
const newest = 50

// touched are the containers that this lesson's events tell of and that were
// not removed: what the learner has just made, started or renamed, however
// many others there are. An engine may have forgotten some.
func (v *view) touched() (list []engine.Summary, known bool) {
	events, known := v.events()
	byID := map[string]engine.Summary{}
	var ids []string
	for _, e := range events {
		if e.Type != "container" {
			continue
		}
		c, again := byID[e.ID]
		if !again {
			c = engine.Summary{ID: e.ID, Image: e.Attributes["image"], Created: e.Time}
			ids = append(ids, e.ID)
		}
		if c.Name = eventName(e); isRemoval(e) {
			c.Name = ""
		}
		byID[e.ID] = c
	}
	for _, id := range ids {
		if c := byID[id]; c.Name != "" {
			list = append(list, c)
		}
	}
	return list, known
}

// recent are the containers that were made last, or all.
func (v *view) recent() (list []engine.Summary, known bool) {
	if v.ContainerList != nil {
		return v.ContainerList, true
	}
	return v.Recent, v.known(v.Recent != nil, Fact{Kind: FactRecent})
}

// nearContainer finds what comes near to a container that isn't there: by its
// name, or else by the image that it was to be made from.
func (v *view) nearContainer(name, image string) Near {
	list, known := v.touched()
	if !known {
		return Near{}
	}
	if near := v.nearest(kin(list, name, image)); !near.IsZero() {
		c, known := v.namedContainer(near.Subject.Name)
		if !known {
			return Near{}
		}
		if c != nil {
			near.Since = c.Created
			return near
		}
	}
	if list, known = v.recent(); !known {
		return Near{}
	}
	if near := v.nearest(kin(list, name, image)); !near.IsZero() {
		return near
	}
	return v.nearOtherKind(name, "container")
}

// kin tells how each container comes near to one of a name and an image.
func kin(list []engine.Summary, name, image string) []rival {
	rivals := make([]rival, 0, len(list))
	for _, c := range list {
		r := rival{subject: Subject{"container", c.Name}, name: c.Name, created: c.Created}
		r.why, r.far = kinName(name, c.Name)
		if image != "" && sameReference(c.Image, image) {
			switch {
			case r.why == "":
				r.why, r.far = nearSameImage, 8
			case r.far > 0:
				r.far-- // both speak for it
			}
		}
		rivals = append(rivals, r)
	}
	return rivals
}
