package codepipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// approval is one approval request as AWS shows it now.
type approval struct {
	status types.ActionExecutionStatus
	// by is an ARN; summary is the answer's text.
	by, summary string
	// broken: it ended with an error instead of an answer.
	broken bool
}

// find reads a gate's approval: the one of the gate's execution and action
// execution, whatever the stage runs by now. It is nil when there is none any
// more. The token, nil unless the approval is open, stays behind its pointer.
//
// GetPipelineState knows the stage's current execution only, and in PARALLEL
// mode no token; ListActionExecutions knows them all (CodePipeline user guide,
// "Approve or reject an approval action").
func (p *Pipelines) find(ctx context.Context, gate statemachine.Gate) (found *approval, token *string, err error) {
	state, err := p.state(ctx, gate.Pipeline)
	if err != nil {
		return nil, nil, unlessGone(err)
	}
	a, execution := actionIn(state, gate.Stage, gate.Action)
	ours := a != nil && execution == gate.Execution && aws.ToString(a.ActionExecutionId) == gate.ActionExecution
	if ours && (a.Status != types.ActionExecutionStatusInProgress || a.Token != nil) {
		return &approval{
			status: a.Status, by: aws.ToString(a.LastUpdatedBy), summary: aws.ToString(a.Summary), broken: a.ErrorDetails != nil,
		}, a.Token, nil
	}
	return p.findInHistory(ctx, gate)
}

func (p *Pipelines) findInHistory(ctx context.Context, gate statemachine.Gate) (*approval, *string, error) {
	actions, err := p.actions(ctx, gate.Pipeline, gate.Execution)
	if err != nil {
		return nil, nil, unlessGone(err)
	}
	passed := false
	for _, a := range actions {
		if aws.ToString(a.ActionExecutionId) == gate.ActionExecution {
			found, token := inHistory(a)
			return found, token, nil
		}
		passed = passed || aws.ToString(a.StageName) == gate.Stage && aws.ToString(a.ActionName) == gate.Action &&
			(a.Status == types.ActionExecutionStatusInProgress || a.Status == types.ActionExecutionStatusSucceeded)
	}
	if passed {
		return nil, nil, nil
	}
	return nil, nil, p.missing(ctx, gate)
}

func inHistory(a types.ActionExecutionDetail) (*approval, *string) {
	found := &approval{status: a.Status, by: aws.ToString(a.UpdatedBy)}
	if a.Output == nil || a.Output.ExecutionResult == nil {
		return found, nil
	}
	result := a.Output.ExecutionResult
	found.summary, found.broken = aws.ToString(result.ExternalExecutionSummary), result.ErrorDetails != nil
	if a.Status != types.ActionExecutionStatusInProgress {
		return found, nil
	}
	return found, result.ExternalExecutionId
}

// missing tells an approval that AWS does not show yet, which is an error, from
// one that will never be: its execution is over.
func (p *Pipelines) missing(ctx context.Context, gate statemachine.Gate) error {
	e, err := p.execution(ctx, gate.Pipeline, gate.Execution)
	if err != nil {
		return unlessGone(err)
	}
	if !underWay(e.Status) {
		return nil
	}
	return &worker.CallError{
		Call: callActions, Resource: gate.Pipeline, Kind: worker.ErrUnavailable,
		Err: fmt.Errorf("approval %s of execution %s is not shown yet", gate.ActionExecution, gate.Execution),
	}
}

// unlessGone: a gate whose pipeline or execution was deleted is gone, which is
// an answer and no error.
func unlessGone(err error) error {
	if errors.Is(err, worker.ErrNotFound) {
		return nil
	}
	return err
}

// mark begins the text of every answer of a release.
func mark(release string) string { return "serin " + release + ":" }

// look is what an approval says to a release.
func (a *approval) look(release string) (statemachine.GateLook, error) {
	if a == nil {
		return statemachine.GateLook{Status: statemachine.GateGone}, nil
	}
	answered := statemachine.GateLook{By: a.by, Ours: strings.Contains(a.summary, mark(release))}
	switch a.status {
	case types.ActionExecutionStatusInProgress:
		return statemachine.GateLook{Status: statemachine.GateOpen}, nil
	case types.ActionExecutionStatusAbandoned:
		return statemachine.GateLook{Status: statemachine.GateGone}, nil
	case types.ActionExecutionStatusSucceeded:
		answered.Status = statemachine.GateApproved
		return answered, nil
	case types.ActionExecutionStatusFailed:
		answered.Status = statemachine.GateRejected
		if a.broken && a.summary == "" {
			answered.By = "" // its time ended: whoever AWS names has not answered
		}
		return answered, nil
	}
	return statemachine.GateLook{}, fmt.Errorf("the approval's status %q is unknown: %w", a.status, worker.ErrUnavailable)
}
