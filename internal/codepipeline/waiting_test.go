package codepipeline_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func (w *world) waiting(t *testing.T) []string {
	t.Helper()
	open, err := w.pipelines.Waiting(t.Context(), gateSpec())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, o := range open {
		ids = append(ids, o.ActionExecution)
	}
	slices.Sort(ids)
	return ids
}

func (w *world) stillWaiting(t *testing.T, want ...statemachine.Gate) {
	t.Helper()
	var ids []string
	for _, gate := range want {
		ids = append(ids, gate.ActionExecution)
	}
	slices.Sort(ids)
	if diff := cmp.Diff(ids, w.waiting(t)); diff != "" {
		t.Errorf("waiting (-want +got):\n%s", diff)
	}
}

func TestWaiting_isOneCallOnceTheModeIsKnown(t *testing.T) {
	w := newWorld(t)
	w.openNew(t)
	w.waiting(t)
	before := len(w.Calls())
	for range 3 {
		w.waiting(t)
	}
	if n := len(w.Calls()) - before; n != 3 {
		t.Errorf("three rounds made %d calls, want 3", n)
	}
}

func TestWaiting_seesANewModeByTheDefinitionsVersion(t *testing.T) {
	w := newWorld(t)
	w.waiting(t)
	w.parallel(t)
	first, second := w.openNew(t), w.openNew(t)
	w.stillWaiting(t, first, second)
	w.update(t, definition())
	w.stillWaiting(t, w.openNew(t))
}

func TestWaiting_inParallelModeLeavesOutWhatIsAnsweredRetriedExpiredOrStopped(t *testing.T) {
	w := newWorld(t)
	w.parallel(t)
	answered, expired, stopped, retried := w.openNew(t), w.openNew(t), w.openNew(t), w.openNew(t)
	w.answer(t, answered, true, "ours")
	w.answer(t, retried, false, "ours")
	second := w.retry(t, retried, types.StageRetryModeAllActions)
	if _, err := w.stand.ExpireApproval(pipelineName, expired.Execution); err != nil {
		t.Fatal(err)
	}
	w.personStops(t, stopped, true)
	w.stillWaiting(t, second)

	says(t, w.answer(t, second, true, "ours"), statemachine.GateLook{Status: statemachine.GateApproved, Ours: true})
	if look := w.observe(t, retried); look.Status != statemachine.GateRejected || !look.Ours {
		t.Errorf("the first gate says %+v, want Rejected and ours", look)
	}
	if taken := w.answers(t, retried); len(taken) != 1 {
		t.Errorf("the first gate took %v, want one answer", taken)
	}
	w.stillWaiting(t)
}

func TestWaiting_andExecution_readEveryPage(t *testing.T) {
	w := newWorld(t)
	w.parallel(t)
	oldest := w.openNew(t)
	for range 120 { // a page of the history has 100
		w.start(t, awstest.ExecutionOptions{})
	}
	w.stillWaiting(t, oldest)
	e, err := w.pipelines.Execution(t.Context(), pipelineName, oldest.Execution)
	if err != nil || e.ID != oldest.Execution || e.StartedAt.IsZero() {
		t.Errorf("execution %+v, %v; want %s with its start", e, err, oldest.Execution)
	}
}

func TestWaiting_ofAnActionThatIsNoApprovalIsNone(t *testing.T) {
	w := newWorld(t)
	execution := w.start(t, awstest.ExecutionOptions{Actions: map[string]awstest.ActionPlan{"Prod/Deploy": {Hold: true}}})
	if _, err := w.stand.Run(pipelineName, execution); err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"Deploy", "NoSuchAction"} {
		open, err := w.pipelines.Waiting(t.Context(), worker.GateSpec{Pipeline: pipelineName, Stage: "Prod", Action: action})
		if err != nil || len(open) > 0 {
			t.Errorf("waiting at %s: %+v, %v; want none", action, open, err)
		}
	}
}
