package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

// overdue is how far past a wake_at may be before readers call it overdue.
const overdue = 2 * time.Minute

// Interval is how long to wait before the next [Loop.Due]: a third of a lease
// while anything runs, lease plus call timeout when nothing does.
func (l *Loop) Interval(running bool) time.Duration {
	if running {
		return l.o.Lease / 3
	}
	return l.o.Lease + l.o.CallTimeout
}

// Due finds what falls due before its next round, and says whether anything runs.
func (l *Loop) Due(ctx context.Context) (due []Due, err error) {
	err = l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		due, err = l.o.Store.Due(ctx, l.now().Add(l.o.Lease))
		return err
	})
	l.tableSaid(err)
	if err != nil {
		return nil, fmt.Errorf("find due releases: %w", err)
	}
	return due, nil
}

// Sweep compares what should be with what is, once a resync: every running
// release, every watched gate and deployment group, what was not announced. A
// lost event costs a resync, never a release. Its reads are paced.
func (l *Loop) Sweep(ctx context.Context) error {
	begun := l.o.Clock()
	running, err := l.pulse(ctx, begun)
	if running == nil && err != nil {
		return err
	}
	errs := []error{err}
	for _, w := range l.index.all() {
		errs = append(errs, l.findTriggers(ctx, w))
	}
	errs = append(errs, l.lookAgainAtAll(ctx, running))
	l.metrics.swept(l.o.Clock().Sub(begun), len(running))
	return errors.Join(errs...)
}

// pulse is the part of a sweep that waits for no budget: what canaries name and
// what runs is read anew, the worker says that it lives, and ends are told. swept is when the
// sweep under way began. Nil residents: the table could not be read.
func (l *Loop) pulse(ctx context.Context, swept time.Time) ([]resident, error) {
	c, err := l.count(ctx)
	if err != nil {
		return nil, err
	}
	err = l.beat(ctx, swept)
	l.publish(ctx, c.gauges)
	err = errors.Join(err, l.tellEnds(ctx))
	if c.running == nil {
		c.running = []resident{}
	}
	return c.running, err
}

func (l *Loop) beat(ctx context.Context, swept time.Time) error {
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		return l.o.Store.Beat(ctx, WorkerInfo{ID: l.o.ID, SeenAt: l.now(), LastSweepAt: swept.UTC(), Version: l.o.Version})
	})
	l.tableSaid(err)
	if err != nil {
		return fmt.Errorf("say that this worker lives: %w", err)
	}
	return nil
}

func ignoreGone(err error) error {
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrNewerSchema) {
		return nil
	}
	return err
}

// findTriggers finds gates that opened and deployments that started without an
// event that reached us.
func (l *Loop) findTriggers(ctx context.Context, w watch) error {
	switch {
	case w.trigger.Kind == statemachine.TriggerPipeline:
		return l.findGates(ctx, w)
	case w.deployment != nil:
		return l.findDeployments(ctx, w)
	}
	return nil
}

func (l *Loop) findGates(ctx context.Context, w watch) error {
	if err := l.pace(ctx, "pipeline"); err != nil {
		return err
	}
	var open []OpenGate
	gate := gateOf(w.trigger)
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		open, err = l.o.Pipeline.Waiting(ctx, gate)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for open gates of %s: %w", w.canary, err)
	}
	var errs []error
	for _, one := range open {
		errs = append(errs, l.gateOpened(ctx, w.canary, gate, one))
	}
	return errors.Join(errs...)
}

func (l *Loop) findDeployments(ctx context.Context, w watch) error {
	if err := l.pace(ctx, w.deployment.Kind); err != nil {
		return err
	}
	return l.runningDeployments(ctx, w)
}

// runningDeployments makes a release of everything that runs and has none.
func (l *Loop) runningDeployments(ctx context.Context, w watch) error {
	d, err := l.o.Deployments.Open(*w.deployment)
	if err != nil {
		return err
	}
	var found []FoundDeployment
	err = l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		found, err = d.Find(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("find deployments of %s: %w", w.canary, err)
	}
	var errs []error
	for _, f := range found {
		if !f.Rollback {
			errs = append(errs, l.deploymentStarted(ctx, w.canary, f))
		}
	}
	return errors.Join(errs...)
}

// publish tells Serin's own promises as numbers. A failure is logged: the
// heartbeat that is missing is what its alarm is for.
func (l *Loop) publish(ctx context.Context, g Gauges) {
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error { return l.o.Meter.Publish(ctx, g) })
	if err != nil {
		l.log.Warn("metrics not published", zap.Error(err))
	}
}
