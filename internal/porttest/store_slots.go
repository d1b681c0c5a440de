package porttest

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func storeSlots() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"a slot nobody wrote is the zero slot with its name", func(t *testing.T, h storeHarness) {
			slot, err := h.Slot(t.Context(), "checkout")
			ok(t, err)
			same(t, "the slot", slot, statemachine.Slot{Canary: "checkout"})
		}},
		{"a slot is written at the rev that was read, which rises by one", func(t *testing.T, h storeHarness) {
			for rev := range int64(3) {
				c := h.commit("op")
				c.OpID += releaseID(int(rev))
				c.Slot = &statemachine.Slot{Canary: "checkout", Rev: rev, Active: releaseID(int(rev))}
				ok(t, h.Commit(t.Context(), c))
				slot, err := h.Slot(t.Context(), "checkout")
				ok(t, err)
				same(t, "the slot", slot, statemachine.Slot{Canary: "checkout", Rev: rev + 1, Active: releaseID(int(rev))})
			}
		}},
		{"target slots are read in order, free ones included", func(t *testing.T, h storeHarness) {
			c := h.commit("op-1")
			c.TargetSlots = []worker.TargetSlot{
				{Kind: "lambda", ID: "checkout:live", Release: releaseID(1), Canary: "checkout"},
				{Kind: "alb", ID: "arn:rule/1", Release: releaseID(1), Canary: "checkout"},
			}
			ok(t, h.Commit(t.Context(), c))
			slots, err := h.TargetSlots(t.Context(), []statemachine.TargetSpec{
				{Kind: "alb", ID: "arn:rule/1"}, {Kind: "alb", ID: "checkout:live"}, {Kind: "lambda", ID: "checkout:live"},
			})
			ok(t, err)
			same(t, "the target slots", slots, []worker.TargetSlot{
				{Kind: "alb", ID: "arn:rule/1", Release: releaseID(1), Canary: "checkout", Rev: 1},
				{Kind: "alb", ID: "checkout:live"},
				{Kind: "lambda", ID: "checkout:live", Release: releaseID(1), Canary: "checkout", Rev: 1},
			})
		}},
		{"a target slot is taken, freed and taken at the rev that was read", func(t *testing.T, h storeHarness) {
			slot := worker.TargetSlot{Kind: "lambda", ID: "checkout:live"}
			for _, holder := range []string{releaseID(1), "", releaseID(2)} {
				c := h.commit("op-" + holder)
				slot.Release = holder
				c.TargetSlots = []worker.TargetSlot{slot}
				ok(t, h.Commit(t.Context(), c))
				slot.Rev++
				h.held(t, slot)
			}
			c := h.commit("op-stale")
			c.TargetSlots = []worker.TargetSlot{{Kind: "lambda", ID: "checkout:live", Release: releaseID(3), Rev: 1}}
			is(t, h.Commit(t.Context(), c), worker.ErrConflict)
			h.held(t, slot)
		}},
		{"a commit is all or nothing, whichever of its parts conflicts", func(t *testing.T, h storeHarness) {
			w := h.everyPart(t)
			for part, breakPart := range w.breaks {
				c := w.good("op-" + part)
				breakPart(&c)
				if err := h.Commit(t.Context(), c); err == nil {
					t.Fatalf("a commit with a stale %s was applied", part)
				} else {
					is(t, err, worker.ErrConflict)
				}
				w.unchanged(t, part)
			}
			ok(t, h.Commit(t.Context(), w.good("op-good")))
			h.holds(t, decided(w.old, statemachine.Shifting), "op-good")
			h.holds(t, w.fresh, "op-good")
		}},
	}
}

// held checks who holds a target.
func (h storeHarness) held(t *testing.T, want worker.TargetSlot) {
	t.Helper()
	slots, err := h.TargetSlots(t.Context(), []statemachine.TargetSpec{{Kind: want.Kind, ID: want.ID}})
	ok(t, err)
	same(t, "the target slot", slots, []worker.TargetSlot{want})
}

