package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestRollbackStage_runsTheStageAloneWithWhatTheTargetHad(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	old := f.start(awstest.ExecutionOptions{Outputs: map[string]map[string]string{"Deploy": {"FunctionVersion": "42"}}})
	gate, _, err := f.stand.OpenApproval("checkout-prod", old)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.answer(gate, types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	f.stand.TakeEvents()
	f.as("ADA")
	id, err := f.rollBack("Prod", old)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"STARTED", "Prod STARTED", "Prod Deploy STARTED", "Prod Deploy SUCCEEDED", "Prod Gate STARTED"}
	if diff := cmp.Diff(want, told(t, f.stand.TakeEvents())); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	shown := f.execution(id)
	if diff := cmp.Diff(&types.PipelineExecution{
		PipelineName: aws.String("checkout-prod"), PipelineVersion: aws.Int32(6), PipelineExecutionId: aws.String(id),
		Status: types.PipelineExecutionStatusInProgress, ExecutionMode: types.ExecutionModeSuperseded,
		ExecutionType: types.ExecutionTypeRollback, Variables: shown.Variables,
		Trigger: &types.ExecutionTrigger{
			TriggerType: types.TriggerTypeManualRollback, TriggerDetail: aws.String("arn:aws:iam::111122223333:user/ADA"),
		},
		RollbackMetadata: &types.PipelineRollbackMetadata{RollbackTargetPipelineExecutionId: aws.String(old)},
	}, shown, sdkTypes()); diff != "" {
		t.Errorf("execution (-want +got):\n%s", diff)
	}
	if got := f.history(id)[1].Output.OutputVariables["FunctionVersion"]; got != "42" {
		t.Errorf("version %q", got)
	}
	second := f.stand.Approvals()[1]
	if _, err := f.answer(second, types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	if got := f.execution(id).Status; got != types.PipelineExecutionStatusSucceeded {
		t.Errorf("execution %s after its stage", got)
	}
	if got := aws.ToString(f.stage("After").LatestExecution.PipelineExecutionId); got != old {
		t.Errorf("the next stage ran %s, it is no part of a rollback", got)
	}
	rolled := f.ledger.Changes()[1]
	state := awstest.RollbackState{Pipeline: "checkout-prod", Stage: "Prod", Execution: id, Target: old}
	if rolled.Kind != "rollback-stage" || rolled.Actor != "ADA" || rolled.State != state {
		t.Errorf("ledger %+v", rolled)
	}
}

func TestRollbackStage_refusesWhatCannotBeRolledBack(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	good := f.openGate()
	_, err := f.rollBack("Prod", good.Execution)
	wantError[*types.UnableToRollbackStageException](t, err) // running
	if _, err := f.answer(good, types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	bad := f.openGate()
	if _, err := f.answer(bad, types.ApprovalStatusRejected, ""); err != nil {
		t.Fatal(err)
	}
	_, err = f.rollBack("Prod", bad.Execution)
	wantError[*types.UnableToRollbackStageException](t, err) // did not succeed there
	_, err = f.rollBack("Source", good.Execution)
	wantError[*types.UnableToRollbackStageException](t, err)
	_, err = f.rollBack("none", good.Execution)
	wantError[*types.StageNotFoundException](t, err)
	_, err = f.rollBack("Prod", good.ActionExecution)
	wantError[*types.PipelineExecutionNotFoundException](t, err)
	_, err = f.rollBack("Prod", "x")
	wantError[*types.ValidationException](t, err)
	if err := f.stand.Busy("checkout-prod", 1); err != nil {
		t.Fatal(err)
	}
	_, err = f.rollBack("Prod", good.Execution)
	wantError[*types.ConflictException](t, err)
	f.openGate()
	_, err = f.rollBack("Prod", good.Execution)
	wantError[*types.UnableToRollbackStageException](t, err) // somebody else is in the stage
	if _, err := f.stand.UpdatePipeline(checkoutPipeline("")); err != nil {
		t.Fatal(err)
	}
	_, err = f.rollBack("Prod", good.Execution)
	wantError[*types.PipelineExecutionOutdatedException](t, err)

	parallel := newPipelineFixture(t, types.ExecutionModeParallel)
	gate := parallel.openGate()
	if _, err := parallel.answer(gate, types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	_, err = parallel.rollBack("Prod", gate.Execution)
	wantError[*types.UnableToRollbackStageException](t, err)
}

func TestStartRollback_standsBeforeItsStageUntilItRuns(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	old := f.openGate()
	if _, err := f.answer(old, types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	id, caused, err := f.stand.StartRollback("checkout-prod", "Prod", old.Execution)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"STARTED"}, told(t, caused)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	gate, _, err := f.stand.OpenApproval("checkout-prod", id)
	if err != nil || gate.Execution != id {
		t.Errorf("gate %+v, %v", gate, err)
	}
	if got := f.stage("Prod").LatestExecution.Type; got != types.ExecutionTypeRollback {
		t.Errorf("stage shows type %s", got)
	}
}
