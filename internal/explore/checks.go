package explore

import (
	"context"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// checkState is where a check step's validation stands.
type checkState int

const (
	checkPassed = iota + 1
	checkFailed
	checkRuns
)

// check is the one validation of a scenario: the key it was last started with.
type check struct {
	key string
	is  checkState
}

// apply starts it, once a key, or reads it.
func (k *check) apply(c *call) any {
	if c.what == callStart {
		if k.key != c.name {
			k.key, k.is = c.name, checkRuns
		}
		return nil
	}
	l := statemachine.CheckLook{Status: statemachine.CheckWait}
	switch k.is {
	case checkPassed:
		l.Status = statemachine.CheckPass
	case checkFailed:
		l.Status = statemachine.CheckFail
	case checkRuns:
	}
	return l
}

// checks is the port.
type checks struct{ x *execution }

var (
	_ worker.Checks = checks{}
	_ worker.Check  = checks{}
)

func (k checks) Open(statemachine.CheckSpec) (worker.Check, error) { return k, nil }

func (k checks) Start(ctx context.Context, key string, _ worker.CheckInput) (string, error) {
	return "run", k.x.do(ctx, call{what: callStart, name: key}).err
}

func (k checks) Observe(ctx context.Context, key, _ string, _ worker.CheckInput) (statemachine.CheckLook, error) {
	a := k.x.do(ctx, call{what: callCheck, name: key})
	l, _ := a.value.(statemachine.CheckLook)
	return l, a.err
}

// checked is the plan with a check after its weights.
func checked(p statemachine.Plan) statemachine.Plan {
	p.Steps = append(p.Steps, statemachine.Step{Check: &statemachine.CheckSpec{
		Kind: "codebuild", Name: "smoke", Timeout: 4 * tick, OnTimeout: statemachine.TimeoutRollback}})
	return p
}
