package awstest_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestGetPipeline_answersTheDeclaration(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeQueued)
	want := checkoutPipeline(types.ExecutionModeQueued)
	want.PipelineType = types.PipelineTypeV2
	out := must[*codepipeline.GetPipelineOutput](t)(f.client.GetPipeline(t.Context(), &codepipeline.GetPipelineInput{Name: want.Name}))
	if diff := cmp.Diff(&want, out.Pipeline, sdkTypes()); diff != "" {
		t.Errorf("pipeline (-want +got):\n%s", diff)
	}
	if got := aws.ToString(out.Metadata.PipelineArn); got != f.asked[0] {
		t.Errorf("IAM checks %s, the pipeline is %s", f.asked[0], got)
	}
	_, err := f.client.GetPipeline(t.Context(), &codepipeline.GetPipelineInput{Name: want.Name, Version: aws.Int32(5)})
	wantError[*types.PipelineVersionNotFoundException](t, err)
	_, err = f.client.GetPipeline(t.Context(), &codepipeline.GetPipelineInput{Name: aws.String("none")})
	wantError[*types.PipelineNotFoundException](t, err)
}

func TestGetPipelineExecution_answersVariablesTriggerAndRevisions(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeQueued)
	id := f.start(awstest.ExecutionOptions{
		Variables: map[string]string{"Who": "ada"}, Revisions: map[string]string{"Source": "8cf40f2"},
		Trigger: types.ExecutionTrigger{TriggerType: types.TriggerTypeWebhookV2, TriggerDetail: aws.String("a webhook")},
	})
	want := &types.PipelineExecution{
		PipelineName: aws.String("checkout-prod"), PipelineVersion: aws.Int32(6), PipelineExecutionId: aws.String(id),
		Status: types.PipelineExecutionStatusInProgress, ExecutionMode: types.ExecutionModeQueued,
		ExecutionType: types.ExecutionTypeStandard,
		Trigger:       &types.ExecutionTrigger{TriggerType: types.TriggerTypeWebhookV2, TriggerDetail: aws.String("a webhook")},
		Variables:     []types.ResolvedPipelineVariable{{Name: aws.String("Who"), ResolvedValue: aws.String("ada")}},
		ArtifactRevisions: []types.ArtifactRevision{{
			Name: aws.String("SourceArtifact"), RevisionId: aws.String("8cf40f2"), Created: aws.Time(f.clock.Now()),
		}},
	}
	if diff := cmp.Diff(want, f.execution(id), sdkTypes()); diff != "" {
		t.Errorf("execution (-want +got):\n%s", diff)
	}
	in := &codepipeline.GetPipelineExecutionInput{PipelineName: aws.String("none"), PipelineExecutionId: aws.String(id)}
	_, err := f.client.GetPipelineExecution(t.Context(), in)
	wantError[*types.PipelineNotFoundException](t, err)
	in.PipelineName, in.PipelineExecutionId = aws.String("checkout-prod"), aws.String("12345678-1234-4234-a234-12345678abcd")
	_, err = f.client.GetPipelineExecution(t.Context(), in)
	wantError[*types.PipelineExecutionNotFoundException](t, err)
	in.PipelineExecutionId = aws.String("x")
	_, err = f.client.GetPipelineExecution(t.Context(), in)
	wantError[*types.ValidationException](t, err)
}

func TestGetPipelineState_refusesAnUnknownPipeline(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeQueued)
	_, err := f.client.GetPipelineState(t.Context(), &codepipeline.GetPipelineStateInput{Name: aws.String("none")})
	wantError[*types.PipelineNotFoundException](t, err)
	_, err = f.client.GetPipelineState(t.Context(), &codepipeline.GetPipelineStateInput{Name: aws.String("no name")})
	wantError[*types.ValidationException](t, err)
}

