package porttest

import (
	"context"
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// CheckHarness is a check that nothing runs of, and the world behind it.
type CheckHarness struct {
	Check worker.Check

	// End lets what runs end: passed, or failed with a text. What was not started
	// can't end.
	End func(t *testing.T, run string, passed bool, text string)
	// Vanish makes it end without a word: stopped, timed out or broken. Nil where
	// nothing can.
	Vanish func(t *testing.T, run string)
	// Gone is a run that never was; "" where a run is no more than its key.
	Gone string
	// Started counts the runs that the world began for a key.
	Started func(t *testing.T, key string) int
	// StartReads: Start changes nothing in the world; what fails it is a read.
	StartReads bool
	Faults
}

const checkKey = "01KA0000000000000000000001/7/check/"

func checkInput() worker.CheckInput {
	return worker.CheckInput{
		Release: ourRelease, Canary: "checkout", Version: "43", FromVersion: "42", Step: 2, WeightPct: 25, Execution: "e-1",
	}
}

// Check checks worker.Check's contract.
func Check(t *testing.T, open func(t *testing.T) CheckHarness, within ...Within) {
	t.Helper()
	run(t, open, within, checkRuns(), checkFailures())
}

func (h CheckHarness) start(t *testing.T, key string) string {
	t.Helper()
	run, err := h.Check.Start(t.Context(), key, checkInput())
	ok(t, err)
	if run == "" {
		t.Fatal("Start named no run")
	}
	return run
}

func (h CheckHarness) says(t *testing.T, key, run string, want statemachine.CheckStatus) statemachine.CheckLook {
	t.Helper()
	look, err := h.Check.Observe(t.Context(), key, run, checkInput())
	ok(t, err)
	if look.Status != want {
		t.Fatalf("the check says %s, want %s: %+v", look.Status, want, look)
	}
	return look
}

func checkRuns() []claim[CheckHarness] {
	return []claim[CheckHarness]{
		{"one that runs is waited for", func(t *testing.T, h CheckHarness) {
			run := h.start(t, checkKey)
			h.says(t, checkKey, run, statemachine.CheckWait)
			h.says(t, checkKey, run, statemachine.CheckWait)
		}},
		{"a pass is a pass, however often it is asked", func(t *testing.T, h CheckHarness) {
			run := h.start(t, checkKey)
			h.End(t, run, true, "40 of 40")
			for range 2 {
				h.says(t, checkKey, run, statemachine.CheckPass)
			}
		}},
		{"a fail says why, however often it is asked", func(t *testing.T, h CheckHarness) {
			run := h.start(t, checkKey)
			h.End(t, run, false, "3 of 40")
			for range 2 {
				if look := h.says(t, checkKey, run, statemachine.CheckFail); look.Text == "" {
					t.Errorf("look %+v, want a text", look)
				}
			}
		}},
		{"what ends without a word has failed, and says so", func(t *testing.T, h CheckHarness) {
			if h.Vanish == nil {
				return
			}
			run := h.start(t, checkKey)
			h.Vanish(t, run)
			if look := h.says(t, checkKey, run, statemachine.CheckFail); look.Text == "" {
				t.Errorf("look %+v, want a text", look)
			}
		}},
		{"one key starts once, also after its end", func(t *testing.T, h CheckHarness) {
			first := h.start(t, checkKey)
			if again := h.start(t, checkKey); again != first {
				t.Errorf("started %s, then %s", first, again)
			}
			h.End(t, first, true, "")
			if again := h.start(t, checkKey); again != first {
				t.Errorf("started %s, and after its end %s", first, again)
			}
			if n := h.Started(t, checkKey); n > 1 {
				t.Errorf("the world began %d runs, want one", n)
			}
		}},
		{"another key is another run", func(t *testing.T, h CheckHarness) {
			other := checkKey + "again"
			first, second := h.start(t, checkKey), h.start(t, other)
			if first == second {
				t.Fatalf("both keys started %s", first)
			}
			h.End(t, first, true, "")
			h.says(t, checkKey, first, statemachine.CheckPass)
			h.says(t, other, second, statemachine.CheckWait)
		}},
		{"one that there is not is not found", func(t *testing.T, h CheckHarness) {
			if h.Gone == "" {
				return
			}
			_, err := h.Check.Observe(t.Context(), checkKey, h.Gone, checkInput())
			is(t, err, worker.ErrNotFound)
		}},
	}
}

func checkFailures() []claim[CheckHarness] {
	return []claim[CheckHarness]{
		{"Start says why it could not, and starts nothing", func(t *testing.T, h CheckHarness) {
			if h.StartReads {
				return
			}
			failsAs(t, h.Faults, Writes, func(ctx context.Context) error {
				_, err := h.Check.Start(ctx, checkKey, checkInput())
				return err
			})
			if n := h.Started(t, checkKey); n != 0 {
				t.Errorf("the world began %d runs", n)
			}
		}},
		{"a Start whose answer was lost is repeated safely", func(t *testing.T, h CheckHarness) {
			h.Break(t, Writes, Lost)
			_, err := h.Check.Start(t.Context(), checkKey, checkInput())
			lostOrDone(t, err)
			h.Mend(t)
			h.start(t, checkKey)
			if n := h.Started(t, checkKey); n > 1 {
				t.Errorf("the world began %d runs, want one", n)
			}
		}},
		{"Observe says why it could not", func(t *testing.T, h CheckHarness) {
			run := h.start(t, checkKey)
			failsAs(t, h.Faults, Reads, func(ctx context.Context) error {
				_, err := h.Check.Observe(ctx, checkKey, run, checkInput())
				return err
			})
		}},
	}
}
