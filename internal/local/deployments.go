package local

import (
	"context"
	"fmt"
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// KindCodeDeploy is the one kind of guarded deployments that a world has.
const KindCodeDeploy = "codedeploy"

type deployments struct{ *Client }

type guarded struct {
	*Client
	key string
}

var (
	_ worker.Deployments = deployments{}
	_ worker.Deployment  = guarded{}
)

// Deployments opens the world's deployment groups, by key.
func (c *Client) Deployments() worker.Deployments { return deployments{c} }

// Open makes the deployment of a spec.
func (d deployments) Open(spec statemachine.DeploymentSpec) (worker.Deployment, error) {
	if spec.Kind != KindCodeDeploy {
		return nil, fmt.Errorf("open deployment %s: no kind %q", spec.Key, spec.Kind)
	}
	return guarded{d.Client, spec.Key}, nil
}

func (g guarded) group() (*group, error) {
	found := g.world.groups[g.key]
	if found == nil {
		return nil, refuse(worker.ErrNotFound, "deployment group %s", g.key)
	}
	return found, nil
}

func (g guarded) deployment(id string) (*group, *deployment, error) {
	in, err := g.group()
	if err != nil {
		return nil, nil, err
	}
	if i := slices.IndexFunc(in.all, func(d *deployment) bool { return d.id == id }); i >= 0 {
		return in, in.all[i], nil
	}
	return nil, nil, refuse(worker.ErrNotFound, "deployment %s", id)
}

// Find returns those that run now.
func (g guarded) Find(ctx context.Context) ([]worker.FoundDeployment, error) {
	return call(ctx, g.Client, Call{Name: "codedeploy:ListDeployments", Resource: g.key}, func() ([]worker.FoundDeployment, error) {
		in, err := g.group()
		if err != nil {
			return nil, err
		}
		var found []worker.FoundDeployment
		for _, d := range in.all {
			if d.runs() {
				found = append(found, worker.FoundDeployment{ID: d.id, CreatedAt: d.createdAt, Rollback: d.rollbackOf != nil, Version: d.version})
			}
		}
		return found, nil
	})
}

// Observe reads one.
func (g guarded) Observe(ctx context.Context, id string, steps []statemachine.Step) (statemachine.DeploymentLook, error) {
	return call(ctx, g.Client, Call{Name: "codedeploy:GetDeployment", Resource: g.key}, func() (statemachine.DeploymentLook, error) {
		in, d, err := g.deployment(id)
		if err != nil {
			return statemachine.DeploymentLook{}, err
		}
		look := d.look()
		for _, step := range steps {
			if step.At != 0 && !in.waits {
				look.Problems = append(look.Problems, statemachine.Problem{
					Code: statemachine.CodeStepsUnfit, Text: g.key + " does not wait at " + step.At.String(),
				})
			}
		}
		return look, nil
	})
}

// Continue lets it go past the wait that key names.
func (g guarded) Continue(ctx context.Context, id, key string) error {
	return done(ctx, g.Client, Call{Name: "codedeploy:ContinueDeployment", Resource: g.key, Write: true}, func() error {
		_, d, err := g.deployment(id)
		switch {
		case err != nil:
			return err
		case d.status == statemachine.DeploymentWaiting && d.waitKey() == key:
			d.status = statemachine.DeploymentRunning
			d.past = append(d.past, key)
			g.world.record(Change{By: g.id, What: Continued, Resource: id})
		case !slices.Contains(d.past, key) && d.runs():
			return refuse(worker.ErrConflict, "deployment %s does not wait at %s", id, key)
		}
		return nil
	})
}

// Stop stops it with rollback.
func (g guarded) Stop(ctx context.Context, id string) error {
	return done(ctx, g.Client, Call{Name: "codedeploy:StopDeployment", Resource: g.key, Write: true}, func() error {
		in, d, err := g.deployment(id)
		if err == nil && d.runs() {
			g.world.stopDeployment(in, d, "stopped by "+g.arn())
			g.world.record(Change{By: g.id, What: StoppedDeployment, Resource: id})
		}
		return err
	})
}