func TestListPipelineExecutions_pagesFromTheNewestStart(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeParallel)
	at := f.clock.Now()
	middle := f.start(awstest.ExecutionOptions{StartTime: at})
	oldest := f.start(awstest.ExecutionOptions{StartTime: at.Add(-time.Hour)})
	newest := f.start(awstest.ExecutionOptions{StartTime: at.Add(time.Hour)})

	var got []string
	pages := codepipeline.NewListPipelineExecutionsPaginator(f.client, &codepipeline.ListPipelineExecutionsInput{
		PipelineName: aws.String("checkout-prod"), MaxResults: aws.Int32(1),
	})
	for pages.HasMorePages() {
		out := must[*codepipeline.ListPipelineExecutionsOutput](t)(pages.NextPage(t.Context()))
		for _, summary := range out.PipelineExecutionSummaries {
			got = append(got, aws.ToString(summary.PipelineExecutionId))
		}
		if len(got) == 1 { // one that starts between two pages moves nobody
			f.start(awstest.ExecutionOptions{StartTime: at.Add(2 * time.Hour)})
		}
	}
	if diff := cmp.Diff([]string{newest, middle, oldest}, got); diff != "" {
		t.Errorf("executions (-want +got):\n%s", diff)
	}
	in := &codepipeline.ListPipelineExecutionsInput{PipelineName: aws.String("checkout-prod"), NextToken: aws.String("made up")}
	_, err := f.client.ListPipelineExecutions(t.Context(), in)
	wantError[*types.InvalidNextTokenException](t, err)
	in.NextToken, in.MaxResults = nil, aws.Int32(101)
	_, err = f.client.ListPipelineExecutions(t.Context(), in)
	wantError[*types.ValidationException](t, err)
	in.PipelineName = aws.String("none")
	_, err = f.client.ListPipelineExecutions(t.Context(), in)
	wantError[*types.PipelineNotFoundException](t, err)
}

func TestListPipelineExecutions_filtersByWhatSucceededInAStage(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	good := f.openGate()
	if _, err := f.answer(good, types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	f.openGate()
	out := must[*codepipeline.ListPipelineExecutionsOutput](t)(f.client.ListPipelineExecutions(
		t.Context(), &codepipeline.ListPipelineExecutionsInput{
			PipelineName: aws.String("checkout-prod"),
			Filter:       &types.PipelineExecutionFilter{SucceededInStage: &types.SucceededInStageFilter{StageName: aws.String("Prod")}},
		}))
	if len(out.PipelineExecutionSummaries) != 1 || *out.PipelineExecutionSummaries[0].PipelineExecutionId != good.Execution {
		t.Errorf("executions %+v", out.PipelineExecutionSummaries)
	}
}

func TestListActionExecutions_tellsInputAndOutput(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	id := f.start(awstest.ExecutionOptions{
		Outputs: map[string]map[string]string{"Deploy": {"FunctionVersion": "43"}, "Source": {"CommitId": "8cf40f2"}},
		Actions: map[string]awstest.ActionPlan{"Prod/Deploy": {ExternalID: "d-ABCDEF123"}},
	})
	f.run(id)
	history := f.history(id)
	gate, deploy := history[0], history[1]
	if got, want := gate.Input.ResolvedConfiguration["CustomData"], "version 43 of 8cf40f2, nobody, #{No.Such}"; got != want {
		t.Errorf("resolved to %q, want %q", got, want)
	}
	if got := deploy.Output.OutputVariables; !cmp.Equal(got, map[string]string{"FunctionVersion": "43"}) {
		t.Errorf("output variables %v", got)
	}
	if got := aws.ToString(deploy.Output.ExecutionResult.ExternalExecutionId); got != "d-ABCDEF123" {
		t.Errorf("external id %q", got)
	}
	if got := aws.ToString(deploy.Input.Namespace); got != "Deploy" {
		t.Errorf("namespace %q", got)
	}
	if gate.Status != types.ActionExecutionStatusInProgress || gate.Input.ActionTypeId.Category != types.ActionCategoryApproval {
		t.Errorf("gate %+v", gate)
	}
}

func TestListActionExecutions_latestLeavesOutWhatARetryReplaced(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	if _, err := f.answer(gate, types.ApprovalStatusRejected, ""); err != nil {
		t.Fatal(err)
	}
	f.clock.Add(time.Minute)
	if err := f.retry(gate.Execution, types.StageRetryModeFailedActions); err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[types.StartTimeRange]int{types.StartTimeRangeLatest: 1, types.StartTimeRangeAll: 2} {
		out := must[*codepipeline.ListActionExecutionsOutput](t)(f.client.ListActionExecutions(
			t.Context(), &codepipeline.ListActionExecutionsInput{
				PipelineName: aws.String("checkout-prod"), Filter: &types.ActionExecutionFilter{
					LatestInPipelineExecution: &types.LatestInPipelineExecutionFilter{
						PipelineExecutionId: aws.String(gate.Execution), StartTimeRange: asked,
					},
				},
			}))
		gates := slices.DeleteFunc(out.ActionExecutionDetails, func(d types.ActionExecutionDetail) bool { return *d.ActionName != "Gate" })
		if len(gates) != want || gates[0].Status != types.ActionExecutionStatusInProgress {
			t.Errorf("%s: %d gates, first %s", asked, len(gates), gates[0].Status)
		}
	}
}

func TestListActionExecutions_refusesWhatTheModelForbids(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	call := func(in codepipeline.ListActionExecutionsInput) error {
		if in.PipelineName == nil {
			in.PipelineName = aws.String("checkout-prod")
		}
		_, err := f.client.ListActionExecutions(t.Context(), &in)
		return err
	}
	latest := &types.LatestInPipelineExecutionFilter{PipelineExecutionId: &gate.Execution, StartTimeRange: types.StartTimeRangeAll}
	wantError[*types.PipelineNotFoundException](t, call(codepipeline.ListActionExecutionsInput{PipelineName: aws.String("none")}))
	wantError[*types.PipelineExecutionNotFoundException](t, call(codepipeline.ListActionExecutionsInput{
		Filter: &types.ActionExecutionFilter{PipelineExecutionId: &gate.ActionExecution},
	}))
	wantError[*types.InvalidNextTokenException](t, call(codepipeline.ListActionExecutionsInput{NextToken: aws.String("YWZ0ZXIgeA==")}))
	wantError[*types.ValidationException](t, call(codepipeline.ListActionExecutionsInput{
		Filter: &types.ActionExecutionFilter{PipelineExecutionId: &gate.Execution, LatestInPipelineExecution: latest},
	}))
	if err := call(codepipeline.ListActionExecutionsInput{Filter: &types.ActionExecutionFilter{LatestInPipelineExecution: latest}}); err != nil {
		t.Error(err)
	}
}

func TestStartPipelineExecution_isTheSameForTheSameToken(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeQueued)
	start := func(token string) (string, error) {
		out, err := f.client.StartPipelineExecution(t.Context(), &codepipeline.StartPipelineExecutionInput{
			Name: aws.String("checkout-prod"), ClientRequestToken: aws.String(token),
			Variables: []types.PipelineVariable{{Name: aws.String("Who"), Value: aws.String("ada")}},
		})
		if err != nil {
			return "", err
		}
		return *out.PipelineExecutionId, nil
	}
	first := must[string](t)(start("one"))
	if again := must[string](t)(start("one")); again != first {
		t.Errorf("the same token gave %s, then %s", first, again)
	}
	if got := aws.ToString(f.execution(first).Variables[0].ResolvedValue); got != "ada" {
		t.Errorf("variable %q", got)
	}
	if got := f.action("Prod", "Gate"); got.Token == nil {
		t.Errorf("the execution did not run to its gate: %+v", got)
	}
	f.stand.LimitExecutions(1)
	_, err := start("two")
	wantError[*types.ConcurrentPipelineExecutionsLimitExceededException](t, err)
	if err := f.stand.Busy("checkout-prod", 1); err != nil {
		t.Fatal(err)
	}
	_, err = start("three")
	wantError[*types.ConflictException](t, err)
	_, err = start("no token")
	wantError[*types.ValidationException](t, err)
	_, err = f.client.StartPipelineExecution(t.Context(), &codepipeline.StartPipelineExecutionInput{Name: aws.String("none")})
	wantError[*types.PipelineNotFoundException](t, err)
}

