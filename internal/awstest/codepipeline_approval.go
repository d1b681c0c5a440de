package awstest

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// ApprovalState is the state an approval was left in, in the ledger under the kind "approval".
type ApprovalState struct {
	Pipeline, Stage, Action string
	// Execution and ActionExecution are ids; a retried stage has the same execution and a new action execution.
	Execution, ActionExecution string
	// Status is "Approved" or "Rejected"; in the register also "" while it is open and "Expired", "Abandoned".
	Status string
	// Summary is the text given with the answer.
	Summary string
	// By is the access key id (or the person's name, or ARN) that answered.
	By string
}

// putApprovalResult is one shot: the first answer to an open approval takes, and nothing after it does. A token that
// was never given out, or whose approval expired or was abandoned, is invalid (AWS note 4).
func (p *CodePipeline) putApprovalResult(in *api.PutApprovalResultInput, c Call) (any, error) {
	pl, err := p.find(in.PipelineName)
	if err != nil {
		return nil, err
	}
	stage, _, err := pl.stage(in.StageName)
	if err != nil {
		return nil, err
	}
	if err := validAnswer(in); err != nil {
		return nil, err
	}
	if !declaresApproval(stage, aws.ToString(in.ActionName)) {
		return nil, &awsJSONError{"ActionNotFoundException",
			"Stage '" + *in.StageName + "' does not have an approval action with name '" + *in.ActionName + "'"}
	}
	a := pl.approval(in)
	if a == nil {
		return nil, &awsJSONError{"InvalidApprovalTokenException", "The approval token is not valid."}
	}
	err = p.mayAnswer(a, aws.ToString(in.Token))
	a.attempts = append(a.attempts, ApprovalAttempt{
		At: p.clock(), Actor: c.Actor, Status: string(in.Result.Status), Error: codeOf(err),
	})
	if err != nil {
		if state := a.state(); a.answered {
			p.ledger.Refuse(c.Actor, state.Execution, string(in.Result.Status), accepted{state.Status, state.By})
		}
		return nil, err
	}
	p.answer(a, in.Result.Status, aws.ToString(in.Result.Summary), c.Actor)
	p.settle(pl)
	return &api.PutApprovalResultOutput{ApprovedAt: aws.Time(a.updated)}, nil
}

func validAnswer(in *api.PutApprovalResultInput) error {
	if err := checkMembers(inputMember{"actionName", in.ActionName, namePattern}, inputMember{"token", in.Token, uuidPattern}); err != nil {
		return err
	}
	if in.Result == nil {
		return pipelineValidation("result", "Member must not be null")
	}
	if in.Result.Summary == nil {
		return pipelineValidation("result.summary", "Member must not be null")
	}
	if err := checkEnum("result.status", in.Result.Status, types.ApprovalStatus("").Values()); err != nil {
		return err
	}
	return checkLength("result.summary", in.Result.Summary, 512)
}

func declaresApproval(stage *types.StageDeclaration, action string) bool {
	for _, decl := range stage.Actions {
		if aws.ToString(decl.Name) == action {
			return decl.ActionTypeId.Category == types.ActionCategoryApproval
		}
	}
	return false
}

// approval finds the run the token was made for; without one, the newest run of the action, to count the attempt at.
func (pl *pipelineState) approval(in *api.PutApprovalResultInput) *actionRun {
	var newest *actionRun
	for _, e := range pl.executions {
		for _, run := range e.runs {
			for _, a := range run.actions {
				if aws.ToString(run.decl.Name) != *in.StageName || aws.ToString(a.decl.Name) != *in.ActionName {
					continue
				}
				if newest = a; a.token == *in.Token {
					return a
				}
			}
		}
	}
	return newest
}

// mayAnswer refuses what cannot be answered with this token. AWS describes InvalidApprovalTokenException as "already
// received a response or has expired" and has ApprovalAlreadyCompletedException beside it: which of the two a second
// answer gets is RefuseAnswered's choice (AWS note 4).
func (p *CodePipeline) mayAnswer(a *actionRun, token string) error {
	switch {
	case a.token == token && a.open():
		return nil
	case a.token == token && a.answered && !p.oneError:
		return &awsJSONError{"ApprovalAlreadyCompletedException", "The approval action has already been approved or rejected."}
	default:
		return &awsJSONError{"InvalidApprovalTokenException",
			"The approval request already received a response or has expired."}
	}
}

// answer applies an answer: the action ends, and a rejection fails the stage and the execution.
func (p *CodePipeline) answer(a *actionRun, status types.ApprovalStatus, summary, actor string) {
	a.answered, a.summary, a.actor, a.by = true, summary, actor, p.principal(actor)
	if status == types.ApprovalStatusApproved {
		p.endAction(a, types.ActionExecutionStatusSucceeded, "SUCCEEDED")
	} else {
		p.endAction(a, types.ActionExecutionStatusFailed, "FAILED")
	}
	state := a.state()
	p.ledger.Append(actor, "approval", p.arn(state.Pipeline, state.Stage, state.Action), state)
}

// expireDue ends every approval nobody answered in time: seven days, or the action's own timeout (AWS note 1.2).
func (p *CodePipeline) expireDue() {
	for _, pl := range p.byName() {
		for _, a := range pl.openApprovals() {
			wait := 7 * 24 * time.Hour
			if a.decl.TimeoutInMinutes != nil {
				wait = time.Duration(*a.decl.TimeoutInMinutes) * time.Minute
			}
			if !p.clock().Before(a.started.Add(wait)) {
				p.expire(a)
			}
		}
	}
}

// expire fails an approval for want of an answer.
func (p *CodePipeline) expire(a *actionRun) {
	a.failure = fmt.Sprintf("The approval was not answered within its timeout, since %s.", eventTime(a.started))
	p.endAction(a, types.ActionExecutionStatusFailed, "FAILED")
	p.settle(a.run.execution.pipeline)
}
