package worker

import (
	"context"
	"fmt"

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

// startCheck starts the check of the step that an order is for.
func (l *Loop) startCheck(ctx context.Context, r statemachine.Release, o statemachine.Order) (string, error) {
	check, err := l.checkOf(r)
	if err != nil {
		return "", err
	}
	run, err := check.Start(ctx, o.Key, checkInput(r))
	if err != nil {
		return "", fmt.Errorf("start %s: %w", r.Check, err)
	}
	return run, nil
}

func (l *Loop) checkOf(r statemachine.Release) (Check, error) {
	if r.Check == nil || r.Step < 1 || r.Step > len(r.Plan.Steps) || r.Plan.Steps[r.Step-1].Check == nil {
		return nil, fmt.Errorf("step %d is no check: %w", r.Step, ErrInvalid)
	}
	return l.o.Checks.Open(*r.Plan.Steps[r.Step-1].Check)
}

func checkInput(r statemachine.Release) CheckInput {
	in := CheckInput{
		Release: r.ID, Canary: r.Canary, Version: r.Version, FromVersion: r.FromVersion,
		Step: r.Step, WeightPct: r.WeightPct(), Execution: r.Trigger.Execution,
	}
	if r.Deployment != nil {
		in.Deployment = r.Deployment.ID
	}
	return in
}

func (l *Loop) lookAtCheck(ctx context.Context, r statemachine.Release, p *pacer) *statemachine.CheckLook {
	var look statemachine.CheckLook
	check, err := l.checkOf(r)
	if err == nil {
		err = p.pace(ctx, r.Check.Kind)
	}
	if err == nil {
		err = l.call(ctx, r.CallTimeout, func(ctx context.Context) (err error) {
			look, err = check.Observe(ctx, r.Check.Key, r.Check.Run, checkInput(r))
			return err
		})
	}
	if err != nil {
		fault := FaultOf(fmt.Errorf("ask %s: %w", r.Check, err))
		look = statemachine.CheckLook{Status: statemachine.CheckUnknown, Fault: &fault}
	}
	look.Key, look.Text = r.Check.Key, Clip(look.Text)
	return &look
}

// Checks opens checks. Adapter: app over internal/check; local.
type Checks interface {
	// Open makes the check of a spec. No call is made. An error is a wrong Config.
	Open(spec statemachine.CheckSpec) (Check, error)
}
