package bench_test

import (
	"cmp"
	"slices"
	"testing"
	"time"
)

// contest is how long things are compared for, at most.
const contest = 8 * time.Second

// Turns: at least a few, so that there is a median, and no more than are good
// for one.
const (
	minTurns = 7
	maxTurns = 200
)

// medians lets all take turns until the time is over and gives the median of
// each one's times. The first turn warms up and doesn't count.
func medians(b *testing.B, all ...func() time.Duration) []time.Duration {
	b.Helper()
	times := make([][]time.Duration, len(all))
	end := time.Now().Add(contest)
	for turn := range maxTurns + 1 {
		for i, one := range all {
			if took := one(); turn > 0 {
				times[i] = append(times[i], took)
			}
		}
		if turn >= minTurns && time.Now().After(end) {
			break
		}
	}
	res := make([]time.Duration, len(all))
	for i := range times {
		res[i] = middle(times[i])
	}
	return res
}

// timed makes a function tell how long it took.
func timed(f func()) func() time.Duration {
	return func() time.Duration {
		begun := time.Now()
		f()
		return time.Since(begun)
	}
}

func middle[T cmp.Ordered](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}
