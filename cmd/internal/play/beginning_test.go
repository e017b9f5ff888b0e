package play_test

import (
	"testing"
	"time"

	"github.com/naru-lab/naru/checker/engine"
	"github.com/naru-lab/naru/cmd/internal/play"
)

// once is a lesson that asks for a container to run.
const once = "---\ntitle: 한 번\nsummary: 돌리기\nminutes: 5\nimages: [hello-world]\n---\n## 돌리기 {#run}\n\n" +
	"```check\n- container: {image: hello-world}\n  ran: 0\n```\n\n> [!HINT]\n> 하나\n\n> [!HINT]\n> 둘\n\n> [!HINT]\n> 셋\n"

func ended(c string) engine.Container {
	return engine.Container{
		ID: id(c), Name: "happy_" + c, Image: "hello-world", Status: "exited", Created: created(1), StartedAt: created(2),
	}
}

// TestRanBeforeTheLesson: what was there before a lesson is known by its ID,
// whatever the clocks say; what is there no more by the engine's time.
func TestRanBeforeTheLesson(t *testing.T) {
	place := at("containers", "run")
	for name, tt := range map[string]struct {
		before []engine.Container
		do     func(*fake)
		late   bool // there was no engine when the lesson was started
		want   string
	}{
		"one from before":           {before: []engine.Container{ended("a")}, want: "container.ran stale"},
		"nothing at all":            {want: "container missing"},
		"one in the lesson":         {before: []engine.Container{ended("a")}, do: func(f *fake) { f.containers = append(f.containers, ended("b")) }},
		"one in it and no baseline": {late: true, do: func(f *fake) { f.containers = append(f.containers, ended("b")) }},
		"the old one once more": {before: []engine.Container{ended("a")}, do: func(f *fake) {
			f.events = append(f.events, engine.Event{Type: "container", Action: "start", ID: id("a"), Name: "happy_a"})
			f.events = append(f.events, engine.Event{Type: "container", Action: "die", ID: id("a"), Name: "happy_a", Attributes: map[string]string{"exitCode": "0", "image": "hello-world"}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			e := newFake()
			e.containers = tt.before
			if tt.late {
				e.err = &engine.Error{Kind: engine.NotFound}
			}
			p := opened(t, e, func(c *play.Config) { c.Course = with("030-containers/ko.md", once) })
			started(t, p, "containers")
			e.err = nil
			if tt.do != nil {
				tt.do(e)
			}
			o := checked(t, p, place)
			got := ""
			if first := o.Report.First(); first != nil {
				got = first.Findings[0].Field + " " + string(first.Findings[0].Reason)
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// TestBeginningByTheEnginesClock: events are asked for since the time that the
// engine itself told when the lesson was started, or the earlier of the two.
func TestBeginningByTheEnginesClock(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		clock time.Time // the engine's at the start
		skew  time.Duration
		want  time.Time // as asked, by this machine's clock
	}{
		"the same":                   {clock: now, want: now},
		"a little behind, unnoted":   {clock: now.Add(-1500 * time.Millisecond), want: now.Add(-1500 * time.Millisecond)},
		"a minute ahead":             {clock: now.Add(time.Minute), skew: time.Minute, want: now},
		"a minute behind":            {clock: now.Add(-time.Minute), skew: -time.Minute, want: now},
		"a minute behind, set since": {clock: now.Add(-time.Minute), want: now.Add(-time.Minute)},
		"it doesn't tell":            {want: now},
	} {
		t.Run(name, func(t *testing.T) {
			e := newFake()
			e.info.Time, e.skew = tt.clock, tt.skew
			p := opened(t, e, func(c *play.Config) {
				c.Course, c.Now = with("030-containers/ko.md", once), func() time.Time { return now }
			})
			started(t, p, "containers")
			checked(t, p, at("containers", "run"))
			if !e.since.Equal(tt.want) {
				t.Errorf("events since %v, want %v", e.since, tt.want)
			}
		})
	}
}
