package awstest

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// mayEnter reports whether a stage is free for e. In PARALLEL mode every stage always is. Otherwise an execution inside
// holds it, also at an open approval; a failed one does not (AWS note 4, modes). QUEUED lets the oldest in first.
func (pl *pipelineState) mayEnter(e *pipelineExecution, stage *stageState) bool {
	if pl.decl.ExecutionMode == types.ExecutionModeParallel {
		return true
	}
	if stage.latest != nil && stage.latest.running() {
		return false
	}
	if pl.decl.ExecutionMode == types.ExecutionModeQueued {
		return !slices.ContainsFunc(stage.waiting, func(w *pipelineExecution) bool { return e.newer(w) })
	}
	return true
}

// wait puts an execution outside a locked stage. In SUPERSEDED mode only the newest waits there: it ends every older
// one, or is ended by a newer one (AWS note 4, modes).
func (p *CodePipeline) wait(e *pipelineExecution, stage *stageState) bool {
	if slices.Contains(stage.waiting, e) {
		return false
	}
	e.updated = p.clock()
	stage.waiting = append(stage.waiting, e)
	if e.pipeline.decl.ExecutionMode == types.ExecutionModeQueued {
		return true
	}
	newest := slices.MaxFunc(stage.waiting, func(a, b *pipelineExecution) int {
		if a.newer(b) {
			return 1
		}
		return -1
	})
	for _, older := range slices.Clone(stage.waiting) {
		if older != newest {
			p.end(older, types.PipelineExecutionStatusSuperseded, "SUPERSEDED")
		}
	}
	return true
}

// forget takes e out of those who wait.
func (s *stageState) forget(e *pipelineExecution) {
	s.waiting = slices.DeleteFunc(s.waiting, func(w *pipelineExecution) bool { return w == e })
}
