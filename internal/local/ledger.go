package local

import (
	"slices"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// Change is one line of the ledger: what was really applied, whatever the caller
// was told.
type Change struct {
	// N counts from 1.
	N  int
	At time.Time
	// By is the client; "" is somebody outside.
	By   string
	What What
	// Resource is the target's id, the gate's or the execution's, the deployment's,
	// or the check's name.
	Resource string
	// Split is what the target shows now.
	Split statemachine.Split
	// Approved is a gate's answer.
	Approved bool
}

// What says what sort of thing was applied.
type What string

// The changes.
const (
	// Showed: a target was written, with the same split or another.
	Showed What = "showed"
	// Answered: a gate was answered.
	Answered What = "answered"
	// StoppedExecution: a pipeline execution was stopped.
	StoppedExecution What = "stopped execution"
	// RolledBackStage: a stage of a pipeline was, by this execution.
	RolledBackStage What = "rolled back stage"
	// StartedCheck: a check was started.
	StartedCheck What = "started check"
	// Continued and StoppedDeployment: a guarded deployment was.
	Continued         What = "continued"
	StoppedDeployment What = "stopped deployment"
)

func (w *World) record(c Change) {
	c.N, c.At = len(w.ledger)+1, w.clock()
	w.ledger = append(w.ledger, c)
}

// Ledger returns a copy of it.
func (w *World) Ledger() []Change {
	return locked(w, func() []Change { return slices.Clone(w.ledger) })
}

// Applied returns the ledger's lines of one sort about one resource.
func (w *World) Applied(what What, resource string) []Change {
	return slices.DeleteFunc(w.Ledger(), func(c Change) bool { return c.What != what || c.Resource != resource })
}

// Splits returns what a target showed, in order, neighbours that serve the same
// merged.
func (w *World) Splits(target string) []statemachine.Split {
	var splits []statemachine.Split
	for _, c := range w.Applied(Showed, target) {
		if n := len(splits); n == 0 || !splits[n-1].ServesAs(c.Split) {
			splits = append(splits, c.Split)
		}
	}
	return splits
}
