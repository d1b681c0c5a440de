package codepipeline_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	sdk "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/codepipeline"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const (
	pipelineName = "checkout-prod"
	person       = "ann"
	release      = "01KA0000000000000000000001"
)

func gateSpec() worker.GateSpec {
	return worker.GateSpec{Pipeline: pipelineName, Stage: "Prod", Action: "Gate"}
}

// world is a pipeline, Source → Build → Prod (Deploy, then Gate), the adapter
// under test as "worker", and a person's client.
type world struct {
	*awstest.World
	stand     *awstest.CodePipeline
	pipelines *codepipeline.Pipelines
	person    *sdk.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: awstest.Start(t, awstest.WithoutEngines())}
	w.stand = awstest.NewCodePipeline(awstest.Account, awstest.Region, w.Ledger(), w.Clock())
	w.Register(w.stand)
	if err := w.stand.CreatePipeline(definition()); err != nil {
		t.Fatal(err)
	}
	w.pipelines = codepipeline.New(w.client("worker", nil))
	w.person = w.client(person, nil)
	return w
}

// client retries as often as the worker's does, but at once. through changes its
// HTTP client; nil leaves it.
func (w *world) client(actor string, through func(aws.HTTPClient) aws.HTTPClient) *sdk.Client {
	cfg := w.Config(actor)
	if through != nil {
		cfg.HTTPClient = through(cfg.HTTPClient)
	}
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
	}
	return sdk.NewFromConfig(cfg)
}

func definition() types.PipelineDeclaration {
	return types.PipelineDeclaration{
		Name: aws.String(pipelineName), ExecutionMode: types.ExecutionModeSuperseded,
		Stages: []types.StageDeclaration{
			{Name: aws.String("Source"), Actions: []types.ActionDeclaration{
				awstest.PipelineAction("Source", types.ActionCategorySource, "CodeCommit", "Source", 1)}},
			{Name: aws.String("Build"), Actions: []types.ActionDeclaration{
				awstest.PipelineAction("Build", types.ActionCategoryBuild, "CodeBuild", "Build", 1)}},
			{Name: aws.String("Prod"), Actions: []types.ActionDeclaration{
				awstest.PipelineAction("Deploy", types.ActionCategoryDeploy, "CloudFormation", "Deploy", 1),
				awstest.ManualApproval("Gate", 2)}},
		},
	}
}

func (w *world) update(t *testing.T, decl types.PipelineDeclaration) {
	t.Helper()
	if _, err := w.stand.UpdatePipeline(decl); err != nil {
		t.Fatal(err)
	}
}

func (w *world) parallel(t *testing.T) {
	t.Helper()
	decl := definition()
	decl.ExecutionMode = types.ExecutionModeParallel
	w.update(t, decl)
}

func (w *world) start(t *testing.T, options awstest.ExecutionOptions) string {
	t.Helper()
	id, _, err := w.stand.StartExecution(pipelineName, options)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// open runs an execution to its gate.
func (w *world) open(t *testing.T, execution string) statemachine.Gate {
	t.Helper()
	a, _, err := w.stand.OpenApproval(pipelineName, execution)
	if err != nil {
		t.Fatal(err)
	}
	return gateOf(a)
}

func (w *world) openNew(t *testing.T) statemachine.Gate {
	t.Helper()
	return w.open(t, w.start(t, awstest.ExecutionOptions{}))
}

func gateOf(a awstest.Approval) statemachine.Gate {
	return statemachine.Gate{
		Pipeline: a.Pipeline, Stage: a.Stage, Action: a.Action,
		Execution: a.Execution, ActionExecution: a.ActionExecution, Status: statemachine.GateOpen,
	}
}

// request is the world's record of a gate's approval.
func (w *world) request(t *testing.T, gate statemachine.Gate) awstest.Approval {
	t.Helper()
	for _, a := range w.stand.Approvals() {
		if a.ActionExecution == gate.ActionExecution {
			return a
		}
	}
	t.Fatalf("the world knows no approval %s", gate.ActionExecution)
	return awstest.Approval{}
}

func (w *world) personAnswers(t *testing.T, gate statemachine.Gate, approve bool) {
	t.Helper()
	status := types.ApprovalStatusRejected
	if approve {
		status = types.ApprovalStatusApproved
	}
	if _, err := w.stand.PersonAnswers(pipelineName, gate.Execution, status, person); err != nil {
		t.Fatal(err)
	}
}

func (w *world) personStops(t *testing.T, gate statemachine.Gate, abandon bool) {
	t.Helper()
	_, err := w.person.StopPipelineExecution(t.Context(), &sdk.StopPipelineExecutionInput{
		PipelineName: &gate.Pipeline, PipelineExecutionId: &gate.Execution, Abandon: abandon,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// retry retries the gate's stage and returns its second gate.
func (w *world) retry(t *testing.T, gate statemachine.Gate, mode types.StageRetryMode) statemachine.Gate {
	t.Helper()
	_, err := w.person.RetryStageExecution(t.Context(), &sdk.RetryStageExecutionInput{
		PipelineName: &gate.Pipeline, StageName: &gate.Stage, PipelineExecutionId: &gate.Execution, RetryMode: mode,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w.open(t, gate.Execution)
}

// rollback starts an execution of type ROLLBACK, back to one that ended well.
func (w *world) rollback(t *testing.T, options awstest.ExecutionOptions) string {
	t.Helper()
	target := w.open(t, w.start(t, options))
	w.personAnswers(t, target, true)
	w.personAnswers(t, w.openNew(t), true)
	id, _, err := w.stand.StartRollback(pipelineName, "Prod", target.Execution)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// personSays rejects a gate with a text of the person's own.
func (w *world) personSays(t *testing.T, gate statemachine.Gate, text string) {
	t.Helper()
	_, err := w.person.PutApprovalResult(t.Context(), &sdk.PutApprovalResultInput{
		PipelineName: &gate.Pipeline, StageName: &gate.Stage, ActionName: &gate.Action,
		Token:  aws.String(w.request(t, gate).Token),
		Result: &types.ApprovalResult{Status: types.ApprovalStatusRejected, Summary: &text},
	})
	if err != nil {
		t.Fatal(err)
	}
}
