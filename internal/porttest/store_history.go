package porttest

import (
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func storeHistory() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"history is in order, and begins after a seq", func(t *testing.T, h storeHarness) {
			r, other := h.release("checkout", 1), h.release("orders", 2)
			h.create(t, r, other)
			next := r
			for range 11 {
				next = decided(next, statemachine.Baking)
				h.saved(t, next)
			}
			same(t, "the history", h.seqs(t, r), []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
			later, err := h.History(t.Context(), r.ID, 9)
			ok(t, err)
			same(t, "entries after the ninth", len(later), 3)
			same(t, "the first of them", later[0], save(upTo(r, 10), 9).Entry)
			none, err := h.History(t.Context(), r.ID, 12)
			ok(t, err)
			same(t, "entries after the last", len(none), 0)
		}},
		{"an outcome is kept once, by its commit", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			first := worker.Outcome{Command: "cmd-1", Done: true, Code: "created", Text: "it began", Release: r.ID, Rev: 1, At: h.now}
			c := h.commit("op-1", save(r, 0))
			c.Outcome = &first
			ok(t, h.Commit(t.Context(), c))
			is(t, h.PutOutcome(t.Context(), worker.Outcome{Command: "cmd-1", Code: "wrong_phase", At: h.now}), worker.ErrConflict)
			kept, err := h.Outcome(t.Context(), "cmd-1")
			ok(t, err)
			same(t, "the outcome", kept, first)
		}},
		{"a refusal is kept once, and its command acts no more", func(t *testing.T, h storeHarness) {
			refusal := worker.Outcome{Command: "cmd-1", Code: "stale_rev", Text: "it moved on", Release: releaseID(1), Rev: 4, At: h.now}
			_, err := h.Outcome(t.Context(), "cmd-1")
			is(t, err, worker.ErrNotFound)
			ok(t, h.PutOutcome(t.Context(), refusal))
			is(t, h.PutOutcome(t.Context(), refusal), worker.ErrConflict)
			r := h.release("checkout", 1)
			c := h.commit("op-1", save(r, 0))
			c.Outcome = &worker.Outcome{Command: "cmd-1", Done: true, Code: "created", At: h.now}
			is(t, h.Commit(t.Context(), c), worker.ErrConflict)
			kept, err := h.Outcome(t.Context(), "cmd-1")
			ok(t, err)
			same(t, "the outcome", kept, refusal)
			h.runs(t)
		}},
		{"workers are those seen within a day", func(t *testing.T, h storeHarness) {
			lives := worker.WorkerInfo{ID: "worker-1", SeenAt: h.now, LastSweepAt: h.now.Add(-time.Second), Version: "1.0.0"}
			fresh := worker.WorkerInfo{ID: "worker-2", SeenAt: h.now, Version: "1.0.0"}
			gone := worker.WorkerInfo{ID: "worker-3", SeenAt: h.now.Add(-25 * time.Hour), Version: "0.9.0"}
			early := lives
			early.SeenAt = h.now.Add(-time.Hour)
			for _, w := range []worker.WorkerInfo{early, gone, lives, fresh} {
				ok(t, h.Beat(t.Context(), w))
			}
			seen, err := h.Workers(t.Context())
			ok(t, err)
			same(t, "the workers", seen, []worker.WorkerInfo{lives, fresh})
		}},
	}
}

// upTo is a release that baked on until rev.
func upTo(r statemachine.Release, rev int64) statemachine.Release {
	for r.Rev < rev {
		r = decided(r, statemachine.Baking)
	}
	return r
}
