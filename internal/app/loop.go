package app

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/worker"
)

// Here makes a loop for one release in this process (`--here`): it has the
// table and everything that acts, and no queue.
func (a *App) Here(ctx context.Context, log *zap.Logger) (*worker.Loop, error) {
	o, err := a.loopOptions(ctx, log)
	if err != nil {
		return nil, err
	}
	o.Events, o.Commands, o.Decoder = noQueue{}, noQueue{}, event.NewDecoder(event.Options{})
	return worker.New(o)
}

// workerLoop makes the loop that `serin worker` runs.
func (a *App) workerLoop(ctx context.Context, log *zap.Logger, registry prometheus.Registerer) (*worker.Loop, error) {
	o, err := a.loopOptions(ctx, log)
	o.Events = get(ctx, &err, a.ports.events)
	o.Commands = get(ctx, &err, a.ports.commands)
	o.Decoder = get(ctx, &err, a.decoder)
	if err != nil {
		return nil, err
	}
	o.Metrics = worker.NewMetrics(registry)
	return worker.New(o)
}

// loopOptions are the settings and every port but the queues.
func (a *App) loopOptions(ctx context.Context, log *zap.Logger) (o worker.Options, err error) {
	s := a.settings
	o = worker.Options{
		ID: a.id, Version: Version(), Log: log,
		Lease: s.Lease, CallTimeout: s.CallTimeout, Resync: s.Resync, Drain: s.Drain, Poll: a.poll,

		Store:       get(ctx, &err, a.ports.catalog),
		Targets:     get(ctx, &err, a.ports.targets),
		Deployments: get(ctx, &err, a.ports.deployments),
		Checks:      get(ctx, &err, a.ports.checks),
		Pipeline:    get(ctx, &err, a.ports.pipeline),
		Alarms:      get(ctx, &err, a.ports.alarms),
		Announcer:   get(ctx, &err, a.ports.announcer),
		Meter:       get(ctx, &err, a.ports.meter),
	}
	return o, err
}

// get opens a port, unless one before could not be.
func get[T any](ctx context.Context, err *error, open func(context.Context) (T, error)) (port T) {
	if *err == nil {
		port, *err = open(ctx)
	}
	return port
}

// decoder lets in the events of the accounts and regions that count: its own,
// unless the settings name others.
func (a *App) decoder(ctx context.Context) (worker.Decoder, error) {
	allowed := event.Options{Accounts: a.settings.Accounts, Regions: a.settings.Regions}
	if len(allowed.Accounts) == 0 {
		me, err := a.ports.caller(ctx)
		if err != nil {
			return nil, err
		}
		allowed.Accounts = []string{me.Account}
	}
	if len(allowed.Regions) == 0 {
		region, err := a.ports.region(ctx)
		if err != nil {
			return nil, err
		}
		allowed.Regions = []string{region}
	}
	return event.NewDecoder(allowed), nil
}

// workerID names a process in the table and in logs: its host, and something
// that no other process of the host has.
func workerID() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "worker"
	}
	return host + "-" + strings.ToLower(rand.Text()[:8])
}

// noQueue is the queue of a loop that nobody sends anything to.
type noQueue struct{}

var _ worker.Queue = noQueue{}

var errNoQueue = errors.New("this process has no queue")

func (noQueue) Receive(ctx context.Context, _ int, _ time.Duration) ([]worker.Delivery, error) {
	<-ctx.Done()
	return nil, nil
}
func (noQueue) Ack(context.Context, []worker.Delivery) error                 { return nil }
func (noQueue) Later(context.Context, worker.Delivery, time.Duration) error  { return nil }
func (noQueue) Extend(context.Context, worker.Delivery, time.Duration) error { return nil }
func (noQueue) Send(context.Context, []byte) error                           { return errNoQueue }
