package play

import (
	"maps"
	"slices"
	"time"
)

// beginning tells what began a lesson on an engine: since when its events
// count, by this machine's clock, and which containers were there before, by
// ID; nil when nobody knows.
//
// A container that is there is told from an older one by the baseline, never by
// a clock. Of one that is there no more only the engine's events tell, and they
// bear the engine's time: so that is what the baseline has kept, too. Where the
// two clocks moved meanwhile, the earlier time counts, that nothing is lost.
func (l *look) beginning(engineKey string) (since time.Time, before []string) {
	since = l.progress.Started
	b, err := l.player.store.Baseline(l.lesson, l.progress.Session, engineKey)
	if b == nil || err != nil { // one that can't be read is reset's to complain of
		return since, nil
	}
	if !b.EngineTime.IsZero() {
		if at := b.EngineTime.Add(-l.skew); at.Before(since) {
			since = at
		}
	}
	before = slices.AppendSeq([]string{}, maps.Keys(b.Containers))
	slices.Sort(before)
	return since, before
}

// beginningDiffers reports whether another baseline holds on an engine than
// the one that was looked with.
func (l *look) beginningDiffers(engineKey string) bool {
	since, before := l.beginning(engineKey)
	return !since.Equal(l.source.Since) || (before == nil) != (l.source.Before == nil) || !slices.Equal(before, l.source.Before)
}
