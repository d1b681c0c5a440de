package porttest

import (
	"slices"
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
			ok(t, h.Announced(t.Context(), refOf(r), 1, false))
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
		{"announced_seq moves only onward, and changes nothing else", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			ok(t, h.Announced(t.Context(), refOf(r), 1, false))
			is(t, h.Announced(t.Context(), refOf(r), 1, false), worker.ErrConflict)
			is(t, h.Announced(t.Context(), refOf(r), 0, false), worker.ErrConflict)
			stored, err := h.Load(t.Context(), refOf(r))
			ok(t, err)
			same(t, "what is stored", stored, worker.Stored{
				Release: r, OpID: "create " + r.ID, SavedBy: "worker-1", AnnouncedSeq: 1,
			})
		}},
		{"a save leaves announced_seq as it is", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			ok(t, h.Announced(t.Context(), refOf(r), 1, false))
			h.saved(t, decided(r, statemachine.Shifting))
			stored, err := h.Load(t.Context(), refOf(r))
			ok(t, err)
			same(t, "announced_seq", stored.AnnouncedSeq, int64(1))
		}},
		{"announcing goes on for a settled release", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			end := settled(r, statemachine.Refused)
			h.saved(t, end)
			ok(t, h.Announced(t.Context(), refOf(r), 1, false))
			unannounced := func() []worker.Stored {
				t.Helper()
				all, err := worker.All(h.Unannounced(t.Context()))
				ok(t, err)
				return slices.DeleteFunc(all, func(s worker.Stored) bool { return s.Release.ID != r.ID })
			}
			same(t, "what is not announced", unannounced(), []worker.Stored{{
				Release: end, OpID: "save " + r.ID + " 2", SavedBy: "worker-1", AnnouncedSeq: 1,
			}})
			ok(t, h.Announced(t.Context(), refOf(r), 2, true))
			same(t, "how many ends are not announced", len(unannounced()), 0)
		}},
	}
}
