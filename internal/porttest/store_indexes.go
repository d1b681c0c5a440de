package porttest

import (
	"slices"
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func storeIndexes() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"an empty store has nothing running, due or known", func(t *testing.T, h storeHarness) {
			h.runs(t)
			h.due(t, h.now.Add(time.Hour))
			canaries, err := worker.All(h.Canaries(t.Context()))
			ok(t, err)
			same(t, "canaries", len(canaries), 0)
		}},
		{"Running has every release that is not settled, and no other", func(t *testing.T, h storeHarness) {
			a, b, c := h.release("checkout", 1), h.release("checkout", 2), h.release("orders", 3)
			h.create(t, a, b, c)
			end := settled(a, statemachine.Promoted)
			h.saved(t, end)
			unsettled := decided(c, statemachine.RolledBack)
			unsettled.FinishedAt = unsettled.UpdatedAt
			h.saved(t, unsettled)
			h.runs(t, b, unsettled)
		}},
		{"Due has what wakes before a time, soonest first", func(t *testing.T, h storeHarness) {
			first, second, third := h.release("checkout", 3), h.release("orders", 2), h.release("search", 1)
			second.WakeAt = first.WakeAt.Add(time.Millisecond)
			third.WakeAt = first.WakeAt.Add(2 * time.Millisecond)
			h.create(t, third, first, second)
			h.due(t, first.WakeAt)
			h.due(t, second.WakeAt, first)
			h.due(t, third.WakeAt.Add(time.Hour), first, second, third)
		}},
		{"a claim moves a release in Due", func(t *testing.T, h storeHarness) {
			first, second := h.release("checkout", 1), h.release("orders", 2)
			h.create(t, first, second)
			late := first
			late.WakeAt = second.WakeAt.Add(time.Hour)
			ok(t, h.Claim(t.Context(), refOf(first), 1, first.WakeAt, late.WakeAt))
			h.due(t, late.WakeAt, second)
			h.due(t, late.WakeAt.Add(time.Second), second, late)
			h.runs(t, late, second)
		}},
		{"a settled release leaves Running and Due", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			h.runs(t, r)
			h.saved(t, settled(r, statemachine.RolledBack))
			h.runs(t)
			h.due(t, h.now.Add(24*time.Hour))
		}},
		{"a running release without a wake is due at once", func(t *testing.T, h storeHarness) {
			r, other := h.release("checkout", 1), h.release("orders", 2)
			r.WakeAt = time.Time{}
			h.create(t, r, other)
			h.due(t, h.now, r)
			ok(t, h.Claim(t.Context(), refOf(r), 1, time.Time{}, h.now))
		}},
		{"a newer schema is refused, left out, and not lost", func(t *testing.T, h storeHarness) {
			r, newer := h.release("checkout", 1), h.release("orders", 2)
			newer.Schema = statemachine.Schema + 1
			h.create(t, r, newer)
			_, err := h.Load(t.Context(), refOf(newer))
			is(t, err, worker.ErrNewerSchema)
			h.runs(t, r)
			h.due(t, newer.WakeAt.Add(time.Second), r, newer)
			listed, err := h.Releases(t.Context(), "", time.Time{})
			is(t, err, worker.ErrNewerSchema)
			same(t, "the releases beside it", ids(listed), []string{r.ID})
		}},
	}
}

// runs checks what Running returns, in any order.
func (h storeHarness) runs(t *testing.T, want ...statemachine.Release) {
	t.Helper()
	running, err := worker.All(h.Running(t.Context()))
	ok(t, err)
	var got []statemachine.Release
	for _, s := range running {
		got = append(got, s.Release)
	}
	byID := func(a, b statemachine.Release) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) }
	slices.SortFunc(got, byID)
	slices.SortFunc(want, byID)
	same(t, "what runs", got, want)
}

// due checks what Due returns, in order.
func (h storeHarness) due(t *testing.T, before time.Time, want ...statemachine.Release) {
	t.Helper()
	got, err := h.Due(t.Context(), before)
	ok(t, err)
	expected := make([]worker.Due, 0, len(want))
	for _, r := range want {
		expected = append(expected, worker.Due{Ref: refOf(r), WakeAt: r.WakeAt})
	}
	same(t, "what is due", append([]worker.Due{}, got...), expected)
}
