package porttest

import (
	"context"
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// stage asks to roll the gate's stage back from an execution.
func (h PipelineHarness) stage(gate statemachine.Gate) worker.StageRollback {
	return worker.StageRollback{
		Pipeline: gate.Pipeline, Stage: gate.Stage, Execution: gate.Execution, Since: time.Now().Add(-time.Minute),
	}
}

// bad is an execution that was rejected after a good one.
func (h PipelineHarness) bad(t *testing.T) statemachine.Gate {
	t.Helper()
	h.Answer(t, h.open(t), true)
	gate := h.open(t)
	h.answer(t, gate, false)
	return gate
}

func pipelineStages() []claim[PipelineHarness] {
	return []claim[PipelineHarness]{
		{"RollbackStage rolls the stage back, once", func(t *testing.T, h PipelineHarness) {
			in := h.stage(h.bad(t))
			first, err := h.Pipeline.RollbackStage(t.Context(), in)
			ok(t, err)
			again, err := h.Pipeline.RollbackStage(t.Context(), in)
			ok(t, err)
			if all := h.RolledBack(t); first == "" || again != first || len(all) != 1 || all[0] != first {
				t.Errorf("told %q, then %q; the world rolled back by %q", first, again, all)
			}
		}},
		{"an execution that was good is never rolled back to from itself", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			h.Answer(t, gate, true)
			_, err := h.Pipeline.RollbackStage(t.Context(), h.stage(gate))
			is(t, err, worker.ErrNotFound)
			if all := h.RolledBack(t); len(all) > 0 {
				t.Errorf("the world rolled back by %q", all)
			}
		}},
		{"a stage that there is not is not found", func(t *testing.T, h PipelineHarness) {
			in := h.stage(h.bad(t))
			in.Stage = "Nowhere"
			_, err := h.Pipeline.RollbackStage(t.Context(), in)
			is(t, err, worker.ErrNotFound)
		}},
		{"RollbackStage says why it could not, and a lost answer is repeated safely", func(t *testing.T, h PipelineHarness) {
			in := h.stage(h.bad(t))
			roll := func(ctx context.Context) error {
				_, err := h.Pipeline.RollbackStage(ctx, in)
				return err
			}
			failsAs(t, h.Faults, Writes, roll)
			h.Break(t, Writes, Lost)
			lostOrDone(t, roll(t.Context()))
			h.Mend(t)
			ok(t, roll(t.Context()))
			if all := h.RolledBack(t); len(all) != 1 {
				t.Errorf("the world rolled back by %q, want once", all)
			}
		}},
	}
}
