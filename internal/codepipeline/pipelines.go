package codepipeline

import (
	"context"
	"fmt"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/service/codepipeline"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// API is what is called of CodePipeline, and the IAM actions needed: all of them
// on the pipeline's ARN, but PutApprovalResult on PIPELINE/STAGE/ACTION and
// RollbackStage on PIPELINE/STAGE.
type API interface {
	GetPipeline(context.Context, *sdk.GetPipelineInput, ...func(*sdk.Options)) (*sdk.GetPipelineOutput, error)
	GetPipelineState(context.Context, *sdk.GetPipelineStateInput, ...func(*sdk.Options)) (*sdk.GetPipelineStateOutput, error)
	GetPipelineExecution(context.Context, *sdk.GetPipelineExecutionInput, ...func(*sdk.Options)) (*sdk.GetPipelineExecutionOutput, error)
	ListPipelineExecutions(context.Context, *sdk.ListPipelineExecutionsInput, ...func(*sdk.Options)) (*sdk.ListPipelineExecutionsOutput, error)
	ListActionExecutions(context.Context, *sdk.ListActionExecutionsInput, ...func(*sdk.Options)) (*sdk.ListActionExecutionsOutput, error)
	PutApprovalResult(context.Context, *sdk.PutApprovalResultInput, ...func(*sdk.Options)) (*sdk.PutApprovalResultOutput, error)
	StopPipelineExecution(context.Context, *sdk.StopPipelineExecutionInput, ...func(*sdk.Options)) (*sdk.StopPipelineExecutionOutput, error)
	RollbackStage(context.Context, *sdk.RollbackStageInput, ...func(*sdk.Options)) (*sdk.RollbackStageOutput, error)
}

// The calls as IAM and CallError name them.
const (
	callPipeline   = "codepipeline:GetPipeline"
	callState      = "codepipeline:GetPipelineState"
	callExecution  = "codepipeline:GetPipelineExecution"
	callExecutions = "codepipeline:ListPipelineExecutions"
	callActions    = "codepipeline:ListActionExecutions"
	callAnswer     = "codepipeline:PutApprovalResult"
	callStop       = "codepipeline:StopPipelineExecution"
	callRollback   = "codepipeline:RollbackStage"
)

// Pipelines are the pipelines of one account and region. Safe for concurrent use.
type Pipelines struct {
	api API

	mu sync.Mutex
	// modes is each pipeline's execution mode, by the version it was read of: the
	// state of a pipeline tells its version but not its mode.
	modes map[string]mode
}

var _ worker.Pipeline = (*Pipelines)(nil)

// New makes the adapter. No call is made.
func New(api API) *Pipelines { return &Pipelines{api: api, modes: map[string]mode{}} }

// failed is a failed call as the loop reads it: what was being done, and why not.
func failed(doing, call, resource string, err error) error {
	return fmt.Errorf("%s: %w", doing, awserr.Classify(call, resource, err))
}
