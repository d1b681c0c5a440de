package awstest

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// pipelineState is a pipeline: its definition and everything that ever ran in it, oldest first.
type pipelineState struct {
	decl             types.PipelineDeclaration
	created, updated time.Time
	stages           map[string]*stageState
	executions       []*pipelineExecution
	starts           map[string]string // clientRequestToken → execution id
	busy             int               // changing calls still to be refused with ConflictException
}

// stageState is a stage as GetPipelineState shows it: what is or was last in it, and who waits outside.
type stageState struct {
	latest  *stageRun
	waiting []*pipelineExecution
}

// pipelineExecution is one run of a pipeline. It is in a stage, between stages, or over.
type pipelineExecution struct {
	id         string
	pipeline   *pipelineState
	options    ExecutionOptions
	status     types.PipelineExecutionStatus
	kind       types.ExecutionType
	target     string // the execution a rollback goes back to
	version    int32
	started    time.Time
	updated    time.Time
	trigger    types.ExecutionTrigger
	begun      bool // false until a test lets it run
	next, end  int  // stages still to enter: decl.Stages[next:end]
	runs       []*stageRun
	attempt    int
	stopReason string
	abandon    bool
	slowStop   int // reads left for which it still shows Stopping
}

// stageRun is an execution in a stage, its retries included.
type stageRun struct {
	execution *pipelineExecution
	decl      types.StageDeclaration
	status    types.StageExecutionStatus
	started   time.Time
	retried   time.Time
	retries   int32
	actions   []*actionRun // every attempt, oldest first
}

// actionRun is one action execution. An approval has a token, which is not its id: nothing documented says they are
// equal, so nobody may rely on it (AWS note 1.2, 9).
type actionRun struct {
	run        *stageRun
	decl       types.ActionDeclaration
	id         string
	status     types.ActionExecutionStatus
	started    time.Time
	updated    time.Time
	by         string // ARN
	actor      string // who answered an approval: access key id or name
	summary    string
	token      string
	externalID string
	url        string
	failure    string
	answered   bool
	retried    bool // a retry of the stage runs the action again
	attempts   []ApprovalAttempt
}

func (e *pipelineExecution) ended() bool {
	return e.status != types.PipelineExecutionStatusInProgress && e.status != types.PipelineExecutionStatusStopping
}

// current is the stage the execution is in; nil between stages.
func (e *pipelineExecution) current() *stageRun {
	if len(e.runs) == 0 || !e.runs[len(e.runs)-1].running() {
		return nil
	}
	return e.runs[len(e.runs)-1]
}

// newer reports whether e was started after other.
func (e *pipelineExecution) newer(other *pipelineExecution) bool {
	if !e.started.Equal(other.started) {
		return e.started.After(other.started)
	}
	return slices.Index(e.pipeline.executions, e) > slices.Index(e.pipeline.executions, other)
}

func (r *stageRun) running() bool {
	return r.status == types.StageExecutionStatusInProgress || r.status == types.StageExecutionStatusStopping
}

// latest is the attempt at an action that counts, nil before the first and when a retry is due.
func (r *stageRun) latest(action string) *actionRun {
	for _, a := range slices.Backward(r.actions) {
		if aws.ToString(a.decl.Name) == action && !a.retried {
			return a
		}
	}
	return nil
}

// inProgress lists the actions that run now.
func (r *stageRun) inProgress() []*actionRun {
	var running []*actionRun
	for _, a := range r.actions {
		if a.status == types.ActionExecutionStatusInProgress {
			running = append(running, a)
		}
	}
	return running
}

// group is the actions of the lowest run order that have not all succeeded; empty when the stage is through.
func (r *stageRun) group() []types.ActionDeclaration {
	var group []types.ActionDeclaration
	for _, decl := range r.decl.Actions {
		if a := r.latest(aws.ToString(decl.Name)); a != nil && a.status == types.ActionExecutionStatusSucceeded {
			continue
		}
		switch {
		case len(group) == 0 || runOrder(decl) < runOrder(group[0]):
			group = []types.ActionDeclaration{decl}
		case runOrder(decl) == runOrder(group[0]):
			group = append(group, decl)
		}
	}
	return group
}

func runOrder(decl types.ActionDeclaration) int32 {
	return max(aws.ToInt32(decl.RunOrder), 1)
}

func (a *actionRun) approval() bool {
	return a.decl.ActionTypeId.Category == types.ActionCategoryApproval
}

// open reports whether the action is an approval that waits for its answer.
func (a *actionRun) open() bool {
	return a.approval() && a.status == types.ActionExecutionStatusInProgress
}
