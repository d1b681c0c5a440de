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

// RollbackStage rolls a stage back to its last good execution (CodePipeline user
// guide, "Configure stage rollback"). The call has no token and each makes an
// execution of its own, so the pipeline's history is read first: the stage may be
// rolled back already, by an earlier try, by a person, or by the stage's own
// onFailure.
func (p *Pipelines) RollbackStage(ctx context.Context, in worker.StageRollback) (string, error) {
	resource := in.Pipeline + "/" + in.Stage
	target, err := p.lastGood(ctx, in)
	if err != nil {
		return "", err
	}
	begun, err := p.rollbackTo(ctx, in, target)
	if err != nil || begun != "" {
		return begun, err
	}
	out, err := p.api.RollbackStage(ctx, &sdk.RollbackStageInput{
		PipelineName: &in.Pipeline, StageName: &in.Stage, TargetPipelineExecutionId: &target,
	})
	if err == nil {
		return aws.ToString(out.PipelineExecutionId), nil
	}
	refusal := failed("roll back stage "+resource, callRollback, resource, err)
	if _, unable := errors.AsType[*types.UnableToRollbackStageException](err); unable {
		return "", p.unable(ctx, in, refusal)
	}
	return "", refusal
}

// lastGood is the newest execution that succeeded in the stage with the present
// definition, other than the one that is rolled back.
func (p *Pipelines) lastGood(ctx context.Context, in worker.StageRollback) (string, error) {
	pages := sdk.NewListPipelineExecutionsPaginator(p.api, &sdk.ListPipelineExecutionsInput{
		PipelineName: &in.Pipeline,
		Filter:       &types.PipelineExecutionFilter{SucceededInStage: &types.SucceededInStageFilter{StageName: &in.Stage}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", failed("find the last good execution of stage "+in.Stage, callExecutions, in.Pipeline, err)
		}
		for _, e := range page.PipelineExecutionSummaries {
			if id := aws.ToString(e.PipelineExecutionId); id != in.Execution && e.ExecutionType != types.ExecutionTypeRollback {
				return id, nil
			}
		}
	}
	return "", &worker.CallError{Call: callExecutions, Resource: in.Pipeline, Kind: worker.ErrNotFound,
		Err: fmt.Errorf("no execution has succeeded in stage %s with the pipeline's present definition", in.Stage)}
}

// rollbackTo finds a rollback to the target that began since the failure; ""
// if there is none. History is newest first.
func (p *Pipelines) rollbackTo(ctx context.Context, in worker.StageRollback, target string) (string, error) {
	pages := sdk.NewListPipelineExecutionsPaginator(p.api, &sdk.ListPipelineExecutionsInput{PipelineName: &in.Pipeline})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", failed("look for a rollback of stage "+in.Stage, callExecutions, in.Pipeline, err)
		}
		for _, e := range page.PipelineExecutionSummaries {
			switch {
			case aws.ToTime(e.StartTime).Before(in.Since):
				return "", nil
			case e.ExecutionType == types.ExecutionTypeRollback && e.RollbackMetadata != nil &&
				aws.ToString(e.RollbackMetadata.RollbackTargetPipelineExecutionId) == target:
				return aws.ToString(e.PipelineExecutionId), nil
			}
		}
	}
	return "", nil
}

// unable tells a stage that is busy now from one that can't be rolled back: AWS
// has one error for both.
func (p *Pipelines) unable(ctx context.Context, in worker.StageRollback, refusal error) error {
	state, err := p.state(ctx, in.Pipeline)
	if err != nil {
		return fmt.Errorf("%w; read back: %w", refusal, err)
	}
	for _, s := range state.StageStates {
		if aws.ToString(s.StageName) == in.Stage && s.LatestExecution != nil &&
			aws.ToString(s.LatestExecution.PipelineExecutionId) == in.Execution &&
			s.LatestExecution.Status == types.StageExecutionStatusInProgress {
			return &worker.CallError{Call: callRollback, Resource: in.Pipeline + "/" + in.Stage, Kind: worker.ErrConflict, Err: refusal}
		}
	}
	return refusal
}
