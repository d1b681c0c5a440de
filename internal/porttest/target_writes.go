package porttest

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func targetWrites() []claim[TargetHarness] {
	return []claim[TargetHarness]{
		{"Write shows each weight of a plan", func(t *testing.T, h TargetHarness) {
			for _, weight := range []float64{1, 5, 25, 50, 99, 100} {
				h.write(t, h.canary(weight))
				h.shows(t, h.canary(weight))
			}
		}},
		{"Write shows the final form", func(t *testing.T, h TargetHarness) {
			restore, _ := h.preflight(t)
			h.write(t, h.canary(50))
			final := h.final(restore)
			h.write(t, final)
			h.shows(t, final)
		}},
		{"Write of the final form needs no weights before", func(t *testing.T, h TargetHarness) {
			restore, _ := h.preflight(t)
			final := h.final(restore)
			h.write(t, final)
			h.shows(t, final)
		}},
		{"Write of the restore point puts all back, byte for byte", func(t *testing.T, h TargetHarness) {
			raw := h.Raw(t)
			restore, _ := h.preflight(t)
			for _, weight := range []float64{5, 50} {
				step := h.canary(weight)
				step.Form = restore.Form // it is handed back with every split
				h.write(t, step)
				h.shows(t, step)
			}
			h.write(t, restore)
			h.shows(t, restore)
			if now := h.Raw(t); now != raw {
				t.Errorf("the world was\n%s\nand is\n%s", raw, now)
			}
		}},
		{"the final form and the restore point undo each other", func(t *testing.T, h TargetHarness) {
			raw := h.Raw(t)
			restore, _ := h.preflight(t)
			h.write(t, h.canary(100))
			final := h.final(restore)
			h.write(t, final)
			h.shows(t, final)
			h.write(t, restore)
			if now := h.Raw(t); now != raw {
				t.Errorf("the world was\n%s\nand is\n%s", raw, now)
			}
		}},
		{"a canary at weight 0 gets nothing", func(t *testing.T, h TargetHarness) {
			h.write(t, h.canary(10))
			h.write(t, h.canary(0))
			if h.SwapsRoles && !h.Untold { // elsewhere no split asks for it, and it need not be told
				h.shows(t, h.canary(0))
			}
			if version, one := h.Shows(t).One(); !one || version != h.Old {
				t.Errorf("shows %s, want all traffic on %s", h.Shows(t), h.Old)
			}
		}},
		{"Write is safe to repeat", func(t *testing.T, h TargetHarness) {
			for range 3 {
				h.write(t, h.canary(25))
			}
			h.shows(t, h.canary(25))
		}},
		{"the next release begins where the last one ended", func(t *testing.T, h TargetHarness) {
			restore, _ := h.preflight(t)
			h.write(t, h.canary(50))
			h.write(t, h.final(restore))
			split, _ := h.observe(t)
			if version, one := split.One(); !one || version != h.New {
				t.Fatalf("shows %s, want all traffic on %s", split, h.New)
			}
			if h.Put != nil {
				h.Put(t, h.Old)
			}
			back := h.split(h.New, h.Old, 30)
			h.write(t, back)
			h.shows(t, back)
		}},
		{"a target that is not ready takes no traffic and says so", notReady},
	}
}

func notReady(t *testing.T, h TargetHarness) {
	if h.Unready == nil {
		return
	}
	h.Unready(t)
	for range 2 { // what prepares it may have been written by the first
		_, token := h.observe(t)
		is(t, h.Target.Write(t.Context(), worker.Want{Split: h.canary(25)}, token), worker.ErrNotReady)
		if version, one := h.Shows(t).One(); !one || version != h.Old {
			t.Fatalf("traffic moved to a target that is not ready: %s", h.Shows(t))
		}
	}
	h.Ready(t)
	h.write(t, h.canary(25))
	h.shows(t, h.canary(25))
	h.Unready(t)
	h.write(t, statemachine.Split{Stable: h.Old}) // the way back waits for nothing
	h.shows(t, statemachine.Split{Stable: h.Old})
}
