package codepipeline_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/worker"
)

func TestStopExecution_waitsForRunningActionsAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	gate := w.openNew(t)
	reason := ""
	for range 40 {
		reason += "rolled back "
	}
	if err := w.pipelines.StopExecution(t.Context(), pipelineName, gate.Execution, reason); err != nil {
		t.Fatal(err)
	}
	var got []any
	for _, change := range w.Changes() {
		if change.Kind == "stop-execution" {
			got = append(got, change.State)
		}
	}
	want := []any{awstest.StopState{Pipeline: pipelineName, Execution: gate.Execution, Reason: reason[:200]}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stops (-want +got):\n%s", diff)
	}
}

func TestStopExecution_ofABusyPipelineIsNotDone(t *testing.T) {
	w := newWorld(t)
	gate := w.openNew(t)
	if err := w.stand.Busy(pipelineName, 1); err != nil {
		t.Fatal(err)
	}
	if err := w.pipelines.StopExecution(t.Context(), pipelineName, gate.Execution, "rolled back"); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("got %v, want %v", err, worker.ErrConflict)
	}
	if err := w.pipelines.StopExecution(t.Context(), pipelineName, gate.Execution, "rolled back"); err != nil {
		t.Errorf("once it is free: %v", err)
	}
}
