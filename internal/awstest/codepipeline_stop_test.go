package awstest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func (f *pipelineFixture) stop(id string, abandon bool) error {
	f.t.Helper()
	_, err := f.client.StopPipelineExecution(f.t.Context(), &codepipeline.StopPipelineExecutionInput{
		PipelineName: aws.String("checkout-prod"), PipelineExecutionId: aws.String(id), Abandon: abandon, Reason: aws.String("alarm"),
	})
	return err
}

func TestStopPipelineExecution_abandonsAnOpenApproval(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	f.as("WORKER")
	if err := f.stop(gate.Execution, true); err != nil {
		t.Fatal(err)
	}
	if got, want := f.asked[len(f.asked)-1], "arn:aws:codepipeline:us-east-1:111122223333:checkout-prod"; got != want {
		t.Errorf("IAM checks %s, want %s", got, want)
	}
	want := []string{"STOPPING", "Prod STOPPING", "Prod Gate ABANDONED", "Prod STOPPED", "STOPPED"}
	if diff := cmp.Diff(want, told(t, f.stand.TakeEvents())); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if got := f.action("Prod", "Gate"); got.Status != types.ActionExecutionStatusAbandoned || got.Token != nil {
		t.Errorf("action %s, token %v", got.Status, got.Token)
	}
	_, err := f.answer(gate, types.ApprovalStatusApproved, "")
	wantError[*types.InvalidApprovalTokenException](t, err)
	wantError[*types.PipelineExecutionNotStoppableException](t, f.stop(gate.Execution, true))

	ledger := f.ledger.Changes()
	if diff := cmp.Diff(awstest.StopState{
		Pipeline: "checkout-prod", Execution: gate.Execution, Abandon: true, Reason: "alarm",
	}, ledger[0].State); diff != "" || len(ledger) != 1 || ledger[0].Kind != "stop-execution" || ledger[0].Actor != "WORKER" {
		t.Errorf("ledger %v, state (-want +got):\n%s", ledger, diff)
	}
}

func TestStopPipelineExecution_waitsForTheAnswerUnlessItBecomesAbandon(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	answered, abandoned := f.openGate(), awstest.Approval{}
	if err := f.stop(answered.Execution, false); err != nil {
		t.Fatal(err)
	}
	if got := f.execution(answered.Execution).Status; got != types.PipelineExecutionStatusStopping {
		t.Errorf("execution %s while the approval waits", got)
	}
	wantError[*types.DuplicatedStopRequestException](t, f.stop(answered.Execution, false))
	if _, err := f.answer(answered, types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	if got := f.execution(answered.Execution).Status; got != types.PipelineExecutionStatusStopped {
		t.Errorf("execution %s after the answer", got)
	}

	abandoned = f.openGate()
	f.stand.SlowStops(2)
	for _, abandon := range []bool{false, true} {
		if err := f.stop(abandoned.Execution, abandon); err != nil {
			t.Fatalf("stop, abandon %t: %v", abandon, err)
		}
	}
	wantError[*types.DuplicatedStopRequestException](t, f.stop(abandoned.Execution, true))
	for _, want := range []types.PipelineExecutionStatus{types.PipelineExecutionStatusStopping, types.PipelineExecutionStatusStopped} {
		if got := f.execution(abandoned.Execution).Status; got != want {
			t.Errorf("execution %s, want %s", got, want)
		}
	}
}

func TestStopPipelineExecution_stopsOneThatWaitsOutsideAStageAtOnce(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	f.openGate()
	waiting := f.start(awstest.ExecutionOptions{})
	f.run(waiting)
	if err := f.stop(waiting, false); err != nil {
		t.Fatal(err)
	}
	if got := f.execution(waiting).Status; got != types.PipelineExecutionStatusStopped {
		t.Errorf("execution %s", got)
	}
	if outside := f.stage("Prod").InboundExecutions; len(outside) != 0 {
		t.Errorf("still outside: %v", outside)
	}
}

func TestStopPipelineExecution_refusesWhatTheModelForbids(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	call := func(change func(*codepipeline.StopPipelineExecutionInput)) error {
		in := &codepipeline.StopPipelineExecutionInput{
			PipelineName: aws.String("checkout-prod"), PipelineExecutionId: aws.String(gate.Execution),
		}
		change(in)
		_, err := f.client.StopPipelineExecution(t.Context(), in)
		return err
	}
	wantError[*types.PipelineNotFoundException](t, call(func(in *codepipeline.StopPipelineExecutionInput) { in.PipelineName = aws.String("none") }))
	wantError[*types.PipelineExecutionNotStoppableException](t, call(func(in *codepipeline.StopPipelineExecutionInput) {
		in.PipelineExecutionId = aws.String(gate.ActionExecution)
	}))
	wantError[*types.ValidationException](t, call(func(in *codepipeline.StopPipelineExecutionInput) { in.PipelineExecutionId = aws.String("x") }))
	wantError[*types.ValidationException](t, call(func(in *codepipeline.StopPipelineExecutionInput) {
		in.Reason = aws.String(strings.Repeat("x", 201))
	}))
	if err := f.stand.Busy("checkout-prod", 1); err != nil {
		t.Fatal(err)
	}
	none := func(*codepipeline.StopPipelineExecutionInput) {}
	wantError[*types.ConflictException](t, call(none))
	if err := call(none); err != nil {
		t.Errorf("after the conflict: %v", err)
	}
}
