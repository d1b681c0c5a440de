package explore

import (
	"context"
	"strconv"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// lever is one target.
type lever struct {
	x *execution
	i int
}

func (l lever) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	a := l.x.do(ctx, call{what: callObserve, target: l.i})
	o, _ := a.value.(observation)
	return o.Split, o.Token, a.err
}

func (l lever) Write(ctx context.Context, want worker.Want, have worker.Token) error {
	return l.x.do(ctx, call{what: callWrite, target: l.i, want: &want, have: have}).err
}

func (l lever) Preflight(_ context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	return worker.TargetFinding{Canary: in.Canary}, nil
}

func (lever) Resolve(_ context.Context, version string) (string, error) { return version, nil }

func tokenText(n int) worker.Token { return worker.Token(strconv.Itoa(n)) }

// pipeline is the gates.
type pipeline struct{ x *execution }

func (p pipeline) Waiting(ctx context.Context, _ worker.GateSpec) ([]worker.OpenGate, error) {
	a := p.x.do(ctx, call{what: callWaiting})
	open, _ := a.value.([]worker.OpenGate)
	return open, a.err
}

// Execution never changes, so reading it is no point of the model.
func (p pipeline) Execution(_ context.Context, _, execution string) (worker.Execution, error) {
	p.x.created = execution
	return worker.Execution{ID: execution, StartedAt: stamp(gateIndex(execution) + 1)}, nil
}

func (pipeline) Variables(context.Context, string, string, []string) (map[string]string, []string, error) {
	return nil, nil, nil
}

func (pipeline) Preflight(context.Context, worker.GateSpec, bool) ([]statemachine.Problem, error) {
	return nil, nil
}

func (p pipeline) Observe(ctx context.Context, g statemachine.Gate, release string) (statemachine.GateLook, error) {
	a := p.x.do(ctx, call{what: callGate, gate: &g, release: release})
	look, _ := a.value.(statemachine.GateLook)
	return look, a.err
}

func (p pipeline) Answer(ctx context.Context, g statemachine.Gate, release string, approve bool, _ string) (statemachine.GateLook, error) {
	a := p.x.do(ctx, call{what: callAnswer, gate: &g, release: release, approve: approve})
	look, _ := a.value.(statemachine.GateLook)
	return look, a.err
}

// RollbackStage: no plan of these models asks for one.
func (pipeline) RollbackStage(context.Context, worker.StageRollback) (string, error) {
	return "", worker.ErrInvalid
}

func (p pipeline) StopExecution(ctx context.Context, _, execution, _ string) error {
	return p.x.do(ctx, call{what: callStopExecution, name: execution}).err
}
