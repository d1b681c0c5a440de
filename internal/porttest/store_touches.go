package porttest

import (
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// shifting is a release with an order that failed so many times, and when it
// wakes for the next try.
func (h storeHarness) shifting(attempts int) statemachine.Release {
	r := h.release("checkout", 1)
	r.Phase = statemachine.Shifting
	r.WakeAt = r.WakeAt.Add(time.Duration(attempts) * time.Second)
	r.Pending = []statemachine.Order{{
		Kind: statemachine.Shift, Key: "1", Target: "checkout:live", Attempts: attempts, RetryAt: r.WakeAt, Since: h.now,
	}}
	return r
}

func storeTouches() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"a touch keeps attempts and wake, and neither rev nor history nor op id", func(t *testing.T, h storeHarness) {
			r := h.shifting(0)
			h.create(t, r)
			ok(t, h.Announced(t.Context(), refOf(r), 0, 1))
			next := h.shifting(1)
			ok(t, h.Touch(t.Context(), next, r.WakeAt))
			stored, err := h.Load(t.Context(), refOf(r))
			ok(t, err)
			same(t, "what is stored", stored, worker.Stored{
				Release: next, OpID: "create " + r.ID, SavedBy: "worker-1", AnnouncedSeq: 1,
			})
			same(t, "the history", h.seqs(t, r), []int64{1})
		}},
		{"a touch needs the wake that was read", func(t *testing.T, h storeHarness) {
			r := h.shifting(0)
			h.create(t, r)
			is(t, h.Touch(t.Context(), h.shifting(1), r.WakeAt.Add(time.Millisecond)), worker.ErrConflict)
			h.holds(t, r, "create "+r.ID)
		}},
		{"a touch of another rev changes nothing", func(t *testing.T, h storeHarness) {
			r := h.shifting(0)
			h.create(t, r)
			next := decided(r, statemachine.RollingBack)
			h.saved(t, next)
			is(t, h.Touch(t.Context(), h.shifting(1), r.WakeAt), worker.ErrConflict)
			h.holds(t, next, "save "+r.ID+" 2")
		}},
		{"announced_seq moves only from what was read, and changes nothing else", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			is(t, h.Announced(t.Context(), refOf(r), 1, 2), worker.ErrConflict)
			ok(t, h.Announced(t.Context(), refOf(r), 0, 1))
			is(t, h.Announced(t.Context(), refOf(r), 0, 2), worker.ErrConflict)
			stored, err := h.Load(t.Context(), refOf(r))
			ok(t, err)
			same(t, "what is stored", stored, worker.Stored{
				Release: r, OpID: "create " + r.ID, SavedBy: "worker-1", AnnouncedSeq: 1,
			})
		}},
		{"a save leaves announced_seq as it is", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			ok(t, h.Announced(t.Context(), refOf(r), 0, 1))
			h.saved(t, decided(r, statemachine.Shifting))
			stored, err := h.Load(t.Context(), refOf(r))
			ok(t, err)
			same(t, "announced_seq", stored.AnnouncedSeq, int64(1))
		}},
		{"announcing goes on for a settled release", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			h.saved(t, settled(r, statemachine.Refused))
			ok(t, h.Announced(t.Context(), refOf(r), 0, 2))
		}},
	}
}
