package proof

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// fingerprint is an engine's objects and what can change about them without
// their becoming others.
type fingerprint struct {
	objects *engine.Snapshot
	states  map[string]string // by container ID
}

func (p *prover) fingerprint(ctx context.Context) (*fingerprint, error) {
	snap, err := p.cfg.Engine.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f := &fingerprint{objects: snap, states: map[string]string{}}
	for _, id := range snap.Containers {
		c, err := p.cfg.Engine.Container(ctx, id.ID)
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue // gone since the list was made
		}
		changes, err := p.cfg.Engine.Changes(ctx, id.ID)
		if err != nil {
			return nil, err
		}
		var changed, nets []string
		for _, ch := range changes {
			changed = append(changed, ch.Kind+" "+ch.Path)
		}
		slices.Sort(changed) // an engine lists them in no order
		for _, n := range c.Networks {
			nets = append(nets, n.Network+" "+n.IP)
		}
		slices.Sort(nets)
		f.states[id.ID] = fmt.Sprint(c.Name, " ", c.Status, " ", c.ExitCode, " ", c.StartedAt, " ", c.FinishedAt, " ",
			c.Restarts, " ", c.PID, " ", nets, " ", changed)
	}
	return f, nil
}

// diff names the first differences between two fingerprints; empty for none.
func (f *fingerprint) diff(other *fingerprint) string {
	if d := diffSnapshots(f.objects, other.objects); d != "" {
		return d
	}
	for _, id := range slices.Sorted(maps.Keys(f.states)) {
		if f.states[id] != other.states[id] {
			return fmt.Sprintf("container was %q, is %q", f.states[id], other.states[id])
		}
	}
	return ""
}

// diffSnapshots names what one snapshot has and the other has not.
func diffSnapshots(before, after *engine.Snapshot) string {
	was, is := names(before), names(after)
	var diff []string
	for _, n := range slices.Sorted(maps.Keys(was)) {
		if !is[n] {
			diff = append(diff, "-"+n)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(is)) {
		if !was[n] {
			diff = append(diff, "+"+n)
		}
	}
	return strings.Join(diff, ", ")
}

func names(s *engine.Snapshot) map[string]bool {
	set := map[string]bool{}
	for _, c := range s.Containers {
		set["container "+c.Name+" "+c.ID[:min(12, len(c.ID))]] = true
	}
	for _, v := range s.Volumes {
		set["volume "+v.Name+" "+v.Created.UTC().String()] = true
	}
	for _, n := range s.Networks {
		set["network "+n.Name+" "+n.ID[:min(12, len(n.ID))]] = true
	}
	for _, i := range s.Images {
		set["image "+i.ID] = true
		for _, t := range i.Tags {
			set["tag "+t+" "+i.ID] = true
		}
	}
	return set
}
