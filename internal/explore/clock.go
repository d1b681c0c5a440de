package explore

import "time"

// tick is the model's unit of time: one call timeout. A lease is three.
const (
	tick  = 5 * time.Second
	lease = 3 * tick
)

// epoch is when a model begins. It lies so far ahead that no real timer of a
// call's context ever fires: deadlines are the explorer's to keep.
func epoch() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }

// at is the time after n ticks.
func at(n int) time.Time { return epoch().Add(time.Duration(n) * tick) }

// stamp is the nth time of somebody else's clock: an alarm's transitions, a
// pipeline's executions. Only their order counts, so they are not relative.
func stamp(n int) time.Time { return time.Date(2000, 1, 1, 0, 0, n, 0, time.UTC) }

// stampOf is the n of a stamp; 0 for the zero time.
func stampOf(t time.Time) int {
	if t.IsZero() {
		return 0
	}
	return int(t.Sub(stamp(0)) / time.Second)
}

// far is when a time to come counts as never.
const far = 100 * tick
