package awstest

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// StartExecution starts an execution and returns its id and the STARTED event. It stands before its first stage until
// Run or OpenApproval lets it go.
func (p *CodePipeline) StartExecution(pipeline string, options ExecutionOptions) (string, []json.RawMessage, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pl, ok := p.pipelines[pipeline]
	if !ok {
		return "", nil, fmt.Errorf("start an execution of pipeline %q: there is none", pipeline)
	}
	var id string
	caused, err := p.events.during(func() error {
		id = p.start(pl, options).id
		return nil
	})
	return id, caused, err
}

// Run lets an execution go until it waits at an approval, for a held action or outside a stage, or is over. It returns
// the events in AWS's order.
func (p *CodePipeline) Run(pipeline, execution string) ([]json.RawMessage, error) {
	return p.change(pipeline, execution, func(*pipelineExecution) error { return nil })
}

// OpenApproval lets an execution go to its next approval and returns that with the events, the last of which is the
// approval's STARTED. An execution that does not arrive at one is an error.
func (p *CodePipeline) OpenApproval(pipeline, execution string) (Approval, []json.RawMessage, error) {
	caused, err := p.Run(pipeline, execution)
	if err != nil {
		return Approval{}, nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	a, err := p.pipelines[pipeline].execution(&execution).openApproval()
	if err != nil {
		return Approval{}, caused, err
	}
	return a.approvalRequest(), caused, nil
}

// FinishAction ends a held action of an execution, well or not, and returns the events.
func (p *CodePipeline) FinishAction(pipeline, execution, stage, action string, failed bool) ([]json.RawMessage, error) {
	return p.change(pipeline, execution, func(e *pipelineExecution) error {
		run := e.current()
		if run == nil || aws.ToString(run.decl.Name) != stage || run.latest(action) == nil ||
			run.latest(action).status != types.ActionExecutionStatusInProgress {
			return fmt.Errorf("finish %s/%s of %s: it is not in progress", stage, action, execution)
		}
		if failed {
			p.endAction(run.latest(action), types.ActionExecutionStatusFailed, "FAILED")
		} else {
			p.endAction(run.latest(action), types.ActionExecutionStatusSucceeded, "SUCCEEDED")
		}
		return nil
	})
}

// change applies f to an execution, lets the pipeline settle, and returns the events both caused.
func (p *CodePipeline) change(pipeline, id string, f func(*pipelineExecution) error) ([]json.RawMessage, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pl, ok := p.pipelines[pipeline]
	if !ok {
		return nil, fmt.Errorf("pipeline %q: there is none", pipeline)
	}
	e := pl.execution(&id)
	if e == nil {
		return nil, fmt.Errorf("execution %q of pipeline %q: there is none", id, pipeline)
	}
	return p.events.during(func() error {
		e.begun = true
		if err := f(e); err != nil {
			return err
		}
		p.settle(pl)
		return nil
	})
}

// start makes an execution that has not begun.
func (p *CodePipeline) start(pl *pipelineState, options ExecutionOptions) *pipelineExecution {
	if options.StartTime.IsZero() {
		options.StartTime = p.clock()
	}
	if options.StartedBy == "" {
		options.StartedBy = p.admin()
	}
	if options.Trigger.TriggerType == "" {
		options.Trigger = types.ExecutionTrigger{
			TriggerType: types.TriggerTypeStartPipelineExecution, TriggerDetail: aws.String(options.StartedBy),
		}
	}
	e := &pipelineExecution{
		id: p.events.uuid("codepipeline execution"), pipeline: pl, options: options,
		status: types.PipelineExecutionStatusInProgress, kind: types.ExecutionTypeStandard,
		version: aws.ToInt32(pl.decl.Version), started: options.StartTime, updated: options.StartTime,
		trigger: options.Trigger, end: len(pl.decl.Stages), attempt: 1,
	}
	pl.executions = append(pl.executions, e)
	p.emitPipeline(e, "STARTED")
	return e
}
