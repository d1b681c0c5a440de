package awstest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codepipeline"
)

// startPipelineExecution starts and runs an execution. The same clientRequestToken gives the same execution again
// (AWS note 4; 0.3).
func (p *CodePipeline) startPipelineExecution(in *api.StartPipelineExecutionInput, c Call) (any, error) {
	if in.ClientRequestToken != nil {
		if err := checkMembers(inputMember{"clientRequestToken", in.ClientRequestToken, `[a-zA-Z0-9-]{1,128}`}); err != nil {
			return nil, err
		}
	}
	pl, err := p.findToChange(in.Name)
	if err != nil {
		return nil, err
	}
	if id, ok := pl.starts[aws.ToString(in.ClientRequestToken)]; ok {
		return &api.StartPipelineExecutionOutput{PipelineExecutionId: aws.String(id)}, nil
	}
	if err := p.room(pl); err != nil {
		return nil, err
	}
	options := ExecutionOptions{StartedBy: p.principal(c.Actor), Variables: map[string]string{}, Revisions: map[string]string{}}
	for _, variable := range in.Variables {
		options.Variables[aws.ToString(variable.Name)] = aws.ToString(variable.Value)
	}
	for _, revision := range in.SourceRevisions {
		options.Revisions[aws.ToString(revision.ActionName)] = aws.ToString(revision.RevisionValue)
	}
	e := p.start(pl, options)
	e.begun = true
	if in.ClientRequestToken != nil {
		pl.starts[*in.ClientRequestToken] = e.id
	}
	p.settle(pl)
	return &api.StartPipelineExecutionOutput{PipelineExecutionId: aws.String(e.id)}, nil
}

// room refuses one more execution than may be under way.
func (p *CodePipeline) room(pl *pipelineState) error {
	running := 0
	for _, e := range pl.executions {
		if !e.ended() {
			running++
		}
	}
	if running >= p.limit {
		return &awsJSONError{"ConcurrentPipelineExecutionsLimitExceededException",
			"The pipeline has reached the limit for concurrent pipeline executions."}
	}
	return nil
}
