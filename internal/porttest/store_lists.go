package porttest

import (
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// lists checks a canary's releases, newest first; every canary's for "".
func (h storeHarness) lists(t *testing.T, canary string, since time.Time, want ...statemachine.Release) {
	t.Helper()
	listed, err := h.Releases(t.Context(), canary, since)
	ok(t, err)
	var got []statemachine.Release
	for _, s := range listed {
		got = append(got, s.Release)
	}
	same(t, "the releases of "+canary, got, want)
}

func storeLists() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"Releases are a canary's or everyone's, newest first", func(t *testing.T, h storeHarness) {
			a, b, c := h.release("checkout", 1), h.release("orders", 2), h.release("checkout", 3)
			h.create(t, b, c, a)
			end := settled(a, statemachine.Refused)
			h.saved(t, end)
			h.lists(t, "checkout", time.Time{}, c, end)
			h.lists(t, "orders", time.Time{}, b)
			h.lists(t, "", time.Time{}, c, b, end)
			h.lists(t, "search", time.Time{})
		}},
		{"Releases leave out what settled and began before", func(t *testing.T, h storeHarness) {
			var ended []statemachine.Release
			for n, phase := range []statemachine.Phase{
				statemachine.Promoted, statemachine.RolledBack, statemachine.Refused, statemachine.Superseded,
			} {
				r := h.release("checkout", n+1)
				h.create(t, r)
				ended = append(ended, settled(r, phase))
				h.saved(t, ended[n])
			}
			runs := h.release("checkout", 0)
			h.create(t, runs)
			for _, canary := range []string{"checkout", ""} {
				h.lists(t, canary, time.Time{}, ended[3], ended[2], ended[1], ended[0], runs)
				h.lists(t, canary, ended[2].StartedAt, ended[3], ended[2], runs)
				h.lists(t, canary, ended[2].StartedAt.Add(time.Millisecond), ended[3], runs)
				h.lists(t, canary, h.now.Add(time.Hour), runs)
			}
		}},
	}
}
