package proof

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
	"github.com/naru-lab/naru/lessons"
)

// saved is a step's starting state: the engine's objects, and copies of the
// workspace and the journal.
type saved struct {
	print *fingerprint
	dir   string
}

func (p *prover) save(ctx context.Context) (*saved, error) {
	print, err := p.fingerprint(ctx)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(p.cfg.Dir, p.lesson.ID, "saved")
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	for name, from := range p.folders() {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(from)); err != nil {
			return nil, fmt.Errorf("saving the %s: %w", name, err)
		}
	}
	return &saved{print: print, dir: dir}, nil
}

func (p *prover) folders() map[string]string {
	return map[string]string{"state": p.dirs.State, "work": p.dirs.Workspaces}
}

// resetCovers holds proof 5 for a mistake: whatever it made, reset would remove.
func (p *prover) resetCovers(ctx context.Context, s *lessons.Step, at lessons.Position, saved *saved) error {
	now, err := p.cfg.Engine.Snapshot(ctx)
	if err != nil {
		return err
	}
	plan, err := p.player.PlanReset(ctx, p.lesson.ID)
	if err != nil {
		return err
	}
	goes := map[string]bool{}
	for _, o := range plan.Remove {
		goes[o.Kind+" "+o.ID] = true
		goes[o.Kind+" "+o.Name] = true
	}
	made := added(saved.print.objects, now)
	var stays []string
	for _, o := range made {
		if !goes[o.Kind+" "+o.ID] && !goes[o.Kind+" "+o.Name] {
			stays = append(stays, o.String())
		}
	}
	if len(stays) > 0 {
		p.fail(ResetBack, s, at, "reset would leave what this mistake made: "+strings.Join(stays, ", "))
	}
	return nil
}

// added lists what came to be between two snapshots.
func added(before, after *engine.Snapshot) []learner.Object {
	was := names(before)
	fresh := func(s *engine.Snapshot) bool {
		for n := range names(s) {
			if !was[n] {
				return true
			}
		}
		return false
	}
	var made []learner.Object
	for _, c := range after.Containers {
		if fresh(&engine.Snapshot{Containers: []engine.ContainerID{c}}) {
			made = append(made, learner.Object{Kind: learner.KindContainer, Name: c.Name, ID: c.ID})
		}
	}
	for _, n := range after.Networks {
		if fresh(&engine.Snapshot{Networks: []engine.NetworkID{n}}) {
			made = append(made, learner.Object{Kind: learner.KindNetwork, Name: n.Name, ID: n.ID})
		}
	}
	for _, v := range after.Volumes {
		if fresh(&engine.Snapshot{Volumes: []engine.VolumeID{v}}) {
			made = append(made, learner.Object{Kind: learner.KindVolume, Name: v.Name})
		}
	}
	for _, i := range after.Images {
		for _, t := range i.Tags {
			if fresh(&engine.Snapshot{Images: []engine.ImageID{{ID: i.ID, Tags: []string{t}}}}) {
				made = append(made, learner.Object{Kind: learner.KindImage, Name: t, ID: i.ID})
			}
		}
		if len(i.Tags) == 0 && fresh(&engine.Snapshot{Images: []engine.ImageID{i}}) {
			made = append(made, learner.Object{Kind: learner.KindImage, ID: i.ID})
		}
	}
	return made
}

// restore returns to a step's starting state. What only added objects is
// undone by removing them; after anything else the lesson is reset and played
// again up to here.
func (p *prover) restore(ctx context.Context, s *saved, did []lessons.Block) error {
	if additive(did) {
		// What undoing left shows in the fingerprint, and the replay mends it.
		undone := p.undo(ctx, s)
		now, err := p.fingerprint(ctx)
		if err != nil {
			return err
		}
		if undone == nil && s.print.diff(now) == "" {
			return p.putBack(s)
		}
	}
	return p.replay(ctx)
}

// additive reports whether commands can only have made new objects, files and
// answers. A container that writes into an older volume is seen as well: its
// command has -v or --mount.
func additive(blocks []lessons.Block) bool {
	adds, changes := regexp.MustCompile(adding), regexp.MustCompile(changing)
	for _, b := range blocks {
		if b.File != "" {
			continue
		}
		for _, c := range lessons.Commands(b) {
			if !adds.MatchString(c) || changes.MatchString(c) {
				return false
			}
		}
	}
	return true
}

