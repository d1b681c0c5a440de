package awstest_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestCodePipeline_anOpenApprovalKeepsNewerExecutionsOutsideItsStage(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	waiting := f.start(awstest.ExecutionOptions{})
	f.run(waiting)

	stage := f.stage("Prod")
	if got := aws.ToString(stage.LatestExecution.PipelineExecutionId); got != gate.Execution {
		t.Errorf("in the stage: %s, want the one at the gate, %s", got, gate.Execution)
	}
	want := []types.StageExecution{{
		PipelineExecutionId: aws.String(waiting), Status: types.StageExecutionStatusInProgress, Type: types.ExecutionTypeStandard,
	}}
	if diff := cmp.Diff(want, stage.InboundExecutions, sdkTypes()); diff != "" {
		t.Errorf("outside (-want +got):\n%s", diff)
	}
	if got := aws.ToString(stage.InboundExecution.PipelineExecutionId); got != waiting {
		t.Errorf("inbound execution %s", got)
	}

	if _, err := f.answer(gate, types.ApprovalStatusRejected, ""); err != nil {
		t.Fatal(err)
	}
	stage = f.stage("Prod")
	if got := aws.ToString(stage.LatestExecution.PipelineExecutionId); got != waiting || stage.InboundExecution != nil {
		t.Errorf("after the answer: %s in the stage, %v outside", got, stage.InboundExecution)
	}
}

func TestCodePipeline_theNewestWaitingExecutionSupersedesTheOlder(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	gate := f.openGate()
	older, newer := f.start(awstest.ExecutionOptions{}), f.start(awstest.ExecutionOptions{})
	f.run(older)
	caused := told(t, f.run(newer))
	if caused[len(caused)-1] != "SUPERSEDED" {
		t.Errorf("events %v", caused)
	}
	got := map[string]types.PipelineExecutionStatus{}
	for _, id := range []string{gate.Execution, older, newer} {
		got[id] = f.execution(id).Status
	}
	want := map[string]types.PipelineExecutionStatus{gate.Execution: "InProgress", older: "Superseded", newer: "InProgress"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("executions (-want +got):\n%s", diff)
	}
}

func TestCodePipeline_anOlderExecutionThatArrivesLaterIsSuperseded(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeSuperseded)
	f.openGate()
	older, newer := f.start(awstest.ExecutionOptions{}), f.start(awstest.ExecutionOptions{})
	f.run(newer)
	f.run(older)
	if got := f.execution(older).Status; got != types.PipelineExecutionStatusSuperseded {
		t.Errorf("older %s", got)
	}
	if got := f.execution(newer).Status; got != types.PipelineExecutionStatusInProgress {
		t.Errorf("newer %s", got)
	}
}

func TestCodePipeline_queuedExecutionsEnterOneAfterAnother(t *testing.T) {
	f := newPipelineFixture(t, types.ExecutionModeQueued)
	gate := f.openGate()
	third := f.start(awstest.ExecutionOptions{StartTime: f.clock.Now().Add(2 * time.Minute)})
	second := f.start(awstest.ExecutionOptions{StartTime: f.clock.Now().Add(time.Minute)})
	f.run(third)
	f.run(second)
	for _, want := range []string{second, third} {
		if _, err := f.answer(gate, types.ApprovalStatusApproved, ""); err != nil {
			t.Fatal(err)
		}
		if got := aws.ToString(f.stage("Prod").LatestExecution.PipelineExecutionId); got != want {
			t.Fatalf("%s entered, want %s", got, want)
		}
		var err error
		if gate, _, err = f.stand.OpenApproval("checkout-prod", want); err != nil {
			t.Fatal(err)
		}
	}
}
