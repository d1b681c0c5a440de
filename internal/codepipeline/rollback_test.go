package codepipeline_test

import (
	"errors"
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// rejected is an execution that was rejected after a good one.
func (w *world) rejected(t *testing.T) (good, bad statemachine.Gate) {
	t.Helper()
	good = w.openNew(t)
	w.personAnswers(t, good, true)
	bad = w.openNew(t)
	w.personAnswers(t, bad, false)
	return good, bad
}

func (w *world) stage(bad statemachine.Gate) worker.StageRollback {
	return worker.StageRollback{Pipeline: pipelineName, Stage: "Prod", Execution: bad.Execution, Since: w.Clock()().Add(-time.Minute)}
}

func TestRollbackStage_takesTheNewestGoodExecution(t *testing.T) {
	w := newWorld(t)
	w.personAnswers(t, w.openNew(t), true)
	good, bad := w.rejected(t)
	if _, err := w.pipelines.RollbackStage(t.Context(), w.stage(bad)); err != nil {
		t.Fatal(err)
	}
	if got := w.rolledTo(t); got != good.Execution {
		t.Errorf("rolled back to %s, want the newest good one, %s", got, good.Execution)
	}
}

func TestRollbackStage_isDoneWhereAPersonWasFaster(t *testing.T) {
	w := newWorld(t)
	good, bad := w.rejected(t)
	id, _, err := w.stand.StartRollback(pipelineName, "Prod", good.Execution)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.pipelines.RollbackStage(t.Context(), w.stage(bad))
	if err != nil || got != id {
		t.Errorf("told %q, %v; want the person's %s", got, err, id)
	}
	if all := w.rolledBack(t); len(all) != 0 {
		t.Errorf("rolled back once more, by %q", all)
	}
}

func TestRollbackStage_saysForGoodWhatNoTryCures(t *testing.T) {
	for what, prepare := range map[string]func(w *world) worker.StageRollback{
		"another execution in the stage": func(w *world) worker.StageRollback {
			_, bad := w.rejected(t)
			w.openNew(t)
			return w.stage(bad)
		},
		"a definition that has changed since": func(w *world) worker.StageRollback {
			_, bad := w.rejected(t)
			w.update(t, definition())
			return w.stage(bad)
		},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.pipelines.RollbackStage(t.Context(), prepare(w))
			if !errors.Is(err, worker.ErrInvalid) && !errors.Is(err, worker.ErrNotFound) {
				t.Errorf("error %v, want one that ends it", err)
			}
		})
	}
}

func TestRollbackStage_ofABusyPipelineIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	_, bad := w.rejected(t)
	if err := w.stand.Busy(pipelineName, 9); err != nil {
		t.Fatal(err)
	}
	if _, err := w.pipelines.RollbackStage(t.Context(), w.stage(bad)); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("error %v, want a conflict, which is tried again", err)
	}
}
