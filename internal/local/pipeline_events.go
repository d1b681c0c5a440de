package local

import (
	"encoding/json"
	"time"
)

// The events of a pipeline, as the CodePipeline user guide's "Detail types" has
// them. version and attempt are floats there.

const eventTime = "2006-01-02T15:04:05.000Z"

func float(text string) json.RawMessage { return json.RawMessage(text) }

func (p *pipeline) event(r *run, startedAt time.Time, state string) fields {
	return fields{
		"pipeline": p.Gate.Pipeline, "execution-id": r.id, "start-time": startedAt.Format(eventTime), "state": state,
		"version": float("6.0"), "pipeline-execution-attempt": float("1.0"),
	}
}

// emitRun says that an execution changed state.
func (w *World) emitRun(p *pipeline, r *run, state string) {
	detail := p.event(r, r.startedAt, state)
	if state == "STARTED" {
		trigger := "StartPipelineExecution"
		if r.Rollback {
			trigger = "ManualRollback"
		}
		detail["execution-trigger"] = fields{"trigger-type": trigger, "trigger-detail": arn("sts", "assumed-role/release/people")}
	}
	w.emit("aws.codepipeline", "CodePipeline Pipeline Execution State Change", p.arns(), detail)
}

// emitAction says that the gate changed state.
func (w *World) emitAction(p *pipeline, r *run, a *approval, state string) {
	detail := p.event(r, a.startedAt, state)
	detail["stage"], detail["action"], detail["region"] = p.Gate.Stage, p.Gate.Action, Region
	detail["action-execution-id"] = a.id
	detail["type"] = fields{"owner": "AWS", "provider": "Manual", "category": "Approval", "version": "1"}
	switch state {
	case "SUCCEEDED":
		detail["execution-result"] = fields{"external-execution-summary": "Approved by " + a.by, "external-execution-id": a.id}
	case "FAILED":
		detail["execution-result"] = fields{"external-execution-summary": "Rejected", "external-execution-id": a.id}
	}
	w.emit("aws.codepipeline", "CodePipeline Action Execution State Change", p.arns(), detail)
}

func (p *pipeline) arns() []string { return []string{arn("codepipeline", p.Gate.Pipeline)} }
