package local

import (
	"maps"
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// passed: the run succeeded in the gate's stage.
func (r *run) passed() bool {
	return slices.ContainsFunc(r.approvals, func(a *approval) bool { return a.status == statemachine.GateApproved })
}

// rollBack starts an execution of type ROLLBACK with what the stage's last good
// execution had; one that began since is the answer.
func (w *World) rollBack(p *pipeline, in worker.StageRollback, client string) (string, error) {
	if in.Stage != p.Gate.Stage {
		return "", refuse(worker.ErrNotFound, "stage %s of pipeline %s", in.Stage, in.Pipeline)
	}
	var good, begun *run
	for _, r := range p.runs {
		switch {
		case r.Rollback && !r.startedAt.Before(in.Since):
			begun = r
		case r.id != in.Execution && !r.Rollback && r.passed():
			good = r
		}
	}
	switch {
	case begun != nil:
		return begun.id, nil
	case good == nil:
		return "", refuse(worker.ErrNotFound, "an execution that succeeded in stage %s", in.Stage)
	case p.Parallel, p.locked():
		return "", refuse(worker.ErrInvalid, "stage %s can't be rolled back now", in.Stage)
	}
	r := &run{RunSpec: RunSpec{Rollback: true, Variables: maps.Clone(good.Variables)}, id: w.id(), startedAt: w.instant(), state: runStarted}
	p.runs = append(p.runs, r)
	w.record(Change{By: client, What: RolledBackStage, Resource: r.id})
	w.emitRun(p, r, "STARTED")
	return r.id, nil
}
