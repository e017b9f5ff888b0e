package checker

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
)

// TestNearContainer: what this lesson's events tell of goes before what a list
// shows, and is believed only when it is still there.
func TestNearContainer(t *testing.T) {
	at := func(n int) time.Time { return time.Unix(1_790_000_000+int64(n), 0).UTC() }
	event := func(n int, action, id, name, image string) engine.Event {
		return engine.Event{Time: at(n), Type: "container", Action: action, ID: id, Name: name, Attributes: map[string]string{"image": image}}
	}
	made := []engine.Event{event(1, "create", "1", "writter", "busybox:1.37"), event(2, "start", "1", "writter", "busybox:1.37")}
	there := func(names ...string) map[string]*engine.Container {
		all := map[string]*engine.Container{}
		for i, name := range names {
			all[name] = &engine.Container{Name: name, Created: at(100 + i)}
		}
		return all
	}
	recent := []engine.Summary{{ID: "9", Name: "writers", Created: at(0)}}
	none := Fact{Kind: FactRecent}
	tests := map[string]struct {
		st   State
		near string
		asks []Fact
	}{
		"nothing is known":               {State{}, "", []Fact{{Kind: FactEvents}}},
		"an event, and is it there?":     {State{Events: made}, "", []Fact{{Kind: FactContainer, Name: "writter"}}},
		"an event tells":                 {State{Events: made, Containers: there("writter")}, "writter one-letter", nil},
		"it is gone":                     {State{Events: made, Containers: map[string]*engine.Container{"writter": nil}}, "", []Fact{none}},
		"its name is an ID's beginning":  {State{Events: made, Containers: map[string]*engine.Container{"writter": {Name: "x"}}}, "", []Fact{none}},
		"it was removed":                 {State{Events: append(slices.Clone(made), event(3, "destroy", "1", "writter", ""))}, "", []Fact{none}},
		"it was renamed":                 {State{Events: append(slices.Clone(made), event(3, "rename", "1", "wrriter", "")), Containers: there("wrriter")}, "wrriter one-letter", nil},
		"another of the image":           {State{Events: []engine.Event{event(1, "create", "1", "x", "busybox:1.37")}, Containers: there("x")}, "x same-image", nil},
		"other events, then the newest":  {State{Events: []engine.Event{event(1, "create", "1", "x", "nginx")}}, "", []Fact{none}},
		"one of the newest":              {State{Events: []engine.Event{}, Recent: recent}, "writers one-letter", nil},
		"the list is known for all that": {State{Events: []engine.Event{}, ContainerList: recent}, "writers one-letter", nil},
	}
	for name, tt := range tests {
		v := &view{State: &tt.st, needs: map[Fact]bool{}}
		near := v.nearContainer("writer", "busybox:1.37")
		got := near.Subject.Name
		if !near.IsZero() {
			got += " " + near.Why
		}
		if diff := cmp.Diff(tt.asks, slices.Collect(maps.Keys(v.needs))); got != tt.near || diff != "" {
			t.Errorf("%s: near is %q, want %q; asks (-want +got):\n%s", name, got, tt.near, diff)
		}
		if c := tt.st.Containers[near.Subject.Name]; c != nil && !near.Since.Equal(c.Created) {
			t.Errorf("%s: since %v", name, near.Since)
		}
	}
}
