package porttest

import (
	"context"
	"errors"
	"testing"

	"github.com/serinhq/serin/worker"
)

func targetFences() []claim[TargetHarness] {
	return []claim[TargetHarness]{
		{"the fence moves with each write that differs", func(t *testing.T, h TargetHarness) {
			seen := map[worker.Token]bool{}
			for _, weight := range []float64{5, 10, 20} {
				h.write(t, h.canary(weight))
				_, token := h.observe(t)
				if h.Fenced && seen[token] {
					t.Errorf("token %q came again", token)
				}
				seen[token] = true
			}
		}},
		{"a write with a fence that has moved changes nothing", func(t *testing.T, h TargetHarness) {
			_, stale := h.observe(t)
			h.write(t, h.canary(10))
			h.refusesStale(t, stale)
		}},
		{"a foreign write moves the fence", func(t *testing.T, h TargetHarness) {
			_, stale := h.observe(t)
			h.Foreign(t, h.canary(10))
			h.refusesStale(t, stale)
		}},
		{"an identical write moves the fence, at the latest with a mark", identicalWrite},
		{"of two writes with one fence one wins", func(t *testing.T, h TargetHarness) {
			_, token := h.observe(t)
			results := make(chan error, 2)
			for _, weight := range []float64{10, 20} {
				go func(ctx context.Context) {
					results <- h.Target.Write(ctx, worker.Want{Split: h.canary(weight)}, token)
				}(t.Context())
			}
			first, second := <-results, <-results
			if h.Fenced && (first == nil) == (second == nil) {
				t.Errorf("both writes ended alike: %v, %v", first, second)
			}
			if err := errors.Join(first, second); h.Fenced {
				is(t, err, worker.ErrConflict)
			} else {
				ok(t, err)
			}
			h.observe(t)
		}},
	}
}

// refusesStale: on a fenced target a stale token writes nothing; a fence-less
// one has no token that could be stale.
func (h TargetHarness) refusesStale(t *testing.T, stale worker.Token) {
	t.Helper()
	if !h.Fenced {
		if stale != "" {
			t.Errorf("a fence-less target has token %q", stale)
		}
		return
	}
	raw := h.Raw(t)
	err := h.Target.Write(t.Context(), worker.Want{Split: h.canary(90)}, stale)
	isCallError(t, err, worker.ErrConflict)
	if now := h.Raw(t); now != raw {
		t.Errorf("a stale write changed the world from\n%s\nto\n%s", raw, now)
	}
}

func identicalWrite(t *testing.T, h TargetHarness) {
	if !h.Fenced {
		h.write(t, h.Shows(t))
		return
	}
	restore, _ := h.preflight(t)
	_, before := h.observe(t)
	ok(t, h.Target.Write(t.Context(), worker.Want{Split: restore}, before))
	_, after := h.observe(t)
	for _, mark := range []string{"01KA0000000000000000000001/7", "01KA0000000000000000000001/8"} {
		if after != before {
			break
		}
		ok(t, h.Target.Write(t.Context(), worker.Want{Split: restore, Mark: mark}, before))
		_, after = h.observe(t)
	}
	if after == before {
		t.Error("no identical write moves the fence: a late forward write could still land")
	}
	h.shows(t, restore)
}
