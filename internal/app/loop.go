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
	if err != nil {
		return nil, err
	}
	decoder, err := a.decoder(ctx)
	if err != nil {
		return nil, err
	}
	events, err := a.ports.events(ctx)
	if err != nil {
		return nil, err
	}
	commands, err := a.ports.commands(ctx)
	if err != nil {
		return nil, err
	}
	o.Decoder, o.Events, o.Commands, o.Metrics = decoder, events, commands, worker.NewMetrics(registry)
	return worker.New(o)
}

// loopOptions are the settings and every port but the queues.
func (a *App) loopOptions(ctx context.Context, log *zap.Logger) (worker.Options, error) {
	s := a.settings
	o := worker.Options{
		ID: WorkerID(), Version: Version(), Log: log,
		Lease: s.Lease, CallTimeout: s.CallTimeout, Resync: s.Resync, Drain: s.Drain, Poll: Poll,
	}
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	var err error
	if o.Store, err = a.ports.catalog(ctx); err != nil {
		note(err)
	}
	if o.Targets, err = a.ports.targets(ctx); err != nil {
		note(err)
	}
	if o.Deployments, err = a.ports.deployments(ctx); err != nil {
		note(err)
	}
	if o.Pipeline, err = a.ports.pipeline(ctx); err != nil {
		note(err)
	}
	if o.Alarms, err = a.ports.alarms(ctx); err != nil {
		note(err)
	}
	if o.Announcer, err = a.ports.announcer(ctx); err != nil {
		note(err)
	}
	if o.Meter, err = a.ports.meter(ctx); err != nil {
		note(err)
	}
	return o, errors.Join(errs...)
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

// WorkerID names a process in the table and in logs: its host, and something
// that no other process of the host has.
func WorkerID() string {
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
