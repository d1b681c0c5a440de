package awstest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"
)

func (f *pipelineFixture) retry(id string, mode types.StageRetryMode) error {
	f.t.Helper()
	_, err := f.client.RetryStageExecution(f.t.Context(), &codepipeline.RetryStageExecutionInput{
		PipelineName: aws.String("checkout-prod"), StageName: aws.String("Prod"), PipelineExecutionId: aws.String(id), RetryMode: mode,
	})
	return err
}

func (f *pipelineFixture) rollBack(stage, target string) (string, error) {
	f.t.Helper()
	out, err := f.client.RollbackStage(f.t.Context(), &codepipeline.RollbackStageInput{
		PipelineName: aws.String("checkout-prod"), StageName: aws.String(stage), TargetPipelineExecutionId: aws.String(target),
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.PipelineExecutionId), nil
}

func TestRetryStageExecution_opensTheApprovalAnewInTheSameExecution(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	first := f.openGate()
	if _, err := f.answer(first, types.ApprovalStatusRejected, ""); err != nil {
		t.Fatal(err)
	}
	f.stand.TakeEvents()
	if err := f.retry(first.Execution, types.StageRetryModeFailedActions); err != nil {
		t.Fatal(err)
	}
	if got, want := f.asked[len(f.asked)-1], "arn:aws:codepipeline:us-east-1:111122223333:checkout-prod/Prod"; got != want {
		t.Errorf("IAM checks %s, want %s", got, want)
	}
	want := []string{"RESUMED", "Prod RESUMED", "Prod Gate STARTED"}
	caused := f.stand.TakeEvents()
	if diff := cmp.Diff(want, told(t, caused)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	for _, event := range caused {
		if !strings.Contains(string(event), `"pipeline-execution-attempt":2.0`) {
			t.Errorf("not the second attempt: %s", event)
		}
	}
	register := f.stand.Approvals()
	second := register[1]
	if second.Execution != first.Execution || second.ActionExecution == first.ActionExecution || second.Token == first.Token {
		t.Errorf("second approval %+v after %+v", second, first)
	}
	_, err := f.answer(first, types.ApprovalStatusApproved, "")
	wantError[*types.ApprovalAlreadyCompletedException](t, err)
	if _, err := f.answer(second, types.ApprovalStatusApproved, ""); err != nil {
		t.Error(err)
	}
	if got := f.execution(first.Execution).Status; got != types.PipelineExecutionStatusSucceeded {
		t.Errorf("execution %s", got)
	}
	retried := f.stage("Prod").RetryStageMetadata
	if aws.ToInt32(retried.ManualStageRetryAttempt) != 1 || retried.LatestRetryTrigger != types.RetryTriggerManualStageRetry {
		t.Errorf("retry %+v", retried)
	}
}

func TestRetryStageExecution_allActionsRunsTheWholeStageAgain(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	if _, err := f.answer(gate, types.ApprovalStatusRejected, ""); err != nil {
		t.Fatal(err)
	}
	f.stand.TakeEvents()
	if err := f.retry(gate.Execution, types.StageRetryModeAllActions); err != nil {
		t.Fatal(err)
	}
	want := []string{"RESUMED", "Prod RESUMED", "Prod Deploy STARTED", "Prod Deploy SUCCEEDED", "Prod Gate STARTED"}
	if diff := cmp.Diff(want, told(t, f.stand.TakeEvents())); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestRetryStageExecution_refusesWhatCannotBeRetried(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	failed := f.openGate()
	wantError[*types.StageNotRetryableException](t, f.retry(failed.Execution, types.StageRetryModeFailedActions))
	if _, err := f.answer(failed, types.ApprovalStatusRejected, ""); err != nil {
		t.Fatal(err)
	}
	wantError[*types.ValidationException](t, f.retry(failed.Execution, "SOME_ACTIONS"))
	wantError[*types.ValidationException](t, f.retry("x", types.StageRetryModeFailedActions))
	f.stand.LimitExecutions(0)
	wantError[*types.ConcurrentPipelineExecutionsLimitExceededException](t, f.retry(failed.Execution, types.StageRetryModeFailedActions))
	f.stand.LimitExecutions(50)
	if err := f.stand.Busy("checkout-prod", 1); err != nil {
		t.Fatal(err)
	}
	wantError[*types.ConflictException](t, f.retry(failed.Execution, types.StageRetryModeFailedActions))
	f.openGate()
	wantError[*types.NotLatestPipelineExecutionException](t, f.retry(failed.Execution, types.StageRetryModeFailedActions))

	in := &codepipeline.RetryStageExecutionInput{
		PipelineName: aws.String("none"), StageName: aws.String("none"), PipelineExecutionId: aws.String(failed.Execution),
		RetryMode: types.StageRetryModeFailedActions,
	}
	_, err := f.client.RetryStageExecution(t.Context(), in)
	wantError[*types.PipelineNotFoundException](t, err)
	in.PipelineName = aws.String("checkout-prod")
	_, err = f.client.RetryStageExecution(t.Context(), in)
	wantError[*types.StageNotFoundException](t, err)
}
