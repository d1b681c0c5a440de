package awstest

import (
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// actionDetail is an action execution in ListActionExecutions. In PARALLEL mode an open approval's token is its
// externalExecutionId; in the other modes that is not said of an open one (AWS note 1.2, "Where the token is").
func (p *CodePipeline) actionDetail(a *actionRun) types.ActionExecutionDetail {
	e := a.run.execution
	region := a.decl.Region
	if region == nil {
		region = aws.String(p.region)
	}
	detail := types.ActionExecutionDetail{
		PipelineExecutionId: aws.String(e.id), ActionExecutionId: aws.String(a.id), PipelineVersion: aws.Int32(e.version),
		StageName: a.run.decl.Name, ActionName: a.decl.Name, StartTime: &a.started, LastUpdateTime: &a.updated,
		UpdatedBy: unlessEmpty(a.by), Status: a.status,
		Input: &types.ActionExecutionInput{
			ActionTypeId: a.decl.ActionTypeId, Configuration: a.decl.Configuration,
			ResolvedConfiguration: e.resolve(a.decl.Configuration), RoleArn: a.decl.RoleArn, Region: region,
			InputArtifacts: a.inputs(), Namespace: a.decl.Namespace,
		},
		Output: &types.ActionExecutionOutput{ExecutionResult: &types.ActionExecutionResult{}},
	}
	result := detail.Output.ExecutionResult
	if !a.open() || a.parallel() {
		result.ExternalExecutionId = unlessEmpty(a.externalID)
	}
	result.ExternalExecutionSummary, result.ExternalExecutionUrl = unlessEmpty(a.summary), unlessEmpty(a.url)
	if a.failure != "" {
		result.ErrorDetails = &types.ErrorDetails{Message: aws.String(a.failure)}
	}
	if a.status == types.ActionExecutionStatusSucceeded {
		detail.Output.OutputArtifacts = a.outputs()
		detail.Output.OutputVariables = e.options.Outputs[a.namespace()]
	}
	return detail
}

// namespace is where the action's output variables are kept.
func (a *actionRun) namespace() string {
	if a.decl.Namespace != nil {
		return *a.decl.Namespace
	}
	return aws.ToString(a.run.decl.Name) + "/" + aws.ToString(a.decl.Name)
}

// resolve replaces #{namespace.variable} in an action's configuration by what the execution has; variables is the
// pipeline's own namespace. What is unknown stays as it is written.
func (e *pipelineExecution) resolve(configuration map[string]string) map[string]string {
	if configuration == nil {
		return nil
	}
	reference := regexp.MustCompile(`#\{[^}]+\}`)
	resolved := make(map[string]string, len(configuration))
	for key, value := range configuration {
		resolved[key] = reference.ReplaceAllStringFunc(value, func(written string) string {
			namespace, name, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(written, "#{"), "}"), ".")
			if namespace == "variables" {
				return e.variable(name)
			}
			if found, ok := e.options.Outputs[namespace][name]; ok {
				return found
			}
			return written
		})
	}
	return resolved
}

// variable is the value of a pipeline variable: what the start gave, else the declared default.
func (e *pipelineExecution) variable(name string) string {
	if value, ok := e.options.Variables[name]; ok {
		return value
	}
	for _, decl := range e.pipeline.decl.Variables {
		if aws.ToString(decl.Name) == name {
			return aws.ToString(decl.DefaultValue)
		}
	}
	return ""
}

// sourceRevision is what a source action brought.
type sourceRevision struct {
	action, artifact *string
	revision         string
}

func (e *pipelineExecution) sources() []sourceRevision {
	var found []sourceRevision
	for _, stage := range e.pipeline.decl.Stages {
		for _, decl := range stage.Actions {
			revision, ok := e.options.Revisions[aws.ToString(decl.Name)]
			if !ok {
				continue
			}
			source := sourceRevision{action: decl.Name, revision: revision}
			if len(decl.OutputArtifacts) > 0 {
				source.artifact = decl.OutputArtifacts[0].Name
			}
			found = append(found, source)
		}
	}
	return found
}

func (e *pipelineExecution) rollbackMetadata() *types.PipelineRollbackMetadata {
	if e.kind != types.ExecutionTypeRollback {
		return nil
	}
	return &types.PipelineRollbackMetadata{RollbackTargetPipelineExecutionId: aws.String(e.target)}
}

func (a *actionRun) inputs() []types.ArtifactDetail {
	var found []types.ArtifactDetail
	for _, artifact := range a.decl.InputArtifacts {
		found = append(found, a.artifact(artifact.Name))
	}
	return found
}

func (a *actionRun) outputs() []types.ArtifactDetail {
	var found []types.ArtifactDetail
	for _, artifact := range a.decl.OutputArtifacts {
		found = append(found, a.artifact(artifact.Name))
	}
	return found
}

// artifact is where an artifact lies: pipeline and artifact name cut short, then a part of the execution's id.
func (a *actionRun) artifact(name *string) types.ArtifactDetail {
	decl := a.run.execution.pipeline.decl
	bucket := "codepipeline-artifacts"
	if decl.ArtifactStore != nil {
		bucket = aws.ToString(decl.ArtifactStore.Location)
	}
	short := aws.ToString(name)[:min(10, len(aws.ToString(name)))]
	key := aws.ToString(decl.Name) + "/" + short + "/" + a.run.execution.id[:7]
	return types.ArtifactDetail{Name: name, S3location: &types.S3Location{Bucket: &bucket, Key: &key}}
}
