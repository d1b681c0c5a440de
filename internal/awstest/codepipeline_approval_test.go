package awstest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestCodePipeline_anOpenApprovalTakesOneAnswer(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	f.as("WORKER")

	if _, err := f.answer(gate, types.ApprovalStatusApproved, "serin: promoted"); err != nil {
		t.Fatal(err)
	}
	if got, want := f.asked[0], "arn:aws:codepipeline:us-east-1:111122223333:checkout-prod/Prod/Gate"; got != want {
		t.Errorf("IAM checks %q, want %q", got, want)
	}
	_, err := f.answer(gate, types.ApprovalStatusRejected, "late")
	wantError[*types.ApprovalAlreadyCompletedException](t, err)

	state := awstest.ApprovalState{
		Pipeline: "checkout-prod", Stage: "Prod", Action: "Gate", Execution: gate.Execution,
		ActionExecution: gate.ActionExecution, Status: "Approved", Summary: "serin: promoted", By: "WORKER",
	}
	want := []awstest.Change{{
		N: 1, At: f.clock.Now(), Actor: "WORKER", Kind: "approval",
		Resource: "arn:aws:codepipeline:us-east-1:111122223333:checkout-prod/Prod/Gate", State: state,
	}}
	if diff := cmp.Diff(want, f.ledger.Changes()); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}
	register := []awstest.Approval{{ApprovalState: state, Token: gate.Token, Opened: gate.Opened, Attempts: []awstest.ApprovalAttempt{
		{At: f.clock.Now(), Actor: "WORKER", Status: "Approved"},
		{At: f.clock.Now(), Actor: "WORKER", Status: "Rejected", Error: "ApprovalAlreadyCompletedException"},
	}}}
	if diff := cmp.Diff(register, f.stand.Approvals()); diff != "" {
		t.Errorf("register (-want +got):\n%s", diff)
	}
}

func TestCodePipeline_aSecondAnswerMayAlsoBeCalledAnInvalidToken(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	f.stand.RefuseAnswered(true)
	if _, err := f.answer(gate, types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	_, err := f.answer(gate, types.ApprovalStatusApproved, "")
	wantError[*types.InvalidApprovalTokenException](t, err)
}

func TestCodePipeline_theTokenStandsInTheStateOnlyWhileTheApprovalIsOpen(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeQueued)
	gate := f.openGate()

	shown := f.action("Prod", "Gate")
	if got := aws.ToString(shown.Token); got != gate.Token || got == gate.ActionExecution {
		t.Errorf("token %q, want %q, which is not the action execution's id", got, gate.Token)
	}
	for _, detail := range f.history(gate.Execution) {
		if id := aws.ToString(detail.Output.ExecutionResult.ExternalExecutionId); id == gate.Token {
			t.Errorf("the history shows the token of an open approval outside PARALLEL mode")
		}
	}
	f.clock.Add(time.Minute)
	f.as("WORKER")
	if _, err := f.answer(gate, types.ApprovalStatusRejected, "alarm checkout-5xx"); err != nil {
		t.Fatal(err)
	}
	want := &types.ActionExecution{
		ActionExecutionId: aws.String(gate.ActionExecution), Status: types.ActionExecutionStatusFailed,
		Summary: aws.String("alarm checkout-5xx"), LastStatusChange: aws.Time(f.clock.Now()),
		LastUpdatedBy: aws.String("arn:aws:iam::111122223333:user/WORKER"),
	}
	if diff := cmp.Diff(want, f.action("Prod", "Gate"), sdkTypes()); diff != "" {
		t.Errorf("answered action (-want +got):\n%s", diff)
	}
}

func TestCodePipeline_parallelModeShowsTheTokenInTheHistoryAlone(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeParallel)
	first, second := f.openGate(), f.openGate()

	if token := f.action("Prod", "Gate").Token; token != nil {
		t.Errorf("GetPipelineState shows token %q", *token)
	}
	for _, gate := range []awstest.Approval{first, second} {
		if got := aws.ToString(f.history(gate.Execution)[0].Output.ExecutionResult.ExternalExecutionId); got != gate.Token {
			t.Errorf("externalExecutionId %q, want the token %q", got, gate.Token)
		}
		if _, err := f.answer(gate, types.ApprovalStatusApproved, ""); err != nil {
			t.Error(err)
		}
	}
}

func TestCodePipeline_anAnswerEndsTheExecution(t *testing.T) {
	for status, want := range map[types.ApprovalStatus][2]string{
		types.ApprovalStatusApproved: {"Succeeded", "Succeeded"},
		types.ApprovalStatusRejected: {"Failed", "Failed"},
	} {
		t.Run(string(status), func(t *testing.T) {
			f := newPipelineFixture(t, types.ExecutionModeSuperseded)
			gate := f.openGate()
			if _, err := f.answer(gate, status, ""); err != nil {
				t.Fatal(err)
			}
			if got := [2]string{string(f.stage("Prod").LatestExecution.Status), string(f.execution(gate.Execution).Status)}; got != want {
				t.Errorf("stage, execution: %v, want %v", got, want)
			}
		})
	}
}

