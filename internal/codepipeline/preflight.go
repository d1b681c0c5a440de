package codepipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func (p *Pipelines) definition(ctx context.Context, pipeline string) (*types.PipelineDeclaration, error) {
	out, err := p.api.GetPipeline(ctx, &sdk.GetPipelineInput{Name: &pipeline})
	if err != nil {
		return nil, failed("read pipeline "+pipeline, callPipeline, pipeline, err)
	}
	return out.Pipeline, nil
}

// Preflight reads the pipeline's definition and says why the gate can't work.
func (p *Pipelines) Preflight(ctx context.Context, gate worker.GateSpec, ownStage bool) ([]statemachine.Problem, error) {
	decl, err := p.definition(ctx, gate.Pipeline)
	if err != nil {
		return nil, err
	}
	return problems(decl, gate, ownStage), nil
}

func problems(decl *types.PipelineDeclaration, gate worker.GateSpec, ownStage bool) []statemachine.Problem {
	stage, action := declared(decl, gate)
	switch {
	case action == nil:
		return []statemachine.Problem{{Code: statemachine.CodeGateGone,
			Text: fmt.Sprintf("pipeline %s has no action %s in a stage %s", gate.Pipeline, gate.Action, gate.Stage)}}
	case !manualApproval(action):
		return []statemachine.Problem{{Code: statemachine.CodeGateGone,
			Text: fmt.Sprintf("action %s of pipeline %s's stage %s is no manual approval", gate.Action, gate.Pipeline, gate.Stage)}}
	case !ownStage:
		return nil
	}
	var found []statemachine.Problem
	if decl.ExecutionMode == types.ExecutionModeParallel {
		found = append(found, statemachine.Problem{Code: statemachine.CodeDeployOutside, Text: fmt.Sprintf(
			"pipeline %s is in PARALLEL mode: another execution may deploy over a running release; use QUEUED or SUPERSEDED", gate.Pipeline)})
	}
	deploysBefore := func(a types.ActionDeclaration) bool { return mayDeploy(a) && runOrder(&a) < runOrder(action) }
	if !slices.ContainsFunc(stage.Actions, deploysBefore) {
		found = append(found, statemachine.Problem{Code: statemachine.CodeDeployOutside, Text: fmt.Sprintf(
			"no action before %s in stage %s of pipeline %s deploys, so the next execution may deploy over a running release; "+
				"move the deploying action into this stage, before the gate", gate.Action, gate.Stage, gate.Pipeline)})
	}
	return found
}

func declared(decl *types.PipelineDeclaration, gate worker.GateSpec) (*types.StageDeclaration, *types.ActionDeclaration) {
	for i := range decl.Stages {
		stage := &decl.Stages[i]
		if aws.ToString(stage.Name) != gate.Stage {
			continue
		}
		for j := range stage.Actions {
			if aws.ToString(stage.Actions[j].Name) == gate.Action {
				return stage, &stage.Actions[j]
			}
		}
	}
	return nil, nil
}

func manualApproval(a *types.ActionDeclaration) bool {
	id := a.ActionTypeId
	return id != nil && id.Category == types.ActionCategoryApproval && id.Owner == types.ActionOwnerAws &&
		aws.ToString(id.Provider) == "Manual"
}

// mayDeploy: nothing says which action deploys. A Build, an Invoke and a Compute
// ("Commands") action can run any command.
func mayDeploy(a types.ActionDeclaration) bool {
	if a.ActionTypeId == nil {
		return false
	}
	switch a.ActionTypeId.Category {
	case types.ActionCategoryDeploy, types.ActionCategoryBuild, types.ActionCategoryInvoke, types.ActionCategoryCompute:
		return true
	case types.ActionCategorySource, types.ActionCategoryTest, types.ActionCategoryApproval:
	}
	return false
}

// runOrder is 1 when the declaration says nothing.
func runOrder(a *types.ActionDeclaration) int32 { return max(aws.ToInt32(a.RunOrder), 1) }
