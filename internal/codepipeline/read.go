package codepipeline

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// state is the latest execution of each stage, and nothing of older ones.
func (p *Pipelines) state(ctx context.Context, pipeline string) (*sdk.GetPipelineStateOutput, error) {
	out, err := p.api.GetPipelineState(ctx, &sdk.GetPipelineStateInput{Name: &pipeline})
	if err != nil {
		return nil, failed("read the state of pipeline "+pipeline, callState, pipeline, err)
	}
	return out, nil
}

// actionIn finds an action in a pipeline's state, with the stage's execution;
// nil when nothing has run there.
func actionIn(state *sdk.GetPipelineStateOutput, stage, action string) (*types.ActionExecution, string) {
	for _, s := range state.StageStates {
		if aws.ToString(s.StageName) != stage || s.LatestExecution == nil {
			continue
		}
		for _, a := range s.ActionStates {
			if aws.ToString(a.ActionName) == action {
				return a.LatestExecution, aws.ToString(s.LatestExecution.PipelineExecutionId)
			}
		}
	}
	return nil, ""
}

// actions are all action executions of a pipeline execution, every attempt of a
// retried stage among them.
func (p *Pipelines) actions(ctx context.Context, pipeline, execution string) ([]types.ActionExecutionDetail, error) {
	var all []types.ActionExecutionDetail
	pages := sdk.NewListActionExecutionsPaginator(p.api, &sdk.ListActionExecutionsInput{
		PipelineName: &pipeline, Filter: &types.ActionExecutionFilter{PipelineExecutionId: &execution},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failed("list what execution "+execution+" has run", callActions, pipeline, err)
		}
		all = append(all, page.ActionExecutionDetails...)
	}
	return all, nil
}

// execution reads an execution's status and type; its start is not in there.
func (p *Pipelines) execution(ctx context.Context, pipeline, id string) (*types.PipelineExecution, error) {
	out, err := p.api.GetPipelineExecution(ctx, &sdk.GetPipelineExecutionInput{PipelineName: &pipeline, PipelineExecutionId: &id})
	if err != nil {
		return nil, failed("read execution "+id, callExecution, pipeline, err)
	}
	return out.PipelineExecution, nil
}

// underWay reports whether an execution may still change by itself.
func underWay(status types.PipelineExecutionStatus) bool {
	return status == types.PipelineExecutionStatusInProgress || status == types.PipelineExecutionStatusStopping
}
