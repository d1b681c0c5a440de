package awstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// Approval is one approval request of a pipeline, open or over.
type Approval struct {
	ApprovalState
	// Token is what PutApprovalResult must show. A secret: it may stand in no log and no table.
	Token string
	// Opened is when the approval began to wait.
	Opened time.Time
	// Attempts are all calls of PutApprovalResult that named this approval, the refused ones too, and a person's answer.
	Attempts []ApprovalAttempt
}

// ApprovalAttempt is one try at answering an approval.
type ApprovalAttempt struct {
	At time.Time
	// Actor is the access key id, or the person's name.
	Actor string
	// Status is what was asked for: "Approved" or "Rejected".
	Status string
	// Error is the code it was refused with; empty for the one that took.
	Error string
}

// Approvals is the register of every approval that was ever opened, oldest first, with every attempt to answer it.
func (p *CodePipeline) Approvals() []Approval {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expireDue()
	var all []Approval
	for _, pl := range p.byName() {
		for _, e := range pl.executions {
			for _, run := range e.runs {
				for _, a := range run.actions {
					if a.approval() {
						all = append(all, a.approvalRequest())
					}
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Approval) int { return a.Opened.Compare(b.Opened) })
	return all
}

// PersonAnswers answers the open approval of an execution as a person does in the console, and returns the events.
func (p *CodePipeline) PersonAnswers(
	pipeline, execution string, status types.ApprovalStatus, who string,
) ([]json.RawMessage, error) {
	return p.change(pipeline, execution, func(e *pipelineExecution) error {
		a, err := e.openApproval()
		if err != nil {
			return err
		}
		a.attempts = append(a.attempts, ApprovalAttempt{At: p.clock(), Actor: who, Status: string(status)})
		p.answer(a, status, string(status)+" in the console", who)
		return nil
	})
}

// ExpireApproval lets the time of an execution's open approval run out, and returns the events.
func (p *CodePipeline) ExpireApproval(pipeline, execution string) ([]json.RawMessage, error) {
	return p.change(pipeline, execution, func(e *pipelineExecution) error {
		a, err := e.openApproval()
		if err != nil {
			return err
		}
		p.expire(a)
		return nil
	})
}

// RefuseAnswered chooses the error of a second answer: ApprovalAlreadyCompletedException (the default), or
// InvalidApprovalTokenException for everything, which AWS's text allows as well.
func (p *CodePipeline) RefuseAnswered(withInvalidToken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.oneError = withInvalidToken
}

func (a *actionRun) approvalRequest() Approval {
	return Approval{ApprovalState: a.state(), Token: a.token, Opened: a.started, Attempts: slices.Clone(a.attempts)}
}

func (a *actionRun) state() ApprovalState {
	state := ApprovalState{
		Pipeline: aws.ToString(a.run.execution.pipeline.decl.Name), Stage: aws.ToString(a.run.decl.Name),
		Action: aws.ToString(a.decl.Name), Execution: a.run.execution.id, ActionExecution: a.id,
	}
	switch {
	case a.answered && a.status == types.ActionExecutionStatusSucceeded:
		state.Status = string(types.ApprovalStatusApproved)
	case a.answered:
		state.Status = string(types.ApprovalStatusRejected)
	case a.status == types.ActionExecutionStatusFailed:
		state.Status = "Expired"
	case a.status == types.ActionExecutionStatusAbandoned:
		state.Status = "Abandoned"
	}
	if a.answered {
		state.Summary, state.By = a.summary, a.actor
	}
	return state
}

// openApproval is the approval an execution waits at.
func (e *pipelineExecution) openApproval() (*actionRun, error) {
	if run := e.current(); run != nil {
		for _, a := range run.actions {
			if a.open() {
				return a, nil
			}
		}
	}
	return nil, fmt.Errorf("execution %s is at no open approval, it is %s", e.id, e.status)
}

func (pl *pipelineState) openApprovals() []*actionRun {
	var open []*actionRun
	for _, e := range pl.executions {
		if run := e.current(); run != nil {
			open = append(open, slices.DeleteFunc(run.inProgress(), func(a *actionRun) bool { return !a.open() })...)
		}
	}
	return open
}

// codeOf is the AWS code of an error, "" for nil.
func codeOf(err error) string {
	if refusal, ok := errors.AsType[*awsJSONError](err); ok {
		return refusal.code
	}
	return ""
}
