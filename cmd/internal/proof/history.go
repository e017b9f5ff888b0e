package proof

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/naru-lab/naru/checker/engine"
)

// remembered is how many events an engine remembers, of any kind.
const remembered = 256

// overlap is how much of the past is asked for again, so that no event falls
// between two looks.
const overlap = time.Second

// history is an engine whose past can be undone: whoever plays on it hears of
// the events that it has seen, less those that were forgotten, as if what was
// undone had never been.
type history struct {
	*engine.Client

	mu    sync.Mutex
	seen  []engine.Event // the oldest first
	known map[string]bool
	last  time.Time // of the last event, forgotten ones included
	gap   int       // some may be missing before this place in seen
}

func newHistory(c *engine.Client, begun time.Time) *history {
	return &history{Client: c, known: map[string]bool{}, last: begun}
}

// Events is the engine's own, answered from memory.
func (h *history) Events(ctx context.Context, since, until time.Time) ([]engine.Event, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.look(ctx); err != nil {
		return nil, err
	}
	list := []engine.Event{}
	for _, e := range h.seen[max(0, len(h.seen)-remembered):] {
		if !e.Probe && !strings.HasPrefix(e.Action, "exec_") && !e.Time.Before(since) && !e.Time.After(until) {
			list = append(list, e)
		}
	}
	return list, nil
}

// mark is the present, to be forgotten from later.
func (h *history) mark(ctx context.Context) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.look(ctx)
	return len(h.seen), err
}

// since gives what happened since a mark; whole says that nothing is missing.
func (h *history) since(ctx context.Context, mark int) (list []engine.Event, whole bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	err = h.look(ctx)
	return slices.Clone(h.seen[mark:]), mark >= h.gap, err
}

// forget forgets what happened since a mark.
func (h *history) forget(ctx context.Context, mark int) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.look(ctx)
	h.seen, h.gap = h.seen[:mark], min(h.gap, mark)
	return err
}

// look asks for what has happened since the last look.
func (h *history) look(ctx context.Context) error {
	list, err := h.AllEvents(ctx, h.last.Add(-overlap), time.Now())
	if err != nil {
		return err
	}
	linked := len(list) < remembered/2 // the engine can't have forgotten any
	for _, e := range list {
		key := fmt.Sprint(e.Time.UnixNano(), e.Type, e.Action, e.ID, e.Attributes["container"])
		if h.known[key] {
			linked = true
			continue
		}
		if !linked {
			h.gap, linked = len(h.seen)+1, true
		}
		h.known[key] = true
		h.seen = append(h.seen, e)
		if e.Time.After(h.last) {
			h.last = e.Time
		}
	}
	return nil
}
