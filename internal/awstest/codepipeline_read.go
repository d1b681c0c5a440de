package awstest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// getPipeline answers the declaration as it stands. Older versions are not kept, so asking for one is an error.
func (p *CodePipeline) getPipeline(in *api.GetPipelineInput, _ Call) (any, error) {
	pl, err := p.find(in.Name)
	if err != nil {
		return nil, err
	}
	if in.Version != nil && *in.Version != *pl.decl.Version {
		return nil, &awsJSONError{"PipelineVersionNotFoundException", "The pipeline version cannot be found."}
	}
	return &api.GetPipelineOutput{Pipeline: &pl.decl, Metadata: &types.PipelineMetadata{
		PipelineArn: aws.String(p.arn(*in.Name)), Created: &pl.created, Updated: &pl.updated,
	}}, nil
}

// getPipelineState answers the latest execution of each stage, and nothing of older ones (AWS note 1.2, "Race").
func (p *CodePipeline) getPipelineState(in *api.GetPipelineStateInput, _ Call) (any, error) {
	pl, err := p.find(in.Name)
	if err != nil {
		return nil, err
	}
	p.read(pl)
	out := &api.GetPipelineStateOutput{
		PipelineName: in.Name, PipelineVersion: pl.decl.Version, Created: &pl.created, Updated: &pl.updated,
	}
	for _, decl := range pl.decl.Stages {
		out.StageStates = append(out.StageStates, pl.stageShown(decl))
	}
	return out, nil
}

// stageShown is a stage in GetPipelineState. Its actions are those of the stage's latest execution; one that has not
// begun there shows no execution.
func (pl *pipelineState) stageShown(decl types.StageDeclaration) types.StageState {
	stage := pl.stages[aws.ToString(decl.Name)]
	shown := types.StageState{
		StageName: decl.Name, InboundTransitionState: &types.TransitionState{Enabled: true},
	}
	for _, e := range stage.waiting {
		shown.InboundExecutions = append(shown.InboundExecutions, types.StageExecution{
			PipelineExecutionId: aws.String(e.id), Status: types.StageExecutionStatusInProgress, Type: e.kind,
		})
	}
	if len(shown.InboundExecutions) > 0 {
		shown.InboundExecution = &shown.InboundExecutions[0]
	}
	run := stage.latest
	if run != nil {
		shown.LatestExecution = &types.StageExecution{
			PipelineExecutionId: aws.String(run.execution.id), Status: run.status, Type: run.execution.kind,
		}
	}
	if run != nil && run.retries > 0 {
		shown.RetryStageMetadata = &types.RetryStageMetadata{
			ManualStageRetryAttempt: aws.Int32(run.retries), LatestRetryTrigger: types.RetryTriggerManualStageRetry,
		}
	}
	for _, action := range decl.Actions {
		state := types.ActionState{ActionName: action.Name}
		if run != nil {
			if a := run.latest(aws.ToString(action.Name)); a != nil {
				state.LatestExecution = a.shown()
			}
		}
		shown.ActionStates = append(shown.ActionStates, state)
	}
	return shown
}

// shown is an action execution in GetPipelineState. The token stands here only while the approval is open, and not at
// all in PARALLEL mode (AWS note 1.2, "Where the token is").
func (a *actionRun) shown() *types.ActionExecution {
	shown := &types.ActionExecution{
		ActionExecutionId: aws.String(a.id), Status: a.status, LastStatusChange: &a.updated,
		Summary: unlessEmpty(a.summary), LastUpdatedBy: unlessEmpty(a.by),
	}
	if a.failure != "" {
		shown.ErrorDetails = &types.ErrorDetails{Message: aws.String(a.failure)}
	}
	switch {
	case a.open() && !a.parallel():
		shown.Token = aws.String(a.token)
	case !a.approval():
		shown.ExternalExecutionId, shown.ExternalExecutionUrl = unlessEmpty(a.externalID), unlessEmpty(a.url)
	}
	return shown
}

func (a *actionRun) parallel() bool {
	return a.run.execution.pipeline.decl.ExecutionMode == types.ExecutionModeParallel
}

// unlessEmpty is a member that is absent when empty.
func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (p *CodePipeline) getPipelineExecution(in *api.GetPipelineExecutionInput, _ Call) (any, error) {
	pl, err := p.find(in.PipelineName)
	if err != nil {
		return nil, err
	}
	p.read(pl)
	e, err := pl.existing(in.PipelineExecutionId)
	if err != nil {
		return nil, err
	}
	shown := &types.PipelineExecution{
		PipelineName: in.PipelineName, PipelineVersion: aws.Int32(e.version), PipelineExecutionId: aws.String(e.id),
		Status: e.status, ExecutionMode: pl.decl.ExecutionMode, ExecutionType: e.kind, Trigger: &e.trigger,
		RollbackMetadata: e.rollbackMetadata(),
	}
	for _, variable := range pl.decl.Variables {
		shown.Variables = append(shown.Variables, types.ResolvedPipelineVariable{
			Name: variable.Name, ResolvedValue: aws.String(e.variable(aws.ToString(variable.Name))),
		})
	}
	for _, source := range e.sources() {
		shown.ArtifactRevisions = append(shown.ArtifactRevisions, types.ArtifactRevision{
			Name: source.artifact, RevisionId: aws.String(source.revision), Created: &e.started,
		})
	}
	return &api.GetPipelineExecutionOutput{PipelineExecution: shown}, nil
}