// wholeCommit is a commit with every part, and how each one can be stale.
type wholeCommit struct {
	h          storeHarness
	old, fresh statemachine.Release
	good       func(op string) worker.Commit
	breaks     map[string]func(*worker.Commit)
}

func (h storeHarness) everyPart(t *testing.T) wholeCommit {
	t.Helper()
	w := wholeCommit{h: h, old: h.release("checkout", 1), fresh: h.release("checkout", 2)}
	before := h.commit("op-before", save(w.old, 0))
	before.Slot = &statemachine.Slot{Canary: "checkout", Active: w.old.ID}
	before.TargetSlots = []worker.TargetSlot{{Kind: "lambda", ID: "checkout:live", Release: w.old.ID, Canary: "checkout"}}
	before.Trigger = &worker.TriggerItem{Source: "manual#checkout", Key: "cmd-1", Ref: refOf(w.old)}
	before.Outcome = &worker.Outcome{Command: "cmd-1", Done: true, Code: "created", At: h.now}
	ok(t, h.Commit(t.Context(), before))
	w.good = func(op string) worker.Commit {
		c := h.commit(op, save(decided(w.old, statemachine.Shifting), 1), save(w.fresh, 0))
		c.Slot = &statemachine.Slot{Canary: "checkout", Rev: 1, Active: w.old.ID, Next: w.fresh.ID}
		c.TargetSlots = []worker.TargetSlot{
			{Kind: "lambda", ID: "checkout:live", Rev: 1},
			{Kind: "alb", ID: "arn:rule/1", Release: w.old.ID, Canary: "checkout"},
		}
		c.Trigger = &worker.TriggerItem{Source: "manual#checkout", Key: "cmd-2", Ref: refOf(w.fresh)}
		c.Outcome = &worker.Outcome{Command: "cmd-2", Done: true, Code: "queued", At: h.now}
		return c
	}
	w.breaks = map[string]func(*worker.Commit){
		"release":           func(c *worker.Commit) { c.Saves[0].WasRev = 7 },
		"new release":       func(c *worker.Commit) { c.Saves = []worker.Save{save(w.old, 0)} },
		"slot":              func(c *worker.Commit) { c.Slot.Rev = 0 },
		"target slot":       func(c *worker.Commit) { c.TargetSlots[0].Rev = 2 },
		"other target slot": func(c *worker.Commit) { c.TargetSlots[1].Rev = 1 },
		"trigger":           func(c *worker.Commit) { c.Trigger.Key = "cmd-1" },
		"outcome":           func(c *worker.Commit) { c.Outcome.Command = "cmd-1" },
	}
	return w
}

// unchanged checks that nothing of a refused commit was written.
func (w wholeCommit) unchanged(t *testing.T, part string) {
	t.Helper()
	h, ctx := w.h, t.Context()
	h.holds(t, w.old, "op-before")
	same(t, "the history of the old release", h.seqs(t, w.old), []int64{1})
	same(t, "the history of the new release", h.seqs(t, w.fresh), []int64(nil))
	_, err := h.Load(ctx, refOf(w.fresh))
	is(t, err, worker.ErrNotFound)
	slot, err := h.Slot(ctx, "checkout")
	ok(t, err)
	same(t, "the slot", slot, statemachine.Slot{Canary: "checkout", Rev: 1, Active: w.old.ID})
	h.held(t, worker.TargetSlot{Kind: "lambda", ID: "checkout:live", Release: w.old.ID, Canary: "checkout", Rev: 1})
	h.held(t, worker.TargetSlot{Kind: "alb", ID: "arn:rule/1"})
	_, err = h.Trigger(ctx, "manual#checkout", "cmd-2")
	is(t, err, worker.ErrNotFound)
	_, err = h.Outcome(ctx, "cmd-2")
	is(t, err, worker.ErrNotFound)
	if t.Failed() {
		t.Fatalf("a commit with a stale %s left something behind", part)
	}
}
