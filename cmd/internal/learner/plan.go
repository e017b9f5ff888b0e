package learner

import (
	"slices"

	"github.com/naru-lab/naru/checker/engine"
)

// Plan is what a reset removes, in the order of removal, and what it leaves
// although the lesson names it.
type Plan struct {
	Remove []Object
	Keep   []Object
}

// Left is what stays although it came with the lesson: a later reset may take
// it. What was there before the lesson is not among it.
func (p Plan) Left() []Object {
	var left []Object
	for _, o := range p.Keep {
		if o.Why == Used {
			left = append(left, o)
		}
	}
	return left
}

// PlanReset decides what a reset removes: what the lesson names and what came
// after the baseline, both. made tells images, by ID, that are known to have
// been built for the lesson. A nil baseline is a lesson that was never
// started, for which nothing is removed.
//
// Containers go first, then networks, volumes and images, since an engine
// refuses to remove what is used; among images those made from others go
// first, then the newest.
func PlanReset(b *Baseline, w World, n Names, made map[string]bool) Plan {
	p := &planner{
		Plan:     Plan{Remove: []Object{}, Keep: []Object{}},
		baseline: b, world: w, names: n, made: made,
		family: newFamily(w.Images), own: map[string]bool{}, going: map[string]bool{},
	}
	p.sorted = p.family.childrenFirst(w.Images)
	if b == nil {
		p.baseline = NewBaseline("", "", noTime, nil, w, nil)
	}
	p.untagged() // first: containers that a failed build left go with its image
	p.parents()
	p.containers()
	p.networks()
	p.volumes()
	for _, i := range p.sorted {
		p.image(i)
	}
	p.removeImages()
	if b == nil {
		for i := range p.Keep {
			if p.Keep[i].Why != Catalogue {
				p.Keep[i].Why, p.Keep[i].By = NoBaseline, nil
			}
		}
	}
	return p.Plan
}

type planner struct {
	Plan
	baseline *Baseline
	world    World
	names    Names
	made     map[string]bool
	family   family
	sorted   []engine.ImageSummary // the world's, children first
	going    map[string]bool       // containers that are removed, by ID
	building []Object              // untagged images that are removed
	own      map[string]bool       // hidden images that are the lesson's, by ID
	tags     []Object              // of images, that are removed
}

func (p *planner) remove(o Object) { p.Remove = append(p.Remove, o) }

func (p *planner) keep(o Object, why Why, by ...string) {
	o.Why, o.By = why, by
	p.Keep = append(p.Keep, o)
}

func (p *planner) containers() {
	for _, c := range p.world.Containers {
		o := Object{Kind: KindContainer, Name: c.Name, ID: c.ID, Created: c.Created, Why: Owned}
		switch _, before := p.baseline.Containers[c.ID]; {
		case p.leftByBuild(c) && !before:
			o.Why = ByBuilding
			fallthrough
		case p.ownsContainer(c):
			if before {
				p.keep(o, Before)
				continue
			}
			p.going[c.ID] = true
			p.remove(o)
		}
	}
}

func (p *planner) ownsContainer(c engine.Summary) bool {
	if matches(p.names.Containers, c.Name) {
		return true
	}
	if len(p.names.FromImages) == 0 {
		return false
	}
	if matchesImage(p.names.FromImages, c.Image) {
		return true
	}
	// A list shows the ID where the image's name has moved on or was given in
	// another way.
	for _, i := range p.world.Images {
		if i.ID == c.ImageID && slices.ContainsFunc(i.Tags, func(tag string) bool { return matchesImage(p.names.FromImages, tag) }) {
			return true
		}
	}
	return false
}

// leftByBuild reports whether a container was left by a build that failed, on
// an untagged image of the lesson's.
func (p *planner) leftByBuild(c engine.Summary) bool {
	return builds(p.world.Ended[c.ID]) &&
		(p.own[c.ImageID] || slices.ContainsFunc(p.building, func(o Object) bool { return o.ID == c.ImageID }))
}

