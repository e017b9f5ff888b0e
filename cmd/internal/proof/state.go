package proof

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/naru-lab/naru/checker/engine"
)

// state is what a step starts from: the engine's objects, copies of the
// workspace and the journal, and a place in the engine's history.
type state struct {
	*fingerprint
	mark int
	dir  string
}

// save keeps the present as the starting state of the step that comes next.
func (p *prover) save(ctx context.Context) error {
	print, err := p.fingerprint(ctx)
	if err != nil {
		return err
	}
	mark, err := p.history.mark(ctx)
	if err != nil {
		return err
	}
	s := &state{fingerprint: print, mark: mark, dir: filepath.Join(p.cfg.Dir, p.lesson.ID, "saved", fmt.Sprint(len(p.states)))}
	for name, from := range p.folders() {
		if err := mirror(filepath.Join(s.dir, name), from); err != nil {
			return fmt.Errorf("saving the %s: %w", name, err)
		}
	}
	p.states = append(p.states, s)
	return nil
}

// putBack restores workspace and journal.
func (p *prover) putBack(s *state) error {
	for name, to := range p.folders() {
		if err := mirror(to, filepath.Join(s.dir, name)); err != nil {
			return fmt.Errorf("restoring the %s: %w", name, err)
		}
	}
	return nil
}

func (p *prover) folders() map[string]string {
	return map[string]string{"state": p.dirs.State, "work": p.dirs.Workspaces}
}

// lost names something of a state that can't be brought back any more; empty
// when the state is still there, under what has come since.
func (s *state) lost(now *fingerprint, since []engine.Event) string {
	touched := touch(since, s.boxes)
	for id, was := range s.boxes {
		is, there := now.boxes[id]
		switch {
		case !there, is.state != was.state, touched.containers[id]:
			return "container " + was.name
		}
		for file, info := range was.files {
			if is, err := os.Stat(file); err != nil || !os.SameFile(info, is) {
				return "file " + file
			}
		}
	}
	for _, v := range s.objects.Volumes {
		if touched.volumes[v.Name] || !slices.Contains(now.objects.Volumes, v) {
			return "volume " + v.Name
		}
	}
	for _, n := range s.objects.Networks {
		if !slices.Contains(now.objects.Networks, n) {
			return "network " + n.Name
		}
	}
	for _, i := range s.objects.Images {
		if !slices.ContainsFunc(now.objects.Images, func(j engine.ImageID) bool { return i.ID == j.ID }) {
			return "image " + i.ID
		}
	}
	return ""
}