// Regular expressions of commands.
const (
	adding = `^(DOCKER_BUILDKIT=. )?(docker (run|create|build|pull|tag|logs|ps|inspect|image (build|pull|tag|ls)|container (run|create|ls)|volume (create|ls|inspect)|network (create|ls|inspect)) |docker (ps|images)$|naru answer |echo |printf |cat |mkdir |touch |cp |sed |rm |mv |ls\b|curl )`
	// A mount may reach an older volume; a compound command may do anything.
	changing = `(^|\s)(-v|--volume|--mount|--volumes-from)[ =]|docker (exec|cp|start|stop|restart|rm|rmi|kill|pause|compose|volume (rm|prune)|network (rm|connect|disconnect|prune)|container (rm|stop|start|prune|exec)|image (rm|prune)|system prune)\b`
)

// undo removes what came to be since the state was saved, and gives moved tags
// back to the images that had them.
func (p *prover) undo(ctx context.Context, s *saved) error {
	now, err := p.cfg.Engine.Snapshot(ctx)
	if err != nil {
		return err
	}
	made := added(s.print.objects, now)
	order := []string{learner.KindContainer, learner.KindNetwork, learner.KindVolume, learner.KindImage}
	slices.SortStableFunc(made, func(a, b learner.Object) int {
		return slices.Index(order, a.Kind) - slices.Index(order, b.Kind)
	})
	for _, o := range made {
		switch o.Kind {
		case learner.KindContainer:
			err = p.cfg.Engine.RemoveContainer(ctx, o.ID)
		case learner.KindNetwork:
			err = p.cfg.Engine.RemoveNetwork(ctx, o.ID)
		case learner.KindVolume:
			err = p.cfg.Engine.RemoveVolume(ctx, o.Name)
		case learner.KindImage:
			err = p.removeImage(ctx, s, o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// removeImage gives a tag that was moved back to the image that had it, and
// removes one that is new.
func (p *prover) removeImage(ctx context.Context, s *saved, o learner.Object) error {
	if o.Name == "" {
		return p.cfg.Engine.RemoveImage(ctx, o.ID)
	}
	for _, i := range s.print.objects.Images {
		if slices.Contains(i.Tags, o.Name) {
			return p.cfg.Engine.TagImage(ctx, i.ID, o.Name)
		}
	}
	return p.cfg.Engine.RemoveImage(ctx, o.Name)
}

// putBack restores workspace and journal.
func (p *prover) putBack(s *saved) error {
	for name, to := range p.folders() {
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		if err := os.CopyFS(to, os.DirFS(filepath.Join(s.dir, name))); err != nil {
			return fmt.Errorf("restoring the %s: %w", name, err)
		}
	}
	return nil
}

// replay resets the lesson, which must bring the engine back, and plays it
// again up to the current step.
func (p *prover) replay(ctx context.Context) error {
	p.count.Replays++
	done := p.done
	if err := p.reset(ctx); err != nil {
		return err
	}
	if err := p.sameAsBefore(ctx, "before playing again"); err != nil {
		return err
	}
	if err := p.fresh(); err != nil {
		return err
	}
	if err := p.start(ctx, p.lesson.ID); err != nil {
		return err
	}
	for _, s := range done {
		s, err := p.again(s)
		if err != nil {
			return err
		}
		if err := p.solve(ctx, s); err != nil {
			return err
		}
		if s.Asks() {
			// The pass is evidence for later steps.
			if _, err := p.settle(ctx, s, passed); err != nil {
				return err
			}
		}
		p.done = append(p.done, s)
	}
	return nil
}

// again is a step as the lesson has it now: a new start may have given its
// parameters other values.
func (p *prover) again(s *lessons.Step) (*lessons.Step, error) {
	for _, now := range p.lesson.Steps {
		if now.ID == s.ID {
			return now, nil
		}
	}
	return nil, fmt.Errorf("step %q is gone from the lesson", s.ID)
}

func passed(o *play.Outcome) bool { return o.Passed() }
