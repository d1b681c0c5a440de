package local

import (
	"github.com/serinhq/serin/statemachine"
)

// Decide is a person's answer in the console; who is an ARN or a name. An
// answered gate stays as it is.
func (w *World) Decide(gate statemachine.Gate, who string, approve bool, text string) {
	w.do(func() {
		if p, r := w.execution(gate.Execution); r != nil {
			if a := r.approval(gate.ActionExecution); a != nil && a.status == statemachine.GateOpen {
				w.answer(p, r, a, answer{by: who, approve: approve, text: text})
			}
		}
	})
}

// Expire ends an open approval's time: AWS rejects it.
func (w *World) Expire(gate statemachine.Gate) { w.Decide(gate, "", false, "the approval timed out") }

// StopExecution stops an execution, as a person would.
func (w *World) StopExecution(execution string) {
	w.do(func() {
		if p, r := w.execution(execution); r != nil && r.state == runStarted {
			w.stop(p, r, "")
		}
	})
}

// RetryStage retries the gate's stage of an execution that failed there: its
// gate opens anew, as another action execution.
func (w *World) RetryStage(execution string) {
	w.do(func() {
		if p, r := w.execution(execution); r != nil && r.state == runFailed {
			r.state = runStarted
			w.emitRun(p, r, "RESUMED")
			w.arriveAt(p, r)
		}
	})
}

// FinishExecution ends an execution whose gate was approved.
func (w *World) FinishExecution(execution string) {
	w.do(func() {
		if p, r := w.execution(execution); r != nil && r.state == runStarted && r.open() == nil {
			r.state = runSucceeded
			w.emitRun(p, r, "SUCCEEDED")
		}
	})
}

// answer is what somebody says to a gate.
type answer struct {
	// client is who says it through a port; by is how AWS names who says it.
	client, by string
	approve    bool
	// release marks the answer as its own.
	text, release string
}

func (r *run) approval(id string) *approval {
	for _, a := range r.approvals {
		if a.id == id {
			return a
		}
	}
	return nil
}

// answer answers an open approval, once.
func (w *World) answer(p *pipeline, r *run, a *approval, said answer) {
	a.by, a.text, a.release = said.by, said.text, said.release
	a.status = statemachine.GateRejected
	if said.approve {
		a.status = statemachine.GateApproved
	}
	w.record(Change{By: said.client, What: Answered, Resource: a.id, Approved: said.approve})
	if said.approve {
		w.emitAction(p, r, a, "SUCCEEDED")
	} else {
		r.state = runFailed
		w.emitAction(p, r, a, "FAILED")
		w.emitRun(p, r, "FAILED")
	}
	w.free(p)
}

// stop stops an execution that runs; what it asked is abandoned.
func (w *World) stop(p *pipeline, r *run, client string) {
	r.state = runStopped
	if p.waiting == r {
		p.waiting = nil
	}
	w.record(Change{By: client, What: StoppedExecution, Resource: r.id})
	if a := r.open(); a != nil {
		a.status = statemachine.GateGone
		w.emitAction(p, r, a, "ABANDONED")
	}
	w.emitRun(p, r, "STOPPED")
	w.free(p)
}
