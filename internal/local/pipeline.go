package local

import (
	"slices"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// PipelineSpec is a pipeline with one manual-approval action.
type PipelineSpec struct {
	Gate worker.GateSpec
	// DeployStage is where the deploying action stands. "": the gate's own, before it.
	DeployStage string
	// Parallel lets executions pass side by side. Otherwise an approval locks its
	// stage, and an execution that waits for it is superseded by a newer one.
	Parallel bool
}

// RunSpec is what an execution brings.
type RunSpec struct {
	// Rollback: its type is ROLLBACK.
	Rollback bool
	// Variables are its output variables, "Namespace.Name" to value.
	Variables map[string]string
}

type pipeline struct {
	PipelineSpec
	runs []*run
	// waiting is the newest execution that the stage's lock keeps out.
	waiting *run
}

type run struct {
	RunSpec
	id        string
	startedAt time.Time
	state     runState
	approvals []*approval
}

type runState string

// The states of an execution, as its events say.
const (
	runStarted    runState = "STARTED"
	runSucceeded  runState = "SUCCEEDED"
	runFailed     runState = "FAILED"
	runStopped    runState = "STOPPED"
	runSuperseded runState = "SUPERSEDED"
)

// approval is one action execution of the gate.
type approval struct {
	id        string
	startedAt time.Time
	status    statemachine.GateStatus
	by, text  string
	// release is whose answer it is; "" for a person's.
	release string
}

// CreatePipeline makes a pipeline, or changes the definition of one.
func (w *World) CreatePipeline(spec PipelineSpec) {
	w.do(func() {
		if p := w.pipelines[spec.Gate.Pipeline]; p != nil {
			p.PipelineSpec = spec
			return
		}
		w.pipelines[spec.Gate.Pipeline] = &pipeline{PipelineSpec: spec}
	})
}

// StartExecution starts an execution and returns its id; "" if there is no such
// pipeline.
func (w *World) StartExecution(name string, spec RunSpec) string {
	return locked(w, func() string {
		p := w.pipelines[name]
		if p == nil {
			return ""
		}
		r := &run{RunSpec: spec, id: w.id(), startedAt: w.instant(), state: runStarted}
		p.runs = append(p.runs, r)
		w.emitRun(p, r, "STARTED")
		return r.id
	})
}

// Arrive brings an execution to the gate's stage. It opens the gate, now or when
// the stage's lock is free.
func (w *World) Arrive(execution string) {
	w.do(func() {
		if p, r := w.execution(execution); r != nil && r.state == runStarted {
			w.arriveAt(p, r)
		}
	})
}

// Gate is an execution's gate as a release keeps it; false if it was never
// opened.
func (w *World) Gate(execution string) (statemachine.Gate, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, r := w.execution(execution)
	if r == nil || len(r.approvals) == 0 {
		return statemachine.Gate{}, false
	}
	return p.gate(r, r.approvals[len(r.approvals)-1]), true
}

func (p *pipeline) gate(r *run, a *approval) statemachine.Gate {
	return statemachine.Gate{
		Pipeline: p.Gate.Pipeline, Stage: p.Gate.Stage, Action: p.Gate.Action,
		Execution: r.id, ActionExecution: a.id, Status: statemachine.GateOpen,
	}
}

// execution finds one; nil if there is none.
func (w *World) execution(id string) (*pipeline, *run) {
	for _, p := range w.pipelines {
		for _, r := range p.runs {
			if r.id == id {
				return p, r
			}
		}
	}
	return nil, nil
}

// open is the run's approval that waits; nil if none does.
func (r *run) open() *approval {
	for _, a := range r.approvals {
		if a.status == statemachine.GateOpen {
			return a
		}
	}
	return nil
}

func (p *pipeline) locked() bool {
	return !p.Parallel && slices.ContainsFunc(p.runs, func(r *run) bool { return r.open() != nil })
}

func (w *World) arriveAt(p *pipeline, r *run) {
	if p.locked() {
		if late := p.waiting; late != nil && late != r {
			late.state = runSuperseded
			w.emitRun(p, late, "SUPERSEDED")
		}
		p.waiting = r
		return
	}
	a := &approval{id: w.id(), startedAt: w.instant(), status: statemachine.GateOpen}
	r.approvals = append(r.approvals, a)
	w.emitAction(p, r, a, "STARTED")
}

// free lets the execution in that waited for the stage's lock.
func (w *World) free(p *pipeline) {
	if r := p.waiting; r != nil && !p.locked() {
		p.waiting = nil
		w.arriveAt(p, r)
	}
}
