package app

import (
	"context"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/worker"
)

// App is one process's way to everything outside it. Each of its methods makes
// what it yields when first asked, and says by name which setting it lacks. Safe
// for concurrent use.
type App struct {
	settings Settings
	ports    ports
	// id names this process in the table and in logs.
	id string
	// poll is the long poll of a receive.
	poll time.Duration
}

// Open makes an App on AWS. No call is made.
func Open(s Settings) *App { return open(s, newAmazon(s)) }

// OpenLocal makes an App on a client of an embedded world: the demo's, a test's.
func OpenLocal(s Settings, c *local.Client) *App { return open(s, embedded{c}) }

func open(s Settings, p ports) *App { return &App{settings: s, ports: p, id: workerID(), poll: Poll} }

// ports are the adapters behind the worker's ports: AWS's, or a world's.
type ports interface {
	catalog(ctx context.Context) (worker.Catalog, error)
	events(ctx context.Context) (worker.Queue, error)
	commands(ctx context.Context) (worker.Queue, error)
	targets(ctx context.Context) (worker.Targets, error)
	deployments(ctx context.Context) (worker.Deployments, error)
	checks(ctx context.Context) (worker.Checks, error)
	pipeline(ctx context.Context) (worker.Pipeline, error)
	alarms(ctx context.Context) (worker.Alarms, error)
	announcer(ctx context.Context) (worker.Announcer, error)
	meter(ctx context.Context) (worker.Meter, error)
	caller(ctx context.Context) (Caller, error)
	region(ctx context.Context) (string, error)
}

// Caller is who this process is to AWS.
type Caller struct {
	// Account is the twelve-digit id, ARN the whole name.
	Account, ARN string
}

// Settings are those it was opened with.
func (a *App) Settings() Settings { return a.settings }

// Catalog is the table.
func (a *App) Catalog(ctx context.Context) (worker.Catalog, error) { return a.ports.catalog(ctx) }

// Commands is the command queue.
func (a *App) Commands(ctx context.Context) (worker.Queue, error) { return a.ports.commands(ctx) }

// Targets opens targets.
func (a *App) Targets(ctx context.Context) (worker.Targets, error) { return a.ports.targets(ctx) }

// Deployments opens guarded deployments.
func (a *App) Deployments(ctx context.Context) (worker.Deployments, error) {
	return a.ports.deployments(ctx)
}

// Pipeline reads and answers gates.
func (a *App) Pipeline(ctx context.Context) (worker.Pipeline, error) { return a.ports.pipeline(ctx) }

// Alarms reads alarms.
func (a *App) Alarms(ctx context.Context) (worker.Alarms, error) { return a.ports.alarms(ctx) }

// Caller asks who this process is; an actor's claim in a command.
func (a *App) Caller(ctx context.Context) (Caller, error) { return a.ports.caller(ctx) }

// Region is the AWS region this process works in.
func (a *App) Region(ctx context.Context) (string, error) { return a.ports.region(ctx) }
