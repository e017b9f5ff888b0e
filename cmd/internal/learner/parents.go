package learner

import (
	"cmp"
	"slices"

	"github.com/naru-lab/naru/checker/engine"
)

// family is who was made from whom among a world's images.
type family struct {
	parent   map[string]string // by ID; no entry where the parent is gone
	children map[string][]string
}

func newFamily(images []engine.ImageSummary) family {
	f := family{parent: map[string]string{}, children: map[string][]string{}}
	there := map[string]bool{}
	for _, i := range images {
		there[i.ID] = true
	}
	for _, i := range images {
		if there[i.Parent] {
			f.parent[i.ID] = i.Parent
			f.children[i.Parent] = append(f.children[i.Parent], i.ID)
		}
	}
	return f
}

// hidden reports whether no list of an engine's shows an image: it has no tag,
// and is another's parent.
func (f family) hidden(i engine.ImageSummary) bool {
	return len(i.Tags) == 0 && len(f.children[i.ID]) > 0
}

// depth counts an image's ancestors.
func (f family) depth(id string) int {
	n := 0
	for p, ok := f.parent[id]; ok && n < len(f.parent); p, ok = f.parent[p] {
		n++
	}
	return n
}

// childrenFirst orders images so that each comes before its parent, otherwise
// the newest first.
func (f family) childrenFirst(images []engine.ImageSummary) []engine.ImageSummary {
	return slices.SortedFunc(slices.Values(images), func(a, b engine.ImageSummary) int {
		return cmp.Or(f.depth(b.ID)-f.depth(a.ID), b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
	})
}

// parents finds the hidden images that came after the baseline and that only
// the lesson's own were made from: what the classic builder makes of each
// instruction. One that anything else was made from, too, stays: it is what
// the learner's next build takes its cache from.
func (p *planner) parents() {
	own := map[string]bool{}
	for _, o := range p.building {
		own[o.ID] = true
	}
	for _, i := range p.sorted {
		_, before := p.baseline.Images[i.ID]
		switch {
		case before:
		case len(i.Tags) > 0:
			own[i.ID] = !slices.ContainsFunc(i.Tags, func(tag string) bool { return !p.names.image(tag) || p.names.catalogued(tag) })
		case p.family.hidden(i) && all(own, p.family.children[i.ID]):
			own[i.ID], p.own[i.ID] = true, true
		}
	}
}

// removeImages puts the images that go into the plan: each before the one it
// was made from, since an engine refuses to remove a parent. A hidden one goes
// with the last of those made from it, when all of them go.
func (p *planner) removeImages() {
	going := map[string][]Object{}
	for _, o := range slices.Concat(p.tags, p.building) {
		going[o.ID] = append(going[o.ID], o)
	}
	gone := map[string]bool{}
	for _, i := range p.sorted {
		if p.own[i.ID] {
			used := len(p.staying(func(c engine.Summary) bool { return c.ImageID == i.ID })) > 0
			if gone[i.ID] = !used && all(gone, p.family.children[i.ID]); gone[i.ID] {
				last := &p.Remove[len(p.Remove)-1] // a child, or what a child goes with
				last.With = append(last.With, Object{Kind: KindImage, ID: i.ID, Created: i.Created, Why: ByBuilding})
			}
			continue
		}
		p.Remove = append(p.Remove, going[i.ID]...)
		gone[i.ID] = len(going[i.ID]) > 0 && len(going[i.ID]) >= len(i.Tags)
	}
}

func all(set map[string]bool, ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !set[id] })
}
