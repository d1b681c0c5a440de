package awstest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// settle lets every execution of the pipeline go as far as it can: until each waits for an answer, for a held action,
// or outside a stage, or is over.
func (p *CodePipeline) settle(pl *pipelineState) {
	for moved := true; moved; {
		moved = false
		for _, e := range pl.executions {
			if e.begun && !e.ended() && p.step(e) {
				moved = true
			}
		}
	}
}

// step makes one move of an execution and reports whether there was one to make.
func (p *CodePipeline) step(e *pipelineExecution) bool {
	run := e.current()
	switch {
	case e.status == types.PipelineExecutionStatusStopping:
		return p.stepStop(e, run)
	case run == nil:
		return p.enter(e)
	}
	group := run.group()
	if len(group) == 0 {
		p.leave(run)
		return true
	}
	started, failed := false, false
	for _, decl := range group {
		a := run.latest(aws.ToString(decl.Name))
		if a == nil {
			p.begin(run, decl)
			started = true
			continue
		}
		failed = failed || a.status == types.ActionExecutionStatusFailed
	}
	if started || !failed || len(run.inProgress()) > 0 {
		return started
	}
	p.endStage(run, types.StageExecutionStatusFailed, "FAILED")
	p.end(e, types.PipelineExecutionStatusFailed, "FAILED")
	return true
}

// enter takes an execution into its next stage, or leaves it waiting outside.
func (p *CodePipeline) enter(e *pipelineExecution) bool {
	decl := e.pipeline.decl.Stages[e.next]
	stage := e.pipeline.stages[aws.ToString(decl.Name)]
	if !e.pipeline.mayEnter(e, stage) {
		return p.wait(e, stage)
	}
	stage.forget(e)
	now := p.clock()
	run := &stageRun{execution: e, decl: decl, status: types.StageExecutionStatusInProgress, started: now}
	e.runs = append(e.runs, run)
	e.next++
	e.updated = now
	stage.latest = run
	p.emitStage(run, "STARTED")
	return true
}

// begin starts an action. Approvals and held actions stay in progress; every other action ends at once, as planned.
func (p *CodePipeline) begin(run *stageRun, decl types.ActionDeclaration) {
	now := p.clock()
	plan := run.execution.options.Actions[aws.ToString(run.decl.Name)+"/"+aws.ToString(decl.Name)]
	a := &actionRun{
		run: run, decl: decl, id: p.events.uuid("codepipeline action"), started: now, updated: now,
		status: types.ActionExecutionStatusInProgress, externalID: plan.ExternalID, url: plan.ExternalURL,
		summary: plan.Summary, by: run.execution.options.StartedBy,
	}
	run.actions = append(run.actions, a)
	if a.approval() {
		a.token = p.events.uuid("codepipeline approval token")
		a.externalID = a.token
	}
	p.emitAction(a, "STARTED")
	switch {
	case a.approval() || plan.Hold:
	case plan.Fail:
		p.endAction(a, types.ActionExecutionStatusFailed, "FAILED")
	default:
		p.endAction(a, types.ActionExecutionStatusSucceeded, "SUCCEEDED")
	}
}

// leave ends a stage whose actions have all succeeded; after the last one the execution is over.
func (p *CodePipeline) leave(run *stageRun) {
	p.endStage(run, types.StageExecutionStatusSucceeded, "SUCCEEDED")
	if e := run.execution; e.next >= e.end {
		p.end(e, types.PipelineExecutionStatusSucceeded, "SUCCEEDED")
	}
}

func (p *CodePipeline) endAction(a *actionRun, status types.ActionExecutionStatus, event string) {
	a.status, a.updated = status, p.clock()
	p.emitAction(a, event)
}

func (p *CodePipeline) endStage(run *stageRun, status types.StageExecutionStatus, event string) {
	run.status = status
	p.emitStage(run, event)
}

func (p *CodePipeline) end(e *pipelineExecution, status types.PipelineExecutionStatus, event string) {
	e.status, e.updated = status, p.clock()
	for _, stage := range e.pipeline.stages {
		stage.forget(e)
	}
	p.emitPipeline(e, event)
}
