package porttest

import (
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func storeClaims() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"a claim moves the wake and nothing else", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			until := r.WakeAt.Add(15 * time.Second)
			ok(t, h.Claim(t.Context(), refOf(r), r.Rev, r.WakeAt, until))
			r.WakeAt = until
			h.holds(t, r, "create "+r.ID)
			same(t, "the history", h.seqs(t, r), []int64{1})
		}},
		{"a claim needs the wake that was read", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			for _, off := range []time.Duration{-time.Millisecond, time.Millisecond, time.Hour} {
				is(t, h.Claim(t.Context(), refOf(r), r.Rev, r.WakeAt.Add(off), h.now), worker.ErrConflict)
			}
			h.holds(t, r, "create "+r.ID)
		}},
		{"a claim needs the rev that was read", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			for _, rev := range []int64{0, 2} {
				is(t, h.Claim(t.Context(), refOf(r), rev, r.WakeAt, h.now), worker.ErrConflict)
			}
			h.holds(t, r, "create "+r.ID)
		}},
		{"a lease is renewed from the wake that its owner wrote", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			for range 3 {
				until := r.WakeAt.Add(5 * time.Second)
				ok(t, h.Claim(t.Context(), refOf(r), r.Rev, r.WakeAt, until))
				is(t, h.Claim(t.Context(), refOf(r), r.Rev, r.WakeAt, until.Add(time.Second)), worker.ErrConflict)
				r.WakeAt = until
			}
			h.holds(t, r, "create "+r.ID)
		}},
		{"a save takes the lease away", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			next := decided(r, statemachine.RollingBack)
			next.WakeAt = r.WakeAt.Add(time.Second)
			h.saved(t, next)
			is(t, h.Claim(t.Context(), refOf(r), r.Rev, r.WakeAt, h.now), worker.ErrConflict)
			is(t, h.Claim(t.Context(), refOf(r), next.Rev, r.WakeAt, h.now), worker.ErrConflict)
			ok(t, h.Claim(t.Context(), refOf(r), next.Rev, next.WakeAt, h.now))
		}},
		{"a wake is kept and compared to the millisecond", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			kept := r.WakeAt.Add(7 * time.Millisecond)
			r.WakeAt = kept.Add(600 * time.Microsecond)
			h.create(t, r)
			stored, err := h.Load(t.Context(), refOf(r))
			ok(t, err)
			same(t, "the wake", stored.Release.WakeAt, kept)
			until := kept.Add(time.Second)
			ok(t, h.Claim(t.Context(), refOf(r), r.Rev, r.WakeAt, until.Add(999*time.Microsecond)))
			ok(t, h.Claim(t.Context(), refOf(r), r.Rev, until, until.Add(time.Second)))
		}},
		{"a settled release can't be claimed", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			end := settled(r, statemachine.RolledBack)
			h.saved(t, end)
			is(t, h.Claim(t.Context(), refOf(r), end.Rev, r.WakeAt, h.now), worker.ErrConflict)
			is(t, h.Claim(t.Context(), refOf(r), end.Rev, time.Time{}, h.now), worker.ErrConflict)
			h.holds(t, end, "save "+end.ID+" 2")
		}},
		{"what does not exist can't be claimed, touched or announced", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			is(t, h.Claim(t.Context(), refOf(r), 1, r.WakeAt, h.now), worker.ErrConflict)
			is(t, h.Touch(t.Context(), r, r.WakeAt), worker.ErrConflict)
			is(t, h.Announced(t.Context(), refOf(r), 1, false), worker.ErrConflict)
			_, err := h.Load(t.Context(), refOf(r))
			is(t, err, worker.ErrNotFound)
		}},
	}
}
