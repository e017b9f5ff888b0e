package checker

import (
	"slices"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// judgeRan judges whether a container ran and ended with a code, since the
// lesson was started.
func (s *containerSpec) judgeRan(v *view, r *verdict, sub Subject, c *engine.Container) {
	ended := c.Status == "exited" && !c.StartedAt.IsZero() && c.ExitCode == *s.Ran
	old := slices.Contains(v.Before, c.ID)
	if ended && !old {
		return
	}
	// One that was there before the lesson may have run again in it.
	if s.judgeRanEvents(v, r, c) || len(v.needs) > 0 {
		return
	}
	f := &r.findings[len(r.findings)-1]
	f.Subject, f.Got = sub, showState(c)
	if ended && old {
		f.Reason = Stale
		f.explain("before-lesson")
		return
	}
	switch c.Status {
	case "running", "paused":
		f.Reason = Different
		f.explain("still-running")
	case "created":
		f.Reason = NotRunning
		v.explainNotStarted(f, c)
	default:
		f.Reason = Different
		if c.ExitCode != 0 {
			f.Reason = Failed
		}
		v.explainExit(f, c)
	}
}

// judgeRanEvents asks the engine's events for an end with the wanted code, of
// one container, or of any that fits.
func (s *containerSpec) judgeRanEvents(v *view, r *verdict, c *engine.Container) bool {
	events, known := v.events()
	if !known {
		return false
	}
	got := ""
	for _, e := range slices.Backward(events) {
		// Podman says "died".
		if e.Type != "container" || e.Action != "die" && e.Action != "died" {
			continue
		}
		if c != nil && e.ID != c.ID && eventName(e) != c.Name || c == nil && !s.Of.fitsEvent(e) {
			continue
		}
		if slices.Contains(v.Before, e.ID) && !startedIn(events, e.ID) {
			continue // what ended in the lesson's first moment had run before it
		}
		code := orElse(e.Attributes["exitCode"], e.Attributes["containerExitCode"])
		if code == count(*s.Ran) {
			if c == nil {
				r.keep(v, "container", eventName(e), e.ID)
			}
			return true
		}
		got = orElse(got, "exited "+code)
	}
	reason := Missing
	if got != "" {
		reason = Different
	}
	r.add(s.subject(), "container.ran", reason, "exited "+count(*s.Ran), got)
	return false
}

// startedIn reports whether a container was started, as events tell.
func startedIn(events []engine.Event, id string) bool {
	return slices.ContainsFunc(events, func(e engine.Event) bool {
		return e.Type == "container" && e.Action == "start" && e.ID == id
	})
}

// lateStart is how long after its making a container was surely not started
// for the first time by docker run.
const lateStart = 10 * time.Second

// judgeStarts judges how often a container was started, as the engine's events
// tell. Where they don't reach back to its making, a start long after it
// speaks for an earlier one.
func (v *view) judgeStarts(r *verdict, sub Subject, want int, c *engine.Container) {
	events, known := v.events()
	if !known {
		return
	}
	made, starts := false, 0
	for _, e := range events {
		if e.Type != "container" || e.ID != c.ID {
			continue
		}
		made = made || e.Action == "create"
		if e.Action == "start" {
			starts++
		}
	}
	if starts >= want || !made && c.StartedAt.Sub(c.Created) > lateStart {
		return
	}
	r.add(sub, "container.starts", Different, count(want), count(starts)).explain("start-again", "Container", c.Name)
}
