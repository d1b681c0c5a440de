package porttest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// rivals is how many try the same thing at once.
const rivals = 16

// race runs try for each rival at once, and returns those whose try succeeded;
// all others must meet a conflict.
func race(t *testing.T, try func(rival int) error) []int {
	t.Helper()
	results := make([]error, rivals)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range rivals {
		wg.Go(func() {
			<-start
			results[i] = try(i)
		})
	}
	close(start)
	wg.Wait()
	var won []int
	for i, err := range results {
		switch {
		case err == nil:
			won = append(won, i)
		case !errors.Is(err, worker.ErrConflict):
			t.Errorf("rival %d: got error %v, want %v", i, err, worker.ErrConflict)
		}
	}
	return won
}

func storeConcurrency() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"of concurrent claims exactly one wins", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			until := func(rival int) time.Time { return r.WakeAt.Add(time.Duration(rival+1) * time.Second) }
			won := race(t, func(rival int) error {
				return h.Claim(t.Context(), refOf(r), r.Rev, r.WakeAt, until(rival))
			})
			if len(won) != 1 {
				t.Fatalf("rivals %v won the claim, want exactly one", won)
			}
			r.WakeAt = until(won[0])
			h.holds(t, r, "create "+r.ID)
		}},
		{"of concurrent commits on one rev exactly one wins", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			op := func(rival int) string { return fmt.Sprintf("op-rival-%d", rival) }
			won := race(t, func(rival int) error {
				return h.Commit(t.Context(), h.commit(op(rival), save(decided(r, statemachine.Shifting), r.Rev)))
			})
			if len(won) != 1 {
				t.Fatalf("rivals %v won the commit, want exactly one", won)
			}
			h.holds(t, decided(r, statemachine.Shifting), op(won[0]))
			same(t, "the history", h.seqs(t, r), []int64{1, 2})
		}},
		{"of concurrent creations by one trigger exactly one wins", func(t *testing.T, h storeHarness) {
			won := race(t, func(rival int) error {
				r := h.release("checkout", rival)
				c := h.commit("op-"+r.ID, save(r, 0))
				c.Trigger = &worker.TriggerItem{Source: "pipeline#checkout-prod/4f0c", Key: "9a", Ref: refOf(r)}
				c.Slot = &statemachine.Slot{Canary: "checkout", Active: r.ID}
				return h.Commit(t.Context(), c)
			})
			if len(won) != 1 {
				t.Fatalf("rivals %v created a release, want exactly one", won)
			}
			running, err := worker.All(h.Running(t.Context()))
			ok(t, err)
			same(t, "what runs", ids(running), []string{releaseID(won[0])})
			slot, err := h.Slot(t.Context(), "checkout")
			ok(t, err)
			same(t, "the slot", slot, statemachine.Slot{Canary: "checkout", Rev: 1, Active: releaseID(won[0])})
		}},
		{"a claim and a commit on one rev do not both lose", func(t *testing.T, h storeHarness) {
			r := h.release("checkout", 1)
			h.create(t, r)
			won := race(t, func(rival int) error {
				if rival%2 == 0 {
					return h.Claim(t.Context(), refOf(r), r.Rev, r.WakeAt, r.WakeAt.Add(time.Duration(rival+1)*time.Second))
				}
				op := fmt.Sprintf("op-rival-%d", rival)
				return h.Commit(t.Context(), h.commit(op, save(decided(r, statemachine.Shifting), r.Rev)))
			})
			commits := 0
			for _, rival := range won {
				commits += rival % 2
			}
			if commits != 1 || len(won) > 2 {
				t.Errorf("rivals %v won, want one commit and at most one claim before it", won)
			}
		}},
	}
}
