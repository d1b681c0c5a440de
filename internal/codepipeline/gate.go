package codepipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// What AWS takes of a text (API reference: ApprovalResult, StopPipelineExecution).
const (
	maxSummary = 512
	maxReason  = 200
)

// Observe reads what a gate says to this release's execution. A gate whose
// pipeline or execution was deleted is gone.
func (p *Pipelines) Observe(ctx context.Context, gate statemachine.Gate, release string) (statemachine.GateLook, error) {
	found, _, err := p.find(ctx, gate)
	if err != nil {
		return statemachine.GateLook{}, err
	}
	return found.look(release)
}

// Answer answers an open gate; one that is answered already says who did. AWS
// takes one answer, so one it has taken is ours; a refusal may be the second
// attempt at an answer that was lost on its way back, so it is read back.
func (p *Pipelines) Answer(ctx context.Context, gate statemachine.Gate, release string, approve bool, text string) (statemachine.GateLook, error) {
	found, token, err := p.find(ctx, gate)
	if err != nil {
		return statemachine.GateLook{}, err
	}
	look, err := found.look(release)
	if err != nil || look.Status != statemachine.GateOpen {
		return look, err
	}
	if token == nil {
		return statemachine.GateLook{}, &worker.CallError{Call: callActions, Resource: resource(gate), Kind: worker.ErrUnavailable,
			Err: errors.New("the approval is open, but AWS does not show yet what to answer it with")}
	}
	said := result(approve)
	_, err = p.api.PutApprovalResult(ctx, &sdk.PutApprovalResultInput{
		PipelineName: &gate.Pipeline, StageName: &gate.Stage, ActionName: &gate.Action, Token: token,
		Result: &types.ApprovalResult{Status: said, Summary: aws.String(summary(release, text))},
	})
	if err != nil {
		return p.refused(ctx, gate, release, failed("answer gate "+resource(gate)+" "+string(said), callAnswer, resource(gate), err))
	}
	if approve {
		return statemachine.GateLook{Status: statemachine.GateApproved, Ours: true}, nil
	}
	return statemachine.GateLook{Status: statemachine.GateRejected, Ours: true}, nil
}

func result(approve bool) types.ApprovalStatus {
	if approve {
		return types.ApprovalStatusApproved
	}
	return types.ApprovalStatusRejected
}

// refused reads back who was faster: ApprovalAlreadyCompletedException, or
// InvalidApprovalTokenException, which says "answered or expired". Anything
// else, and an approval that still shows open, stays an error.
func (p *Pipelines) refused(ctx context.Context, gate statemachine.Gate, release string, refusal error) (statemachine.GateLook, error) {
	if !errors.Is(refusal, worker.ErrConflict) {
		return statemachine.GateLook{}, refusal
	}
	look, err := p.Observe(ctx, gate, release)
	if err != nil {
		return look, fmt.Errorf("%w; read back: %w", refusal, err)
	}
	if look.Status == statemachine.GateOpen {
		return statemachine.GateLook{}, refusal
	}
	return look, nil
}

// resource is the gate as IAM names it, without account and region.
func resource(gate statemachine.Gate) string {
	return gate.Pipeline + "/" + gate.Stage + "/" + gate.Action
}

// summary is an answer's text, marked as this release's.
func summary(release, text string) string {
	if !strings.HasPrefix(text, mark(release)) {
		text = mark(release) + " " + text
	}
	return cut(text, maxSummary)
}

// cut shortens a text to at most limit characters, as AWS counts them: UTF-16.
func cut(text string, limit int) string {
	length := 0
	for i, r := range text {
		length += max(utf16.RuneLen(r), 1)
		if length > limit {
			return text[:i]
		}
	}
	return text
}
