package event

import "github.com/serinhq/serin/worker"

// readCodePipeline reads the three levels of the CodePipeline user guide's "Detail types".
//
// The pipeline's name is taken from the detail: resources was seen in two forms. version, a float that older samples
// write as an integer or a text, and start-time, which ABANDONED lacks, are not needed and not read.
func readCodePipeline(detailType string) func(envelope) (worker.Event, error) {
	switch detailType {
	case "CodePipeline Action Execution State Change":
		return readAction
	case "CodePipeline Stage Execution State Change":
		return readStage
	case "CodePipeline Pipeline Execution State Change":
		return readPipeline
	}
	return nil
}

func readAction(env envelope) (worker.Event, error) {
	d := env.detail
	kind := d.object("type")
	owner, category, provider := kind.key("owner"), kind.key("category"), kind.key("provider")
	return worker.ActionEvent{
		Origin:          env.origin,
		Pipeline:        d.key("pipeline"),
		Execution:       d.key("execution-id"),
		Stage:           d.key("stage"),
		Action:          d.key("action"),
		ActionExecution: d.key("action-execution-id"),
		Approval:        owner == "AWS" && category == "Approval" && provider == "Manual",
		State:           d.key("state"),
	}, d.err()
}

func readStage(env envelope) (worker.Event, error) {
	d := env.detail
	return worker.ExecutionEvent{
		Origin:    env.origin,
		Pipeline:  d.key("pipeline"),
		Execution: d.key("execution-id"),
		Stage:     d.key("stage"),
		State:     d.key("state"),
	}, d.err()
}

func readPipeline(env envelope) (worker.Event, error) {
	d := env.detail
	return worker.ExecutionEvent{
		Origin:    env.origin,
		Pipeline:  d.key("pipeline"),
		Execution: d.key("execution-id"),
		State:     d.key("state"),
	}, d.err()
}
