package awstest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codepipeline"
)

// codePipelineOperations names what is answered, and what IAM checks for it: the action for PutApprovalResult, the
// stage for Rollback and Retry, the pipeline for everything else (AWS note 4).
func codePipelineOperations() map[string]awsJSONOperation[*CodePipeline] {
	return map[string]awsJSONOperation[*CodePipeline]{
		"GetPipeline": awsJSON(func(p *CodePipeline, in *api.GetPipelineInput) string {
			return p.arn(aws.ToString(in.Name))
		}, (*CodePipeline).getPipeline),
		"GetPipelineState": awsJSON(func(p *CodePipeline, in *api.GetPipelineStateInput) string {
			return p.arn(aws.ToString(in.Name))
		}, (*CodePipeline).getPipelineState),
		"GetPipelineExecution": awsJSON(func(p *CodePipeline, in *api.GetPipelineExecutionInput) string {
			return p.arn(aws.ToString(in.PipelineName))
		}, (*CodePipeline).getPipelineExecution),
		"ListPipelineExecutions": awsJSON(func(p *CodePipeline, in *api.ListPipelineExecutionsInput) string {
			return p.arn(aws.ToString(in.PipelineName))
		}, (*CodePipeline).listPipelineExecutions),
		"ListActionExecutions": awsJSON(func(p *CodePipeline, in *api.ListActionExecutionsInput) string {
			return p.arn(aws.ToString(in.PipelineName))
		}, (*CodePipeline).listActionExecutions),
		"PutApprovalResult": awsJSON(func(p *CodePipeline, in *api.PutApprovalResultInput) string {
			return p.arn(aws.ToString(in.PipelineName), aws.ToString(in.StageName), aws.ToString(in.ActionName))
		}, (*CodePipeline).putApprovalResult),
		"StartPipelineExecution": awsJSON(func(p *CodePipeline, in *api.StartPipelineExecutionInput) string {
			return p.arn(aws.ToString(in.Name))
		}, (*CodePipeline).startPipelineExecution),
		"StopPipelineExecution": awsJSON(func(p *CodePipeline, in *api.StopPipelineExecutionInput) string {
			return p.arn(aws.ToString(in.PipelineName))
		}, (*CodePipeline).stopPipelineExecution),
		"RollbackStage": awsJSON(func(p *CodePipeline, in *api.RollbackStageInput) string {
			return p.arn(aws.ToString(in.PipelineName), aws.ToString(in.StageName))
		}, (*CodePipeline).rollbackStage),
		"RetryStageExecution": awsJSON(func(p *CodePipeline, in *api.RetryStageExecutionInput) string {
			return p.arn(aws.ToString(in.PipelineName), aws.ToString(in.StageName))
		}, (*CodePipeline).retryStageExecution),
	}
}
