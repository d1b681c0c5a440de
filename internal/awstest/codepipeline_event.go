package awstest

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// codePipelineDetail is the detail of the three kinds of CodePipeline events (AWS note 1.2). Version and attempt are
// JSON floats, written 6.0, as AWS writes them.
type codePipelineDetail struct {
	Pipeline        string            `json:"pipeline"`
	ExecutionID     string            `json:"execution-id"`
	StartTime       string            `json:"start-time,omitempty"`
	Stage           string            `json:"stage,omitempty"`
	Retried         string            `json:"stage-last-retry-attempt-time,omitempty"`
	Trigger         map[string]string `json:"execution-trigger,omitempty"`
	StopComments    string            `json:"stop-execution-comments,omitempty"`
	Result          map[string]string `json:"execution-result,omitempty"`
	Inputs          any               `json:"input-artifacts,omitempty"`
	Outputs         any               `json:"output-artifacts,omitempty"`
	ActionExecution string            `json:"action-execution-id,omitempty"`
	Action          string            `json:"action,omitempty"`
	State           string            `json:"state"`
	Region          string            `json:"region,omitempty"`
	Type            map[string]string `json:"type,omitempty"`
	Version         json.Number       `json:"version"`
	Attempt         json.Number       `json:"pipeline-execution-attempt"`
}

func (p *CodePipeline) emitPipeline(e *pipelineExecution, state string) {
	detail := e.detail(e.started, state)
	switch state {
	case "STARTED":
		detail.Trigger = map[string]string{
			"trigger-type": string(e.trigger.TriggerType), "trigger-detail": aws.ToString(e.trigger.TriggerDetail),
		}
	case "STOPPING":
		detail.StopComments = e.stopReason
	}
	p.emit(e, "CodePipeline Pipeline Execution State Change", detail)
}

func (p *CodePipeline) emitStage(run *stageRun, state string) {
	detail := run.execution.detail(run.started, state)
	detail.Stage = aws.ToString(run.decl.Name)
	if !run.retried.IsZero() {
		detail.Retried = eventTime(run.retried)
	}
	p.emit(run.execution, "CodePipeline Stage Execution State Change", detail)
}

// emitAction sends an action's event. The region in the detail is the action's, the envelope's is the pipeline's.
// ABANDONED carries no start-time, as in the guide's sample.
func (p *CodePipeline) emitAction(a *actionRun, state string) {
	detail := a.run.execution.detail(a.started, state)
	detail.Stage, detail.Action, detail.ActionExecution = aws.ToString(a.run.decl.Name), aws.ToString(a.decl.Name), a.id
	detail.Region = aws.ToString(a.decl.Region)
	if detail.Region == "" {
		detail.Region = p.region
	}
	detail.Type = map[string]string{
		"owner": string(a.decl.ActionTypeId.Owner), "provider": aws.ToString(a.decl.ActionTypeId.Provider),
		"category": string(a.decl.ActionTypeId.Category), "version": aws.ToString(a.decl.ActionTypeId.Version),
	}
	switch state {
	case "ABANDONED":
		detail.StartTime = ""
	case "STARTED":
		if inputs := a.inputs(); len(inputs) > 0 {
			detail.Inputs = awsJSONValue(inputs)
		}
	case "SUCCEEDED":
		if outputs := a.outputs(); len(outputs) > 0 {
			detail.Outputs = awsJSONValue(outputs)
		}
		detail.Result = a.eventResult()
	case "FAILED":
		detail.Result = a.eventResult()
	}
	p.emit(a.run.execution, "CodePipeline Action Execution State Change", detail)
}

// eventResult is the execution-result of an action that ended: for an approval who approved it, or that it was
// rejected; an approval that timed out is FAILED too (AWS note 1.2).
func (a *actionRun) eventResult() map[string]string {
	result := map[string]string{}
	summary := a.summary
	if a.approval() {
		summary = a.failure
		switch {
		case a.answered && a.status == types.ActionExecutionStatusSucceeded:
			summary = "Approved by " + a.by
		case a.answered:
			summary = "Rejected"
		}
	}
	if summary != "" {
		result["external-execution-summary"] = summary
	}
	if a.externalID != "" {
		result["external-execution-id"] = a.externalID
	}
	if a.url != "" {
		result["external-execution-url"] = a.url
	}
	if !a.approval() && a.status == types.ActionExecutionStatusFailed {
		result["error-code"] = "JobFailed"
	}
	return result
}

func (e *pipelineExecution) detail(start time.Time, state string) codePipelineDetail {
	return codePipelineDetail{
		Pipeline: aws.ToString(e.pipeline.decl.Name), ExecutionID: e.id, StartTime: eventTime(start), State: state,
		Version: json.Number(strconv.Itoa(int(e.version)) + ".0"), Attempt: json.Number(strconv.Itoa(e.attempt) + ".0"),
	}
}

func (p *CodePipeline) emit(e *pipelineExecution, detailType string, detail codePipelineDetail) {
	p.events.add(envelope{
		Version: "0", ID: p.events.uuid("codepipeline event"), DetailType: detailType, Source: "aws.codepipeline",
		Account: p.account, Time: p.clock().UTC().Truncate(time.Second), Region: p.region,
		Resources: []string{p.arn(aws.ToString(e.pipeline.decl.Name))}, Detail: detail,
	})
}

// eventTime is RFC 3339 with milliseconds, in UTC.
func eventTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
