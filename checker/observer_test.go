package checker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/naru-lab/naru/checker/engine"
)

// counting is an engine without objects that counts what it is asked.
type counting struct {
	Engine
	mu     sync.Mutex
	asked  map[string]int
	now    atomic.Int32
	most   atomic.Int32
	failed error
}

func (c *counting) ask(what string) error {
	most := c.now.Add(1)
	for old := c.most.Load(); most > old && !c.most.CompareAndSwap(old, most); old = c.most.Load() {
	}
	defer c.now.Add(-1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked == nil {
		c.asked = map[string]int{}
	}
	c.asked[what]++
	return c.failed
}

func (c *counting) Container(_ context.Context, name string) (*engine.Container, error) {
	err := c.ask("container " + name)
	if name == "b" {
		return &engine.Container{Name: "b", ID: "id-of-b"}, err
	}
	return nil, err
}

func (c *counting) Logs(_ context.Context, name string, _ int64) (stdout, stderr string, truncated bool, err error) {
	return "", "", false, c.ask("logs " + name)
}

func (c *counting) Containers(context.Context) ([]engine.Summary, error) {
	return nil, c.ask("containers")
}

func (c *counting) Events(context.Context, time.Time, time.Time) ([]engine.Event, error) {
	return nil, c.ask("events")
}

func TestObserverAsksForEachFactOnce(t *testing.T) {
	e := &counting{}
	o := &observer{src: Source{Engine: e}}
	st := o.begin()
	facts := []Fact{{Kind: FactContainers}, {Kind: FactEvents}, {Kind: FactHost}, {Kind: FactPath, In: "workspace", Name: "x"}}
	for i := range 40 {
		facts = append(facts, Fact{Kind: FactContainer, Name: fmt.Sprint(i)})
	}
	if err := o.observe(t.Context(), st, facts); err != nil {
		t.Fatal(err)
	}
	for what, n := range e.asked {
		if n != 1 {
			t.Errorf("%s was asked %d times", what, n)
		}
	}
	if len(e.asked) != 42 || e.most.Load() > lookers {
		t.Errorf("%d asked, %d at once", len(e.asked), e.most.Load())
	}
	// What was looked for is known, found or not; nothing else is.
	if c, ok := st.Containers["7"]; !ok || c != nil {
		t.Errorf("container 7: %v, %v", c, ok)
	}
	if st.ContainerList == nil || st.Events == nil || st.Host == nil || st.ImageList != nil || st.Engine != nil {
		t.Errorf("%+v", st)
	}
	if f, ok := st.Paths[PathKey{In: "workspace", Path: "x"}]; !ok || f != nil {
		t.Errorf("%v, %v", f, ok)
	}
}

func TestObserverEndsWithTheFirstError(t *testing.T) {
	broken := &engine.Error{Kind: engine.Truncated, Err: errors.New("gone")}
	o := &observer{src: Source{Engine: &counting{failed: broken}}}
	st := o.begin()
	err := o.observe(t.Context(), st, []Fact{{Kind: FactContainers}, {Kind: FactContainer, Name: "a"}})
	if engine.KindOf(err) != engine.Truncated || len(st.Containers) != 0 {
		t.Errorf("%v, %+v", err, st.Containers)
	}
	for _, bad := range []Fact{{Kind: "moon"}, {Kind: FactPath, In: "moon:x"}, {Kind: FactHTTP, Name: "moon"}} {
		if err := o.observe(t.Context(), st, []Fact{bad}); err == nil {
			t.Errorf("%v was looked for", bad)
		}
	}
}

func TestObserverInspectsAContainerOnce(t *testing.T) {
	e := &counting{}
	o := &observer{src: Source{Engine: e}}
	st := o.begin()
	for _, name := range []string{"a", "b", "id-of-b"} { // three rounds
		if err := o.observe(t.Context(), st, []Fact{{Kind: FactLogs, Name: name}, {Kind: FactContainer, Name: name}}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(map[string]int{"container a": 1, "container b": 1, "logs id-of-b": 2}, e.asked); diff != "" {
		t.Error(diff)
	}
}

func TestObserverBeginsWithWhatIsKnown(t *testing.T) {
	started := time.Unix(1_790_000_000, 0)
	known := (&observer{src: Source{Since: started}}).begin()
	known.Containers["a"], known.Events = nil, []engine.Event{}
	for since, want := range map[time.Time]bool{started: true, started.Add(time.Hour): false} {
		o := &observer{src: Source{Known: known, Since: since, Evidence: []Evidence{{Step: "s"}}}}
		st := o.begin()
		if _, ok := st.Containers["a"]; !ok || (st.Events != nil) != want || !st.Since.Equal(since) || len(st.Evidence) != 1 {
			t.Errorf("since %v: %+v", since, st)
		}
	}
}
