package awstest_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/aws/smithy-go/document"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/serinhq/serin/internal/awstest"
)

// pipelineFixture is one pipeline, Source → Build → Prod (Deploy, then Gate) → After, and a client.
type pipelineFixture struct {
	t      *testing.T
	clock  *watch
	ledger *awstest.Ledger
	stand  *awstest.CodePipeline
	client *codepipeline.Client
	// asked is what IAM would have checked, one a call.
	asked []string
}

func newPipelineFixture(t *testing.T, mode types.ExecutionMode) *pipelineFixture {
	t.Helper()
	f := &pipelineFixture{t: t, clock: newWatch()}
	f.ledger = awstest.NewLedger(f.clock.Now)
	f.stand = awstest.NewCodePipeline("111122223333", "us-east-1", f.ledger, f.clock.Now)
	f.as("TEST")
	if err := f.stand.CreatePipeline(checkoutPipeline(mode)); err != nil {
		t.Fatal(err)
	}
	return f
}

func checkoutPipeline(mode types.ExecutionMode) types.PipelineDeclaration {
	source := awstest.PipelineAction("Source", types.ActionCategorySource, "CodeCommit", "Source", 1)
	source.OutputArtifacts = []types.OutputArtifact{{Name: aws.String("SourceArtifact")}}
	build := awstest.PipelineAction("Build", types.ActionCategoryBuild, "CodeBuild", "Build", 1)
	deploy := awstest.PipelineAction("Deploy", types.ActionCategoryDeploy, "CodeDeploy", "Deploy", 1)
	deploy.InputArtifacts = []types.InputArtifact{{Name: aws.String("SourceArtifact")}}
	gate := awstest.ManualApproval("Gate", 2)
	gate.Configuration = map[string]string{"CustomData": "version #{Deploy.FunctionVersion} of #{Source.CommitId}, #{variables.Who}, #{No.Such}"}
	after := awstest.PipelineAction("Tell", types.ActionCategoryInvoke, "Lambda", "", 1)
	return types.PipelineDeclaration{
		Name: aws.String("checkout-prod"), Version: aws.Int32(6), ExecutionMode: mode,
		RoleArn:   aws.String("arn:aws:iam::111122223333:role/pipeline"),
		Variables: []types.PipelineVariableDeclaration{{Name: aws.String("Who"), DefaultValue: aws.String("nobody")}},
		Stages: []types.StageDeclaration{
			{Name: aws.String("Source"), Actions: []types.ActionDeclaration{source}},
			{Name: aws.String("Build"), Actions: []types.ActionDeclaration{build}},
			{Name: aws.String("Prod"), Actions: []types.ActionDeclaration{deploy, gate}},
			{Name: aws.String("After"), Actions: []types.ActionDeclaration{after}},
		},
	}
}

// as makes the fixture's client somebody's.
func (f *pipelineFixture) as(actor string) {
	config := alone(f.t, f.stand, actor)
	config.HTTPClient = watchResource{into: &f.asked}
	f.client = codepipeline.NewFromConfig(config)
}

func (f *pipelineFixture) start(options awstest.ExecutionOptions) string {
	f.t.Helper()
	id, _, err := f.stand.StartExecution("checkout-prod", options)
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

func (f *pipelineFixture) run(id string) []json.RawMessage {
	f.t.Helper()
	return must[[]json.RawMessage](f.t)(f.stand.Run("checkout-prod", id))
}

// openGate starts an execution and takes it to its approval.
func (f *pipelineFixture) openGate() awstest.Approval {
	f.t.Helper()
	gate, _, err := f.stand.OpenApproval("checkout-prod", f.start(awstest.ExecutionOptions{}))
	if err != nil {
		f.t.Fatal(err)
	}
	return gate
}

func answerInput(gate awstest.Approval, status types.ApprovalStatus, summary string) *codepipeline.PutApprovalResultInput {
	return &codepipeline.PutApprovalResultInput{
		PipelineName: aws.String(gate.Pipeline), StageName: aws.String(gate.Stage), ActionName: aws.String(gate.Action),
		Token: aws.String(gate.Token), Result: &types.ApprovalResult{Status: status, Summary: aws.String(summary)},
	}
}

func (f *pipelineFixture) answer(
	gate awstest.Approval, status types.ApprovalStatus, summary string,
) (*codepipeline.PutApprovalResultOutput, error) {
	return f.client.PutApprovalResult(f.t.Context(), answerInput(gate, status, summary))
}

func (f *pipelineFixture) stage(name string) types.StageState {
	f.t.Helper()
	out := must[*codepipeline.GetPipelineStateOutput](f.t)(f.client.GetPipelineState(
		f.t.Context(), &codepipeline.GetPipelineStateInput{Name: aws.String("checkout-prod")}))
	for _, stage := range out.StageStates {
		if aws.ToString(stage.StageName) == name {
			return stage
		}
	}
	f.t.Fatalf("no stage %s", name)
	return types.StageState{}
}

func (f *pipelineFixture) action(stage, name string) *types.ActionExecution {
	f.t.Helper()
	for _, action := range f.stage(stage).ActionStates {
		if aws.ToString(action.ActionName) == name {
			return action.LatestExecution
		}
	}
	f.t.Fatalf("no action %s/%s", stage, name)
	return nil
}

func (f *pipelineFixture) execution(id string) *types.PipelineExecution {
	f.t.Helper()
	return must[*codepipeline.GetPipelineExecutionOutput](f.t)(f.client.GetPipelineExecution(
		f.t.Context(), &codepipeline.GetPipelineExecutionInput{
			PipelineName: aws.String("checkout-prod"), PipelineExecutionId: aws.String(id),
		})).PipelineExecution
}

// history is all action executions of an execution, newest first.
func (f *pipelineFixture) history(id string) []types.ActionExecutionDetail {
	f.t.Helper()
	return must[*codepipeline.ListActionExecutionsOutput](f.t)(f.client.ListActionExecutions(
		f.t.Context(), &codepipeline.ListActionExecutionsInput{
			PipelineName: aws.String("checkout-prod"), Filter: &types.ActionExecutionFilter{PipelineExecutionId: aws.String(id)},
		})).ActionExecutionDetails
}

// sdkTypes lets cmp look at the SDK's structs.
func sdkTypes() cmp.Option { return cmpopts.IgnoreTypes(document.NoSerde{}) }
