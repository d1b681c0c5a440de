package awstest

import (
	api "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// retryStageExecution runs a failed stage of its latest execution again: the same execution id, new action execution
// ids, events RESUMED (AWS note 1.2, 4).
func (p *CodePipeline) retryStageExecution(in *api.RetryStageExecutionInput, _ Call) (any, error) {
	if err := checkEnum("retryMode", in.RetryMode, types.StageRetryMode("").Values()); err != nil {
		return nil, err
	}
	if err := checkMembers(inputMember{"pipelineExecutionId", in.PipelineExecutionId, uuidPattern}); err != nil {
		return nil, err
	}
	pl, err := p.findToChange(in.PipelineName)
	if err != nil {
		return nil, err
	}
	_, stage, err := pl.stage(in.StageName)
	if err != nil {
		return nil, err
	}
	if stage.latest == nil || stage.latest.execution.id != *in.PipelineExecutionId {
		return nil, &awsJSONError{"NotLatestPipelineExecutionException",
			"The stage has failed in a later run of the pipeline and the pipelineExecutionId associated with the request is out of date."}
	}
	if stage.latest.status != types.StageExecutionStatusFailed {
		return nil, &awsJSONError{"StageNotRetryableException", "Unable to retry. The stage contains no failed actions."}
	}
	if err := p.room(pl); err != nil {
		return nil, err
	}
	p.retry(stage.latest, in.RetryMode)
	p.settle(pl)
	return &api.RetryStageExecutionOutput{PipelineExecutionId: in.PipelineExecutionId}, nil
}

// retry takes a failed run up again: its failed actions, or all of them, start anew.
func (p *CodePipeline) retry(run *stageRun, mode types.StageRetryMode) {
	e := run.execution
	e.status, e.updated = types.PipelineExecutionStatusInProgress, p.clock()
	e.attempt++
	run.status, run.retried = types.StageExecutionStatusInProgress, p.clock()
	run.retries++
	p.emitPipeline(e, "RESUMED")
	p.emitStage(run, "RESUMED")
	for _, a := range run.actions {
		a.retried = a.retried || mode == types.StageRetryModeAllActions || a.status == types.ActionExecutionStatusFailed
	}
}