func (p *planner) networks() {
	for _, n := range p.world.Networks {
		if !matches(p.names.Networks, n.Name) || builtinNetwork(n) {
			continue
		}
		o := Object{Kind: KindNetwork, Name: n.Name, ID: n.ID, Created: n.Created, Why: Owned}
		if _, before := p.baseline.Networks[n.ID]; before {
			p.keep(o, Before)
			continue
		}
		users := p.staying(func(c engine.Summary) bool { return slices.Contains(c.Networks, n.Name) })
		if len(users) > 0 {
			p.keep(o, Used, users...)
			continue
		}
		p.remove(o)
	}
}

// builtinNetwork reports whether a network is one of those that every engine
// has.
func builtinNetwork(n engine.Network) bool {
	return n.Name == "bridge" || n.Name == "host" || n.Name == "none" || n.Name == "podman"
}

func (p *planner) volumes() {
	for _, v := range p.world.Volumes {
		o := Object{Kind: KindVolume, Name: v.Name, ID: volumeID(v), Created: v.Created, Why: Owned}
		if !matches(p.names.Volumes, v.Name) {
			if _, before := p.baseline.Volumes[v.Name]; before || !p.cameWith(v) {
				continue
			}
			o.Why = Anonymous
		}
		if created, before := p.baseline.Volumes[v.Name]; before {
			// The time is no proof of another volume: some drivers give the
			// last change of the folder. So the name decides.
			if created.Unix() == v.Created.Unix() {
				p.keep(o, Before)
			} else {
				p.keep(o, Remade)
			}
			continue
		}
		users := p.staying(func(c engine.Summary) bool { return mountsVolume(c, v.Name) })
		switch {
		case len(users) == 0:
			p.remove(o)
		case o.Why == Owned:
			p.keep(o, Used, users...)
		}
	}
}

// cameWith reports whether a volume is one that nobody named and that was made
// for a container that goes, or for one of the lesson's that is gone.
func (p *planner) cameWith(v engine.Volume) bool {
	return p.world.Orphans[v.Name] || slices.ContainsFunc(p.world.Containers, func(c engine.Summary) bool {
		return p.going[c.ID] && slices.ContainsFunc(c.Mounts, func(m engine.Mount) bool {
			return m.Type == "volume" && m.Name == v.Name && m.Anonymous
		})
	})
}

func mountsVolume(c engine.Summary, name string) bool {
	return slices.ContainsFunc(c.Mounts, func(m engine.Mount) bool { return m.Type == "volume" && m.Name == name })
}

// staying gives the names of the containers that are not removed and that
// fulfil a condition.
func (p *planner) staying(uses func(engine.Summary) bool) []string {
	var names []string
	for _, c := range p.world.Containers {
		if !p.going[c.ID] && uses(c) {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return names
}

// image decides on an image's tags. Removing a tag takes the image with it
// only when it was the last.
func (p *planner) image(i engine.ImageSummary) {
	_, before := p.baseline.Images[i.ID]
	var going []Object
	staying := 0 // tags that stay
	for _, tag := range i.Tags {
		o := Object{Kind: KindImage, Name: tag, ID: i.ID, Created: i.Created, Why: Owned}
		was, tagBefore := p.baseline.tagged(tag)
		switch {
		case !p.names.image(tag):
			staying++
		case p.names.catalogued(tag):
			p.keep(o, Catalogue)
			staying++
		case tagBefore && was == i.ID:
			p.keep(o, Before)
			staying++
		case tagBefore:
			p.keep(o, Remade)
			staying++
		default:
			going = append(going, o)
		}
	}
	if staying == 0 && len(going) > 0 { // the image itself would go
		users := p.staying(func(c engine.Summary) bool { return c.ImageID == i.ID })
		why := Used
		if before {
			why, users = LastName, nil
		}
		if before || len(users) > 0 {
			for _, o := range going {
				p.keep(o, why, users...)
			}
			return
		}
	}
	p.tags = append(p.tags, going...)
}
