package worker

import (
	"context"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// Deployment is a shift AWS itself performs. Serin waits at its points,
// continues it, or stops it. Safe for concurrent use.
type Deployment interface {
	// Find returns those that run now: a START event may be lost.
	Find(ctx context.Context) ([]FoundDeployment, error)
	// Observe reads one. ErrNotFound if there is none such. Steps are the plan's,
	// for Problems; nil outside preflight. A WaitKey that ends in a slash lacks what
	// only an event can tell, whose WaitKey begins so: the loop completes it, and until
	// it can, the deployment counts as running.
	Observe(ctx context.Context, id string, steps []statemachine.Step) (statemachine.DeploymentLook, error)
	// Continue lets it go past the wait that key names; nil also if it already has.
	Continue(ctx context.Context, id, key string) error
	// Stop stops it with rollback; accepted is not done: Observe says when. Nil if
	// it is over already.
	Stop(ctx context.Context, id string) error
}

// FoundDeployment is one that runs.
type FoundDeployment struct {
	ID        string
	CreatedAt time.Time
	// Rollback: it is itself AWS's rollback of another, which nothing guards.
	Rollback bool
	// Version is a label: a revision, a version. May be empty.
	Version string
}

// Deployments opens guarded deployments. Adapter: app over internal/deployment; local.
type Deployments interface {
	// Open makes the deployment of a spec. No call is made.
	Open(spec statemachine.DeploymentSpec) (Deployment, error)
}
