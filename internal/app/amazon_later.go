package app

import (
	"context"
	"fmt"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func (a *amazon) deployments(context.Context) (worker.Deployments, error) {
	return noDeployments{}, nil
}

type noDeployments struct{}

func (noDeployments) Open(spec statemachine.DeploymentSpec) (worker.Deployment, error) {
	return nil, fmt.Errorf("open deployment %s: %w: no kind %q", spec.Key, worker.ErrInvalid, spec.Kind)
}
