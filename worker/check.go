package worker

import (
	"context"

	"github.com/serinhq/serin/statemachine"
)

// CheckInput is what a check is told of the release it validates. It is the same
// for every call with the same key.
type CheckInput struct {
	Release, Canary string
	// Version and FromVersion are labels people know.
	Version, FromVersion string
	// Step is the step's number, from 1; WeightPct the share that is on the new
	// version while it runs.
	Step      int
	WeightPct float64
	// Execution is the pipeline execution, Deployment the guarded deployment; empty
	// without one.
	Execution, Deployment string
}

// Check is a validation that runs elsewhere. Errors wrap the sentinels of this
// package, in a [CallError]. Safe for concurrent use. Adapters: check, local.
type Check interface {
	// Start starts it and returns the adapter's name of what runs, never empty. It is
	// idempotent by key, however late it is repeated and by whom: a key that was
	// started returns what runs, or ran, and starts nothing.
	Start(ctx context.Context, key string, in CheckInput) (run string, err error)
	// Observe reads what has come of a run: pass, fail or wait. One that ended without
	// a word (stopped, timed out) is a fail that says so. ErrNotFound if there is none
	// such. Once it said pass or fail it says so again. The look's Key and Fault are
	// the loop's to fill in.
	Observe(ctx context.Context, key, run string, in CheckInput) (statemachine.CheckLook, error)
}

// Checks opens checks. Adapter: app over internal/check; local.
type Checks interface {
	// Open makes the check of a spec. No call is made. An error is a wrong Config.
	Open(spec statemachine.CheckSpec) (Check, error)
}
