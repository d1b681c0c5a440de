package porttest

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// definition is a canary as applied; its number is the store's to give.
func (h storeHarness) definition(canary string) worker.Definition {
	return worker.Definition{
		Plan: statemachine.Plan{Canary: canary, Trigger: statemachine.TriggerSpec{
			Kind: statemachine.TriggerPipeline, Pipeline: canary + "-prod", Stage: "Canary", Action: "Gate",
			OnConsole: statemachine.ConsoleContinue,
		}},
		AppliedAt: h.now, AppliedBy: "arn:aws:iam::123456789012:user/ada", File: "schema: 1\nname: " + canary + "\n",
	}
}

func numbered(d worker.Definition, n int) worker.Definition {
	d.Plan.Definition = n
	return d
}

func storeDefinitions() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"definitions are numbered from one", func(t *testing.T, h storeHarness) {
			for was := range 12 {
				d := h.definition("checkout")
				d.File = fmt.Sprintf("# the %dth", was)
				n, err := h.Apply(t.Context(), d, was)
				ok(t, err)
				same(t, "the number", n, was+1)
				inForce, err := h.Canary(t.Context(), "checkout")
				ok(t, err)
				same(t, "the definition in force", inForce, numbered(d, n))
			}
		}},
		{"Apply needs the definition that was read", func(t *testing.T, h storeHarness) {
			first := h.definition("checkout")
			_, err := h.Apply(t.Context(), first, 1)
			is(t, err, worker.ErrConflict)
			_, err = h.Apply(t.Context(), first, 0)
			ok(t, err)
			for _, was := range []int{0, 2} {
				_, err = h.Apply(t.Context(), h.definition("checkout"), was)
				is(t, err, worker.ErrConflict)
			}
			inForce, err := h.Canary(t.Context(), "checkout")
			ok(t, err)
			same(t, "the definition in force", inForce, numbered(first, 1))
		}},
		{"of concurrent applies exactly one wins", func(t *testing.T, h storeHarness) {
			won := race(t, func(rival int) error {
				d := h.definition("checkout")
				d.File = fmt.Sprintf("# rival %d", rival)
				_, err := h.Apply(t.Context(), d, 0)
				return err
			})
			if len(won) != 1 {
				t.Fatalf("rivals %v applied, want exactly one", won)
			}
			inForce, err := h.Canary(t.Context(), "checkout")
			ok(t, err)
			same(t, "the file", inForce.File, fmt.Sprintf("# rival %d", won[0]))
		}},
		{"Delete needs the definition in force", func(t *testing.T, h storeHarness) {
			is(t, h.Delete(t.Context(), "checkout", 1), worker.ErrConflict)
			for was := range 2 {
				_, err := h.Apply(t.Context(), h.definition("checkout"), was)
				ok(t, err)
			}
			is(t, h.Delete(t.Context(), "checkout", 1), worker.ErrConflict)
			_, err := h.Canary(t.Context(), "checkout")
			ok(t, err)
			ok(t, h.Delete(t.Context(), "checkout", 2))
			_, err = h.Canary(t.Context(), "checkout")
			is(t, err, worker.ErrNotFound)
		}},
		{"a number is never given twice, also after Delete", func(t *testing.T, h storeHarness) {
			for was := range 2 {
				_, err := h.Apply(t.Context(), h.definition("checkout"), was)
				ok(t, err)
			}
			ok(t, h.Delete(t.Context(), "checkout", 2))
			n, err := h.Apply(t.Context(), h.definition("checkout"), 0)
			ok(t, err)
			same(t, "the number", n, 3)
		}},
		{"Delete leaves releases, slot and history", func(t *testing.T, h storeHarness) {
			_, err := h.Apply(t.Context(), h.definition("checkout"), 0)
			ok(t, err)
			r := h.release("checkout", 1)
			c := h.commit("op-1", save(r, 0))
			c.Slot = &statemachine.Slot{Canary: "checkout", Active: r.ID}
			ok(t, h.Commit(t.Context(), c))
			ok(t, h.Delete(t.Context(), "checkout", 1))
			h.holds(t, r, "op-1")
			slot, err := h.Slot(t.Context(), "checkout")
			ok(t, err)
			same(t, "the slot", slot.Active, r.ID)
			same(t, "the history", h.seqs(t, r), []int64{1})
		}},
		{"Canaries are the definitions in force", func(t *testing.T, h storeHarness) {
			var want []worker.Definition
			for _, name := range []string{"orders", "checkout"} {
				n, err := h.Apply(t.Context(), h.definition(name), 0)
				ok(t, err)
				n, err = h.Apply(t.Context(), h.definition(name), n)
				ok(t, err)
				want = append(want, numbered(h.definition(name), n))
			}
			all, err := worker.All(h.Canaries(t.Context()))
			ok(t, err)
			byName := func(a, b worker.Definition) int { return cmp.Compare(a.Plan.Canary, b.Plan.Canary) }
			slices.SortFunc(all, byName)
			slices.SortFunc(want, byName)
			same(t, "the canaries", all, want)
		}},
	}
}
