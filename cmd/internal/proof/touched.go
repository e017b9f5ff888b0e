package proof

import (
	"slices"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// touched is what events say may have changed inside: what no list of an
// engine's shows.
type touched struct {
	containers map[string]bool // by ID
	volumes    map[string]bool // by name
}

// touch reads from events which containers and volumes of a state may not be
// what they were any more. A container is touched by whatever it did or was
// done to it, less what only reads; a volume, by every container that could
// write to it.
func touch(events []engine.Event, boxes map[string]box) touched {
	t := touched{containers: map[string]bool{}, volumes: map[string]bool{}}
	for _, e := range events {
		switch e.Type {
		case "volume":
			// A container of the state has its volumes mounted for a moment when
			// a file is copied out of it, too; what it does is known otherwise.
			_, known := boxes[e.Attributes["container"]]
			mounted := e.Action == "mount" && e.Attributes["read/write"] != "false" && !known
			if mounted || e.Action == "destroy" {
				t.volumes[e.ID] = true
			}
		case "container":
			if !boxes[e.ID].reads(e) {
				t.box(e.ID, boxes)
			}
		case "network":
			t.box(e.Attributes["container"], boxes)
		}
	}
	return t
}

// written names a container that something was put into, or a command run in,
// by anyone but itself; empty for none.
func written(events []engine.Event, boxes map[string]box) string {
	for _, e := range events {
		action, _, _ := strings.Cut(e.Action, ": ")
		b, ok := boxes[e.ID]
		if ok && (action == "exec_start" || action == "extract-to-dir") && !b.reads(e) {
			return b.name
		}
	}
	return ""
}

func (t touched) box(id string, boxes map[string]box) {
	b, ok := boxes[id]
	if !ok {
		return // it came since, and the volumes that it mounts have events of their own
	}
	t.containers[id] = true
	for _, v := range b.writes {
		t.volumes[v] = true
	}
}

// reads reports whether an event of a container says that it was only read:
// its processes listed, a file copied out, it halted for a while (as a
// commit does), a command of its health check run.
func (b box) reads(e engine.Event) bool {
	action, command, _ := strings.Cut(e.Action, ": ")
	if action == "exec_start" {
		return b.probe != "" && strings.HasSuffix(command, b.probe)
	}
	return slices.Contains([]string{
		"top", "export", "archive-path", "commit", "resize", "health_status", "exec_create", "exec_die", "exec_detach", "pause", "unpause",
	}, action)
}
