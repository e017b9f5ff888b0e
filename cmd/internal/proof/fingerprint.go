package proof

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// fingerprint is an engine's objects and what can be seen to change about them
// without their becoming others. What changes inside of them, events tell.
type fingerprint struct {
	objects *engine.Snapshot
	boxes   map[string]box // containers that came since the proof began, by ID
}

// box is what a fingerprint has of a container.
type box struct {
	name  string
	state string
	// For touched:
	writes []string // volumes that it can write to
	probe  string   // the end of its health check's command; empty: it has none
	// files are the workspace's files and folders that it has for its own: a
	// new file under such a name is none of its.
	files map[string]os.FileInfo
}

func (p *prover) fingerprint(ctx context.Context) (*fingerprint, error) {
	snap, err := p.cfg.Engine.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f := &fingerprint{objects: snap, boxes: map[string]box{}}
	for _, id := range snap.Containers {
		if p.before != nil && slices.Contains(p.before.Containers, id) {
			continue // not the proof's own
		}
		c, err := p.cfg.Engine.Container(ctx, id.ID)
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue // gone since the list was made
		}
		f.boxes[id.ID] = p.box(c)
	}
	return f, nil
}

func (p *prover) box(c *engine.Container) box {
	b := box{name: c.Name, files: map[string]os.FileInfo{}}
	var nets []string
	for _, n := range c.Networks {
		nets = append(nets, n.Network+" "+n.IP)
	}
	slices.Sort(nets)
	b.state = fmt.Sprint(c.Name, " ", c.Status, " ", c.ExitCode, " ", c.StartedAt, " ", c.FinishedAt, " ",
		c.Restarts, " ", c.PID, " ", nets)
	for _, m := range c.Mounts {
		inside, err := filepath.Rel(p.dirs.Workspaces, m.Source)
		switch {
		case m.Type == "volume" && !m.ReadOnly:
			b.writes = append(b.writes, m.Name)
		case m.Type == "bind" && err == nil && filepath.IsLocal(inside):
			if info, err := os.Stat(m.Source); err == nil {
				b.files[m.Source] = info
			}
		}
	}
	if c.Healthcheck != nil && len(c.Healthcheck.Test) > 1 {
		b.probe = strings.Join(c.Healthcheck.Test[1:], " ")
	}
	return b
}

// diff names the first differences between two fingerprints; empty for none.
func (f *fingerprint) diff(other *fingerprint) string {
	if d := diffSnapshots(f.objects, other.objects); d != "" {
		return d
	}
	for _, id := range slices.Sorted(maps.Keys(f.boxes)) {
		if f.boxes[id].state != other.boxes[id].state {
			return fmt.Sprintf("container was %q, is %q", f.boxes[id].state, other.boxes[id].state)
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
