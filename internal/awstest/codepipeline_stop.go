package awstest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// StopState is what a stop asked for, in the ledger under the kind "stop-execution".
type StopState struct {
	Pipeline, Execution string
	// Abandon cuts running actions off; otherwise they end first.
	Abandon bool
	Reason  string
}

// stopPipelineExecution stops an execution that is under way. Stopping it again is refused, except that stop-and-wait
// may become abandon, once (AWS note 4). The model names no error for an execution that does not exist: not stoppable.
func (p *CodePipeline) stopPipelineExecution(in *api.StopPipelineExecutionInput, c Call) (any, error) {
	if err := checkMembers(inputMember{"pipelineExecutionId", in.PipelineExecutionId, uuidPattern}); err != nil {
		return nil, err
	}
	if err := checkLength("reason", in.Reason, 200); err != nil {
		return nil, err
	}
	pl, err := p.findToChange(in.PipelineName)
	if err != nil {
		return nil, err
	}
	e := pl.execution(in.PipelineExecutionId)
	if e == nil || e.ended() {
		return nil, &awsJSONError{"PipelineExecutionNotStoppableException",
			"Unable to stop the pipeline execution. The execution might already be in a Stopped state, or it might no longer be in progress."}
	}
	if e.status == types.PipelineExecutionStatusStopping && (e.abandon || !in.Abandon) {
		return nil, &awsJSONError{"DuplicatedStopRequestException", "The pipeline execution is already in a Stopping state."}
	}
	p.stop(e, in.Abandon, aws.ToString(in.Reason))
	p.ledger.Append(c.Actor, "stop-execution", p.arn(*in.PipelineName), StopState{
		Pipeline: *in.PipelineName, Execution: e.id, Abandon: in.Abandon, Reason: e.stopReason,
	})
	p.settle(pl)
	return &api.StopPipelineExecutionOutput{PipelineExecutionId: aws.String(e.id)}, nil
}

// stop marks an execution as Stopping; settle does the rest.
func (p *CodePipeline) stop(e *pipelineExecution, abandon bool, reason string) {
	first := e.status == types.PipelineExecutionStatusInProgress
	e.status, e.abandon, e.stopReason = types.PipelineExecutionStatusStopping, abandon, reason
	e.begun, e.updated = true, p.clock()
	if abandon {
		e.slowStop = p.slowStops
	}
	if !first {
		return
	}
	p.emitPipeline(e, "STOPPING")
	if run := e.current(); run != nil {
		p.endStage(run, types.StageExecutionStatusStopping, "STOPPING")
	}
}

// stepStop ends a Stopping execution once its running actions have ended, or are abandoned.
func (p *CodePipeline) stepStop(e *pipelineExecution, run *stageRun) bool {
	if e.slowStop > 0 {
		return false
	}
	if run != nil {
		running := run.inProgress()
		if len(running) > 0 && !e.abandon {
			return false
		}
		for _, a := range running {
			p.endAction(a, types.ActionExecutionStatusAbandoned, "ABANDONED")
		}
		p.endStage(run, types.StageExecutionStatusStopped, "STOPPED")
	}
	p.end(e, types.PipelineExecutionStatusStopped, "STOPPED")
	return true
}

// cancel ends an execution because the pipeline's definition changed under it.
func (p *CodePipeline) cancel(e *pipelineExecution) {
	if run := e.current(); run != nil {
		for _, a := range run.inProgress() {
			p.endAction(a, types.ActionExecutionStatusAbandoned, "CANCELED")
		}
		p.endStage(run, types.StageExecutionStatusCancelled, "CANCELED")
	}
	p.end(e, types.PipelineExecutionStatusCancelled, "CANCELED")
}

// read counts one read of a pipeline down from what SlowStops asks for.
func (p *CodePipeline) read(pl *pipelineState) {
	for _, e := range pl.executions {
		if e.slowStop == 0 {
			continue
		}
		if e.slowStop--; e.slowStop == 0 {
			p.settle(pl)
		}
	}
}