func TestCodePipeline_anApprovalNobodyAnswersFailsAfterSevenDays(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	f.clock.Add(7*24*time.Hour - time.Second)
	if token := f.action("Prod", "Gate").Token; token == nil {
		t.Error("expired a second early")
	}
	f.clock.Add(time.Second)
	_, err := f.answer(gate, types.ApprovalStatusApproved, "")
	wantError[*types.InvalidApprovalTokenException](t, err)
	if got := f.action("Prod", "Gate"); got.Status != types.ActionExecutionStatusFailed || got.LastUpdatedBy == nil {
		t.Errorf("action %s, last updated by %v", got.Status, got.LastUpdatedBy)
	}
	if got := f.execution(gate.Execution).Status; got != types.PipelineExecutionStatusFailed {
		t.Errorf("execution %s", got)
	}
	if got := f.stand.Approvals()[0].Status; got != "Expired" || len(f.ledger.Changes()) != 0 {
		t.Errorf("register %q, ledger %v", got, f.ledger.Changes())
	}
}

func TestCodePipeline_aPersonsAnswerStandsInTheRegister(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	if _, err := f.stand.PersonAnswers("checkout-prod", gate.Execution, types.ApprovalStatusApproved, "ada"); err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(f.action("Prod", "Gate").LastUpdatedBy); got != "arn:aws:iam::111122223333:user/ada" {
		t.Errorf("last updated by %s", got)
	}
	_, err := f.answer(gate, types.ApprovalStatusRejected, "")
	wantError[*types.ApprovalAlreadyCompletedException](t, err)
	register := f.stand.Approvals()[0]
	if register.By != "ada" || register.Status != "Approved" || len(register.Attempts) != 2 {
		t.Errorf("register %+v", register)
	}
}

func TestPutApprovalResult_refusesWhatTheModelForbids(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	call := func(change func(*codepipeline.PutApprovalResultInput)) error {
		in := answerInput(gate, types.ApprovalStatusApproved, "")
		change(in)
		_, err := f.client.PutApprovalResult(t.Context(), in)
		return err
	}
	wantError[*types.PipelineNotFoundException](t, call(func(in *codepipeline.PutApprovalResultInput) { in.PipelineName = aws.String("none") }))
	wantError[*types.StageNotFoundException](t, call(func(in *codepipeline.PutApprovalResultInput) { in.StageName = aws.String("none") }))
	wantError[*types.ActionNotFoundException](t, call(func(in *codepipeline.PutApprovalResultInput) { in.ActionName = aws.String("Deploy") }))
	wantError[*types.ActionNotFoundException](t, call(func(in *codepipeline.PutApprovalResultInput) { in.ActionName = aws.String("none") }))
	wantError[*types.ValidationException](t, call(func(in *codepipeline.PutApprovalResultInput) { in.Token = aws.String("not a token") }))
	wantError[*types.ValidationException](t, call(func(in *codepipeline.PutApprovalResultInput) { in.Result.Status = "Perhaps" }))
	wantError[*types.ValidationException](t, call(func(in *codepipeline.PutApprovalResultInput) {
		in.Result.Summary = aws.String(strings.Repeat("é", 513))
	}))
	wantError[*types.InvalidApprovalTokenException](t, call(func(in *codepipeline.PutApprovalResultInput) {
		in.Token = aws.String(gate.ActionExecution)
	}))
	if err := call(func(in *codepipeline.PutApprovalResultInput) {
		in.Result.Summary = aws.String(strings.Repeat("é", 512))
	}); err != nil {
		t.Errorf("512 characters: %v", err)
	}
}

func TestExpireApproval_failsItAndTellsSo(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	caused := must[[]json.RawMessage](t)(f.stand.ExpireApproval("checkout-prod", gate.Execution))
	if diff := cmp.Diff([]string{"Prod Gate FAILED", "Prod FAILED", "FAILED"}, told(t, caused)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if _, err := f.stand.ExpireApproval("checkout-prod", gate.Execution); err == nil {
		t.Error("expired twice")
	}
}

func TestCodePipeline_anActionsOwnTimeoutCounts(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	declared := checkoutPipeline(types.ExecutionModeSuperseded)
	declared.Stages[2].Actions[1].TimeoutInMinutes = aws.Int32(5)
	if _, err := f.stand.UpdatePipeline(declared); err != nil {
		t.Fatal(err)
	}
	f.openGate()
	f.clock.Add(5 * time.Minute)
	if got := told(t, f.stand.TakeEvents()); !slices.Contains(got, "Prod Gate FAILED") {
		t.Errorf("events %v", got)
	}
}
