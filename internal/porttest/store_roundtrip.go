package porttest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func storeRoundTrips() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"every field of a settled release survives", func(t *testing.T, h storeHarness) {
			r := h.storable(everything[statemachine.Release](), true)
			h.survives(t, r, 1)
			h.survives(t, r, 2)
		}},
		{"every field of a running release survives", func(t *testing.T, h storeHarness) {
			r := h.storable(everything[statemachine.Release](), false)
			h.survives(t, r, 1)
			h.survives(t, r, 2)
		}},
		{"any release survives", func(t *testing.T, h storeHarness) {
			rev := int64(0)
			rapid.Check(t, func(rt *rapid.T) {
				rev++
				r := drawn[statemachine.Release](rt, "release")
				h.survives(rt, h.storable(r, rapid.Bool().Draw(rt, "settled")), rev)
			})
		}},
		{"every field of a history entry survives", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			s := save(r, 0)
			s.Entry = everything[statemachine.Entry]()
			s.Entry.Seq = 1
			ok(t, h.Commit(t.Context(), h.commit("op-1", s)))
			entries, err := h.History(t.Context(), r.ID, 0)
			ok(t, err)
			same(t, "the history", entries, []statemachine.Entry{s.Entry})
		}},
		{"every field of a slot survives", func(t *testing.T, h storeHarness) {
			slot := everything[statemachine.Slot]()
			slot.Canary, slot.Rev = "checkout", 0
			c := h.commit("op-1")
			c.Slot = &slot
			ok(t, h.Commit(t.Context(), c))
			got, err := h.Slot(t.Context(), "checkout")
			ok(t, err)
			slot.Rev = 1
			same(t, "the slot", got, slot)
		}},
		{"every field of a definition survives", func(t *testing.T, h storeHarness) {
			d := everything[worker.Definition]()
			d.AppliedAt = d.AppliedAt.Truncate(time.Millisecond)
			n, err := h.Apply(t.Context(), d, 0)
			ok(t, err)
			got, err := h.Canary(t.Context(), d.Plan.Canary)
			ok(t, err)
			same(t, "the definition", got, numbered(d, n))
		}},
		{"every field of an outcome survives", func(t *testing.T, h storeHarness) {
			o := everything[worker.Outcome]()
			o.At = h.now
			ok(t, h.PutOutcome(t.Context(), o))
			got, err := h.Outcome(t.Context(), o.Command)
			ok(t, err)
			same(t, "the outcome", got, o)
		}},
	}
}

// storable makes of arbitrary fields a release that a core could have decided:
// it wakes if and only if it is not settled, and to the millisecond.
func (h storeHarness) storable(r statemachine.Release, settled bool) statemachine.Release {
	r.Schema = statemachine.Schema
	r.WakeAt = r.WakeAt.Truncate(time.Millisecond)
	if settled {
		r.WakeAt = time.Time{}
		r.SettledAt = h.now
	} else {
		r.SettledAt = time.Time{}
	}
	return r
}

// failer is a test, or one draw of a property.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
	Context() context.Context
}

// survives saves the release at this rev over the one before, and loads it: what
// no longer holds must be gone as well.
func (h storeHarness) survives(t failer, r statemachine.Release, rev int64) {
	t.Helper()
	r.Canary, r.ID, r.Rev = "checkout", releaseID(1), rev
	op := fmt.Sprintf("op-%d", rev)
	if err := h.Commit(t.Context(), h.commit(op, save(r, rev-1))); err != nil {
		t.Fatalf("commit: %v", err)
	}
	want := worker.Stored{Release: r, OpID: op, SavedBy: "worker-1"}
	for _, store := range []worker.Store{h.Catalog, h.anew} {
		stored, err := store.Load(t.Context(), refOf(r))
		if err != nil {
			t.Fatalf("load: %v", err)
		}
		if diff := cmp.Diff(want, stored); diff != "" {
			t.Fatalf("what is stored differs (-want +got):\n%s", diff)
		}
	}
}
