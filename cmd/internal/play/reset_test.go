package play_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/learner"
	"github.com/naru-lab/naru/cmd/internal/play"
)

// planned is a lesson that was started, done, and is to be reset.
func planned(t *testing.T) (*fake, *play.Player, *play.ResetPlan) {
	t.Helper()
	e := newFake()
	p := opened(t, e)
	started(t, p, "volumes")
	e.keep()
	if o := checked(t, p, at("volumes", "keep")); !o.Passed() {
		t.Fatalf("%+v", o.Report)
	}
	plan, err := p.PlanReset(t.Context(), "volumes")
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Remove) != 3 || len(plan.Keep) != 0 || !plan.Started {
		t.Fatalf("%+v", plan)
	}
	return e, p, plan
}

func isStarted(t *testing.T, p *play.Player) bool {
	t.Helper()
	progress, err := p.Progress()
	if err != nil {
		t.Fatal(err)
	}
	of := progress.Of("volumes")
	if of.IsStarted() != of.Of("keep").Passed() {
		t.Errorf("half reset: %+v", of)
	}
	return of.IsStarted()
}

func TestReset(t *testing.T) {
	e, p, plan := planned(t)
	var heard []string
	err := p.Reset(t.Context(), plan, func(o learner.Object, err error) {
		if err != nil {
			t.Error(err)
		}
		heard = append(heard, o.String())
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"container writer", "network front", "volume notes"}, heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"container " + id("a"), "network " + id("e"), "volume notes"}, e.removed); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	if isStarted(t, p) {
		t.Error("the progress is still there")
	}
	// What the learner makes now is theirs, though the lesson once ran.
	e.keep()
	again, err := p.PlanReset(t.Context(), "volumes")
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Remove) != 0 {
		t.Errorf("after the reset: %+v", again.Plan)
	}
	if s := started(t, p, "volumes"); s.Again {
		t.Error("starting after a reset is starting again")
	}
	if again, err = p.PlanReset(t.Context(), "volumes"); err != nil || len(again.Remove) != 0 || len(again.Keep) != 3 {
		t.Errorf("after starting anew: %+v, %v", again, err)
	}
}

// TestResetLooksAgain changes things between the plan and the removal.
func TestResetLooksAgain(t *testing.T) {
	mine := engine.Container{
		ID: id("b"), Name: "mine", Networks: []engine.Attachment{{Network: "front"}},
		Mounts: []engine.Mount{{Type: "volume", Name: "notes"}},
	}
	for name, tt := range map[string]struct {
		change  func(*fake)
		removed []string
		changed bool
		used    bool
	}{
		"a container of the name made anew": {
			func(e *fake) { e.containers[0].ID = id("9") },
			[]string{"network " + id("e")},
			false, true, // the old one is gone; the new one holds the volume
		},
		"a container renamed": {
			func(e *fake) { e.containers[0].Name = "kept" },
			[]string{"network " + id("e"), "volume notes"},
			true, false,
		},
		"a volume made anew": {
			func(e *fake) { e.volumes[0].Created = created(99) },
			[]string{"container " + id("a"), "network " + id("e")},
			true, false,
		},
		"used by another container": {
			func(e *fake) { e.containers = append(e.containers, mine) },
			[]string{"container " + id("a")},
			false, true,
		},
		"gone already": {
			func(e *fake) { e.containers, e.volumes = nil, nil },
			[]string{"network " + id("e")},
			false, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, p, plan := planned(t)
			tt.change(e)
			err := p.Reset(t.Context(), plan, nil)
			var incomplete *play.IncompleteError
			var changed *play.ChangedError
			var used *play.UsedError
			if errors.As(err, &incomplete) != (tt.changed || tt.used) || errors.As(err, &changed) != tt.changed || errors.As(err, &used) != tt.used {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(tt.removed, e.removed); diff != "" {
				t.Errorf("removed (-want +got):\n%s", diff)
			}
			if isStarted(t, p) != (err != nil) {
				t.Errorf("the progress after %v", err)
			}
		})
	}
}

func TestResetCanGoOn(t *testing.T) {
	e, p, plan := planned(t)
	ctx, cancel := context.WithCancel(t.Context())
	e.onRemove = func(kind, _ string) {
		if kind == "container" {
			cancel()
		}
	}
	if err := p.Reset(ctx, plan, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cut short: %v", err)
	}
	if !isStarted(t, p) {
		t.Error("the progress is gone though the lesson is still there")
	}
	e.onRemove = func(string, string) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.err = &engine.Error{Kind: engine.Timeout, Err: errors.New("frozen")}
	}
	plan, err := p.PlanReset(t.Context(), "volumes")
	if err != nil || len(plan.Remove) != 2 {
		t.Fatalf("%+v, %v", plan, err)
	}
	var unusable *engine.Error
	if err := p.Reset(t.Context(), plan, nil); !errors.As(err, &unusable) {
		t.Errorf("an engine that froze: %v", err)
	}
	e.onRemove, e.err = nil, nil
	if plan, err = p.PlanReset(t.Context(), "volumes"); err != nil {
		t.Fatal(err)
	}
	if err := p.Reset(t.Context(), plan, nil); err != nil {
		t.Error(err)
	}
	if isStarted(t, p) || len(e.volumes)+len(e.networks)+len(e.containers) > 0 {
		t.Error("not all was reset")
	}
}

func TestResetOnAnotherEngine(t *testing.T) {
	e, p, plan := planned(t)
	e.info.ID = "engine-2"
	var other *learner.OtherEngineError
	if _, err := p.PlanReset(t.Context(), "volumes"); !errors.As(err, &other) {
		t.Errorf("planning: %v", err)
	}
	if err := p.Reset(t.Context(), plan, nil); !errors.As(err, &other) || len(e.removed) > 0 {
		t.Errorf("resetting: %v, removed %q", err, e.removed)
	}
	// Going on there takes a baseline of its own.
	if s := started(t, p, "volumes"); !s.Again || s.OtherEngine == nil {
		t.Errorf("%+v", s)
	}
	if plan, err := p.PlanReset(t.Context(), "volumes"); err != nil || len(plan.Remove) != 0 || len(plan.Keep) != 3 {
		t.Errorf("planning there: %+v, %v", plan, err)
	}
}

func TestResetLeavesWhatOthersUse(t *testing.T) {
	e, p, _ := planned(t)
	e.containers = append(e.containers, engine.Container{
		ID: id("b"), Name: "mine", Mounts: []engine.Mount{{Type: "volume", Name: "notes"}},
	})
	plan, err := p.PlanReset(t.Context(), "volumes")
	if err != nil {
		t.Fatal(err)
	}
	want := []learner.Object{{Kind: "volume", Name: "notes", ID: plan.Keep[0].ID, Created: created(1), Why: learner.Used, By: []string{"mine"}}}
	if diff := cmp.Diff(want, plan.Keep); diff != "" {
		t.Errorf("keep (-want +got):\n%s", diff)
	}
	if err := p.Reset(t.Context(), plan, nil); err != nil {
		t.Fatal(err)
	}
	if isStarted(t, p) || len(e.volumes) != 1 {
		t.Error("the reset is not done")
	}
	// As soon as it is free, it can be taken, with the lesson started anew or
	// not.
	e.drop("mine")
	for _, anew := range []bool{false, true} {
		if anew {
			started(t, p, "volumes")
		}
		if plan, err = p.PlanReset(t.Context(), "volumes"); err != nil || len(plan.Remove) != 1 || plan.Remove[0].Name != "notes" {
			t.Errorf("anew %v: %+v, %v", anew, plan, err)
		}
	}
}
