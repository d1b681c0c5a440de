package porttest

import (
	"reflect"
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func storeCommits() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"a commit is loaded with its op id and its worker", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			ok(t, h.Commit(t.Context(), h.commit("op-1", save(r, 0))))
			stored, err := h.Load(t.Context(), refOf(r))
			ok(t, err)
			same(t, "what is stored", stored, worker.Stored{Release: r, OpID: "op-1", SavedBy: "worker-1"})
		}},
		{"a release that was never saved is not found", func(t *testing.T, h storeHarness) {
			_, err := h.Load(t.Context(), worker.Ref{Canary: "checkout", ID: releaseID(1)})
			is(t, err, worker.ErrNotFound)
		}},
		{"a stale rev changes nothing", func(t *testing.T, h storeHarness) {
			first := h.release("checkout", 1)
			second := decided(first, statemachine.Shifting)
			h.create(t, first)
			ok(t, h.Commit(t.Context(), h.commit("op-2", save(second, 1))))
			late := decided(first, statemachine.RollingBack)
			is(t, h.Commit(t.Context(), h.commit("op-late", save(late, 1))), worker.ErrConflict)
			h.holds(t, second, "op-2")
			same(t, "the history", h.seqs(t, first), []int64{1, 2})
		}},
		{"a rev of the future changes nothing", func(t *testing.T, h storeHarness) {
			first := h.release("checkout", 1)
			h.create(t, first)
			third := decided(decided(first, statemachine.Shifting), statemachine.Baking)
			is(t, h.Commit(t.Context(), h.commit("op-3", save(third, 2))), worker.ErrConflict)
			h.holds(t, first, "create "+first.ID)
		}},
		{"creating a release twice conflicts", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			again := r
			again.Version = "44"
			is(t, h.Commit(t.Context(), h.commit("op-again", save(again, 0))), worker.ErrConflict)
			h.holds(t, r, "create "+r.ID)
		}},
		{"a release that does not exist can't be saved from a rev", func(t *testing.T, h storeHarness) {
			next := decided(h.release("checkout", 1), statemachine.Shifting)
			is(t, h.Commit(t.Context(), h.commit("op-2", save(next, 1))), worker.ErrConflict)
			_, err := h.Load(t.Context(), refOf(next))
			is(t, err, worker.ErrNotFound)
		}},
		{"a trigger makes one release", func(t *testing.T, h storeHarness) {
			first, second := h.release("checkout", 1), h.release("checkout", 2)
			c := h.commit("op-1", save(first, 0))
			c.Trigger = &worker.TriggerItem{Source: "pipeline#checkout-prod/4f0c", Key: "9a", Ref: refOf(first)}
			ok(t, h.Commit(t.Context(), c))
			again := h.commit("op-2", save(second, 0))
			again.Trigger = &worker.TriggerItem{Source: "pipeline#checkout-prod/4f0c", Key: "9a", Ref: refOf(second)}
			is(t, h.Commit(t.Context(), again), worker.ErrConflict)
			ref, err := h.Trigger(t.Context(), "pipeline#checkout-prod/4f0c", "9a")
			ok(t, err)
			same(t, "the trigger's release", ref, refOf(first))
			_, err = h.Load(t.Context(), refOf(second))
			is(t, err, worker.ErrNotFound)
		}},
		{"another key of the same source is another trigger", func(t *testing.T, h storeHarness) {
			first, retried := h.release("checkout", 1), h.release("checkout", 2)
			for key, r := range map[string]statemachine.Release{"9a": first, "9b": retried} {
				c := h.commit("op-"+key, save(r, 0))
				c.Trigger = &worker.TriggerItem{Source: "pipeline#checkout-prod/4f0c", Key: key, Ref: refOf(r)}
				ok(t, h.Commit(t.Context(), c))
			}
			_, err := h.Trigger(t.Context(), "pipeline#checkout-prod/4f0c", "9c")
			is(t, err, worker.ErrNotFound)
		}},
		{"what is committed and loaded are copies", func(t *testing.T, h storeHarness) {
			full := func() statemachine.Release {
				r := h.storable(everything[statemachine.Release](), false)
				r.Canary, r.ID, r.Rev = "checkout", releaseID(1), 1
				return r
			}
			r := full()
			h.create(t, r)
			scramble(reflect.ValueOf(r))
			for _, after := range []string{"the commit", "a load", "another load"} {
				loaded, err := h.Load(t.Context(), refOf(full()))
				ok(t, err)
				same(t, "what is stored, its copy changed after "+after, loaded.Release, full())
				scramble(reflect.ValueOf(loaded.Release))
			}
		}},
	}
}
