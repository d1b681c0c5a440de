package explore

import (
	"context"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// deployments is the port.
type deployments struct{ x *execution }

func (d deployments) Open(statemachine.DeploymentSpec) (worker.Deployment, error) { return d, nil }

func (d deployments) Find(ctx context.Context) ([]worker.FoundDeployment, error) {
	a := d.x.do(ctx, call{what: callFind})
	found, _ := a.value.([]worker.FoundDeployment)
	return found, a.err
}

func (d deployments) Continue(ctx context.Context, _, key string) error {
	var past statemachine.Point
	if err := past.UnmarshalText([]byte(key)); err != nil {
		return err
	}
	return d.x.do(ctx, call{what: callContinue, past: past}).err
}

func (d deployments) Stop(ctx context.Context, _ string) error {
	return d.x.do(ctx, call{what: callStop}).err
}

func (d deployments) Observe(ctx context.Context, _ string, _ []statemachine.Step) (statemachine.DeploymentLook, error) {
	a := d.x.do(ctx, call{what: callDeployment})
	look, _ := a.value.(statemachine.DeploymentLook)
	return look, a.err
}
