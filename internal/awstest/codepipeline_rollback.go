package awstest

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// RollbackState is a stage rollback, in the ledger under the kind "rollback-stage".
type RollbackState struct {
	Pipeline, Stage string
	// Execution is the new execution, of type ROLLBACK; Target is the one it goes back to.
	Execution, Target string
}

// rollbackStage makes a new execution of type ROLLBACK that runs this stage alone, with what the target execution ran
// it with (AWS note 4).
func (p *CodePipeline) rollbackStage(in *api.RollbackStageInput, c Call) (any, error) {
	pl, err := p.findToChange(in.PipelineName)
	if err != nil {
		return nil, err
	}
	_, stage, err := pl.stage(in.StageName)
	if err != nil {
		return nil, err
	}
	target, err := pl.existing(in.TargetPipelineExecutionId)
	if err != nil {
		return nil, err
	}
	if err := mayRollBack(pl, *in.StageName, stage, target); err != nil {
		return nil, err
	}
	e := p.rollBack(pl, *in.StageName, target, p.principal(c.Actor))
	p.ledger.Append(c.Actor, "rollback-stage", p.arn(*in.PipelineName, *in.StageName), RollbackState{
		Pipeline: *in.PipelineName, Stage: *in.StageName, Execution: e.id, Target: target.id,
	})
	e.begun = true
	p.settle(pl)
	return &api.RollbackStageOutput{PipelineExecutionId: aws.String(e.id)}, nil
}

// StartRollback is what RollbackStage does, for a test: the new execution stands before the stage until Run.
func (p *CodePipeline) StartRollback(pipeline, stage, target string) (string, []json.RawMessage, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pl, ok := p.pipelines[pipeline]
	if !ok || pl.stages[stage] == nil || pl.execution(&target) == nil {
		return "", nil, fmt.Errorf("roll back %s/%s to %s: no such pipeline, stage or execution", pipeline, stage, target)
	}
	if err := mayRollBack(pl, stage, pl.stages[stage], pl.execution(&target)); err != nil {
		return "", nil, fmt.Errorf("roll back %s/%s: %w", pipeline, stage, err)
	}
	var id string
	caused, err := p.events.during(func() error {
		id = p.rollBack(pl, stage, pl.execution(&target), p.admin()).id
		return nil
	})
	return id, caused, err
}

// mayRollBack refuses what AWS cannot roll back: PARALLEL mode, a source stage, a stage that is running, a target of
// another pipeline version, and one that did not succeed in this stage.
func mayRollBack(pl *pipelineState, name string, stage *stageState, target *pipelineExecution) error {
	switch {
	case target.version != aws.ToInt32(pl.decl.Version):
		return &awsJSONError{"PipelineExecutionOutdatedException",
			"The specified pipeline execution is outdated and cannot be used as a target pipeline execution for rollback."}
	case pl.decl.ExecutionMode == types.ExecutionModeParallel,
		pl.source(name),
		stage.latest != nil && stage.latest.running(),
		!target.succeededIn(name):
		return &awsJSONError{"UnableToRollbackStageException", "Unable to roll back the stage."}
	}
	return nil
}

// rollBack starts the ROLLBACK execution of one stage.
func (p *CodePipeline) rollBack(pl *pipelineState, stage string, target *pipelineExecution, by string) *pipelineExecution {
	options := target.options
	options.StartedBy, options.StartTime, options.Actions = by, p.clock(), nil
	options.Trigger = types.ExecutionTrigger{TriggerType: types.TriggerTypeManualRollback, TriggerDetail: aws.String(by)}
	e := p.start(pl, options)
	e.kind, e.target = types.ExecutionTypeRollback, target.id
	for i, decl := range pl.decl.Stages {
		if aws.ToString(decl.Name) == stage {
			e.next, e.end = i, i+1
		}
	}
	return e
}

func (pl *pipelineState) source(stage string) bool {
	for _, decl := range pl.decl.Stages {
		if aws.ToString(decl.Name) == stage {
			return decl.Actions[0].ActionTypeId.Category == types.ActionCategorySource
		}
	}
	return false
}

func (e *pipelineExecution) succeededIn(stage string) bool {
	for _, run := range e.runs {
		if aws.ToString(run.decl.Name) == stage && run.status == types.StageExecutionStatusSucceeded {
			return true
		}
	}
	return false
}
