package codepipeline

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/worker"
)

// Waiting returns the gate's open approvals. In QUEUED and SUPERSEDED mode a
// stage holds one execution, and one call says all; in PARALLEL mode everything
// under way is looked through.
func (p *Pipelines) Waiting(ctx context.Context, gate worker.GateSpec) ([]worker.OpenGate, error) {
	state, err := p.state(ctx, gate.Pipeline)
	if err != nil {
		return nil, err
	}
	how, err := p.mode(ctx, gate.Pipeline, aws.ToInt32(state.PipelineVersion))
	if err != nil {
		return nil, err
	}
	if how == types.ExecutionModeParallel {
		return p.waitingInParallel(ctx, gate)
	}
	a, execution := actionIn(state, gate.Stage, gate.Action)
	if a == nil || a.Status != types.ActionExecutionStatusInProgress || a.Token == nil {
		return nil, nil
	}
	return []worker.OpenGate{{
		Execution: execution, ActionExecution: aws.ToString(a.ActionExecutionId), StartedAt: aws.ToTime(a.LastStatusChange),
	}}, nil
}

func (p *Pipelines) waitingInParallel(ctx context.Context, gate worker.GateSpec) ([]worker.OpenGate, error) {
	executions, err := p.running(ctx, gate.Pipeline)
	if err != nil {
		return nil, err
	}
	var open []worker.OpenGate
	for _, execution := range executions {
		actions, err := p.actions(ctx, gate.Pipeline, execution)
		if err != nil {
			return nil, err
		}
		for _, a := range actions {
			if aws.ToString(a.StageName) == gate.Stage && aws.ToString(a.ActionName) == gate.Action &&
				a.Status == types.ActionExecutionStatusInProgress {
				open = append(open, worker.OpenGate{
					Execution: execution, ActionExecution: aws.ToString(a.ActionExecutionId), StartedAt: aws.ToTime(a.StartTime),
				})
			}
		}
	}
	return open, nil
}

// running lists the executions under way. The history is kept for a year, newest
// first: a page of it on which everything is over ends the search.
func (p *Pipelines) running(ctx context.Context, pipeline string) ([]string, error) {
	var running []string
	pages := sdk.NewListPipelineExecutionsPaginator(p.api, &sdk.ListPipelineExecutionsInput{PipelineName: &pipeline})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failed("list the executions of pipeline "+pipeline, callExecutions, pipeline, err)
		}
		if !slices.ContainsFunc(page.PipelineExecutionSummaries, summaryUnderWay) {
			break
		}
		for _, e := range page.PipelineExecutionSummaries {
			if summaryUnderWay(e) {
				running = append(running, aws.ToString(e.PipelineExecutionId))
			}
		}
	}
	return running, nil
}

func summaryUnderWay(e types.PipelineExecutionSummary) bool { return underWay(e.Status) }

// mode is a pipeline's execution mode as of a version of its definition.
type mode struct {
	version int32
	is      types.ExecutionMode
}

// mode reads the definition when its version is a new one.
func (p *Pipelines) mode(ctx context.Context, pipeline string, version int32) (types.ExecutionMode, error) {
	p.mu.Lock()
	known, ok := p.modes[pipeline]
	p.mu.Unlock()
	if ok && known.version == version {
		return known.is, nil
	}
	decl, err := p.definition(ctx, pipeline)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.modes[pipeline] = mode{version: aws.ToInt32(decl.Version), is: decl.ExecutionMode}
	return decl.ExecutionMode, nil
}