func TestCodePipeline_anOperationItDoesNotAnswerIsUnknown(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeQueued)
	_, err := f.client.ListWebhooks(t.Context(), &codepipeline.ListWebhooksInput{})
	if refused, ok := errors.AsType[smithy.APIError](err); !ok || refused.ErrorCode() != "UnknownOperationException" {
		t.Errorf("error %v", err)
	}
}

func TestFinishAction_endsAHeldActionWellOrNot(t *testing.T) {
	for failed, want := range map[bool]types.PipelineExecutionStatus{
		false: types.PipelineExecutionStatusInProgress, true: types.PipelineExecutionStatusFailed,
	} {
		f := newPipelineFixture(t, types.ExecutionModeSuperseded)
		id := f.start(awstest.ExecutionOptions{Actions: map[string]awstest.ActionPlan{"Prod/Deploy": {Hold: true, ExternalID: "d-ABCDEF123"}}})
		f.run(id)
		if got := f.action("Prod", "Deploy"); got.Status != types.ActionExecutionStatusInProgress || aws.ToString(got.ExternalExecutionId) != "d-ABCDEF123" {
			t.Errorf("held: %s, %v", got.Status, got.ExternalExecutionId)
		}
		if got := f.action("Prod", "Gate"); got != nil {
			t.Errorf("the gate began before the deploy ended: %+v", got)
		}
		if _, err := f.stand.FinishAction("checkout-prod", id, "Prod", "Deploy", failed); err != nil {
			t.Fatal(err)
		}
		if got := f.execution(id).Status; got != want {
			t.Errorf("failed %t: execution %s, want %s", failed, got, want)
		}
		if _, err := f.stand.FinishAction("checkout-prod", id, "Prod", "Deploy", failed); err == nil {
			t.Error("finished twice")
		}
	}
}
