package awstest_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// told is an event in a few words: level, place, state.
func told(t *testing.T, events []json.RawMessage) []string {
	t.Helper()
	var all []string
	for _, raw := range events {
		var e struct {
			Detail struct{ Stage, Action, State string }
		}
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		words := e.Detail.State
		if e.Detail.Action != "" {
			words = e.Detail.Action + " " + words
		}
		if e.Detail.Stage != "" {
			words = e.Detail.Stage + " " + words
		}
		all = append(all, words)
	}
	return all
}

func TestOpenApproval_tellsWhatAWSTellsOnTheWay(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	_, caused, err := f.stand.OpenApproval("checkout-prod", f.start(awstest.ExecutionOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Source STARTED", "Source Source STARTED", "Source Source SUCCEEDED", "Source SUCCEEDED",
		"Build STARTED", "Build Build STARTED", "Build Build SUCCEEDED", "Build SUCCEEDED",
		"Prod STARTED", "Prod Deploy STARTED", "Prod Deploy SUCCEEDED", "Prod Gate STARTED",
	}
	if diff := cmp.Diff(want, told(t, caused)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestCodePipeline_eventsThatCallsCauseGoToTheListenerElseWait(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	after := []string{
		"Prod Gate SUCCEEDED", "Prod SUCCEEDED", "After STARTED", "After Tell STARTED", "After Tell SUCCEEDED", "After SUCCEEDED", "SUCCEEDED",
	}
	if _, err := f.answer(f.openGate(), types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(after, told(t, f.stand.TakeEvents())); diff != "" {
		t.Errorf("waiting events (-want +got):\n%s", diff)
	}

	var heard []json.RawMessage
	f.stand.OnEvent(func(event json.RawMessage) { heard = append(heard, event) })
	if _, err := f.answer(f.openGate(), types.ApprovalStatusApproved, ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(after, told(t, heard)); diff != "" || len(f.stand.TakeEvents()) != 0 {
		t.Errorf("heard events (-want +got):\n%s", diff)
	}
}

// Every kind of event the stand-in can cause has the shape of AWS's sample, to the last member.
func TestCodePipeline_eventsHaveTheShapeOfTheSamples(t *testing.T) {
	const deployment, url = "d-ABCDEF123", "https://example.com/"
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	plan := awstest.ExecutionOptions{Actions: map[string]awstest.ActionPlan{
		"Source/Source": {ExternalID: "8cf40fEXAMPLE", ExternalURL: url, Summary: "Added LICENSE.txt"},
		"Prod/Deploy":   {ExternalID: deployment, ExternalURL: url, Summary: "Deployment Succeeded"},
	}}
	failing := awstest.ExecutionOptions{Actions: map[string]awstest.ActionPlan{
		"Prod/Deploy": {ExternalID: deployment, ExternalURL: url, Summary: "Deployment d-ABCDEF123 failed", Fail: true},
	}}
	held := awstest.ExecutionOptions{Actions: map[string]awstest.ActionPlan{"Prod/Deploy": {Hold: true}}}

	id, events, err := f.stand.StartExecution("checkout-prod", plan)
	if err != nil {
		t.Fatal(err)
	}
	gate, caused, err := f.stand.OpenApproval("checkout-prod", id)
	if err != nil {
		t.Fatal(err)
	}
	events = append(events, caused...)
	events = append(events, must[[]json.RawMessage](t)(f.stand.PersonAnswers("checkout-prod", id, types.ApprovalStatusRejected, "ada"))...)
	_, err = f.client.RetryStageExecution(t.Context(), &codepipeline.RetryStageExecutionInput{
		PipelineName: aws.String("checkout-prod"), StageName: aws.String("Prod"),
		PipelineExecutionId: aws.String(gate.Execution), RetryMode: types.StageRetryModeFailedActions,
	})
	if err != nil {
		t.Fatal(err)
	}
	overtaken, overtaking := f.start(held), f.start(held)
	events = append(events, f.run(overtaken)...)
	events = append(events, f.run(overtaking)...)
	events = append(events, must[[]json.RawMessage](t)(f.stand.PersonAnswers("checkout-prod", id, types.ApprovalStatusApproved, "ada"))...)
	events = append(events, f.stand.TakeEvents()...)
	_, err = f.client.StopPipelineExecution(t.Context(), &codepipeline.StopPipelineExecutionInput{
		PipelineName: aws.String("checkout-prod"), PipelineExecutionId: aws.String(overtaking), Abandon: true, Reason: aws.String("an update"),
	})
	if err != nil {
		t.Fatal(err)
	}
	events = append(events, f.stand.TakeEvents()...)
	events = append(events, f.run(f.start(failing))...)
	f.run(f.start(held))
	events = append(events, must[[]json.RawMessage](t)(f.stand.UpdatePipeline(checkoutPipeline(types.ExecutionModeSuperseded)))...)

	var shapes []any
	for _, event := range events {
		shapes = append(shapes, shape(t, event))
	}
	for _, name := range []string{
		"codepipeline-pipeline-started", "codepipeline-pipeline-resumed", "codepipeline-pipeline-stopping",
		"codepipeline-pipeline-stopped", "codepipeline-pipeline-succeeded", "codepipeline-pipeline-failed",
		"codepipeline-pipeline-superseded", "codepipeline-pipeline-canceled",
		"codepipeline-stage-started", "codepipeline-stage-succeeded", "codepipeline-stage-failed", "codepipeline-stage-resumed",
		"codepipeline-stage-stopping", "codepipeline-stage-stopped", "codepipeline-stage-canceled",
		"codepipeline-action-approval-started", "codepipeline-action-approval-succeeded", "codepipeline-action-approval-failed",
		"codepipeline-action-started", "codepipeline-action-succeeded-source", "codepipeline-action-succeeded-codedeploy",
		"codepipeline-action-failed", "codepipeline-action-abandoned", "codepipeline-action-canceled",
	} {
		want := sample(t, name)
		if !slices.ContainsFunc(shapes, func(got any) bool { return cmp.Equal(want, got) }) {
			t.Errorf("no event has the shape of %s:\n%v", name, want)
		}
	}
}
