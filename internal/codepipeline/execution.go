package codepipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/worker"
)

// Execution reads when an execution started, and its type. GetPipelineExecution
// tells no start, so it is looked up in the pipeline's history, newest first.
func (p *Pipelines) Execution(ctx context.Context, pipeline, execution string) (worker.Execution, error) {
	pages := sdk.NewListPipelineExecutionsPaginator(p.api, &sdk.ListPipelineExecutionsInput{PipelineName: &pipeline})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return worker.Execution{}, failed("look up execution "+execution, callExecutions, pipeline, err)
		}
		for _, e := range page.PipelineExecutionSummaries {
			if aws.ToString(e.PipelineExecutionId) == execution {
				return worker.Execution{
					ID: execution, StartedAt: aws.ToTime(e.StartTime), Rollback: e.ExecutionType == types.ExecutionTypeRollback,
				}, nil
			}
		}
	}
	return worker.Execution{}, &worker.CallError{Call: callExecutions, Resource: pipeline, Kind: worker.ErrNotFound,
		Err: fmt.Errorf("execution %s", execution)}
}

// StopExecution stops an execution and waits for its running actions, as AWS
// does: abandoning could cut off a deployment. What AWS refuses because it is
// stopping, over or deleted is done.
func (p *Pipelines) StopExecution(ctx context.Context, pipeline, execution, text string) error {
	_, err := p.api.StopPipelineExecution(ctx, &sdk.StopPipelineExecutionInput{
		PipelineName: &pipeline, PipelineExecutionId: &execution, Reason: aws.String(cut(text, maxReason)),
	})
	if err == nil {
		return nil
	}
	refusal := failed("stop execution "+execution, callStop, pipeline, err)
	switch {
	case errors.Is(refusal, worker.ErrNotFound):
		return nil
	case !errors.Is(refusal, worker.ErrConflict):
		return refusal
	}
	// DuplicatedStopRequestException, PipelineExecutionNotStoppableException, or
	// ConflictException: the pipeline is busy, and has stopped nothing.
	e, err := p.execution(ctx, pipeline, execution)
	switch {
	case errors.Is(err, worker.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("%w; read back: %w", refusal, err)
	case e.Status == types.PipelineExecutionStatusInProgress:
		return refusal
	}
	return nil
}
