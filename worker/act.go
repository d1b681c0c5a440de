package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

// errLost: the order or the lease is no longer this worker's; somebody else
// carries on.
var errLost = errors.New("the order is no longer this worker's")

// act tries the due orders of a release once and returns what came of them. The
// Restores of a rollback go to every target, none waits for another.
func (l *Loop) act(ctx context.Context, t *turn) ([]statemachine.Input, error) {
	due := t.due(l.now())
	if len(due) == 0 {
		return nil, nil
	}
	if due[0].Kind == statemachine.Restore {
		outcomes := make([]statemachine.Input, len(due))
		l.fan(len(due), func(i int) { outcomes[i] = l.try(ctx, t, due[i]) })
		return compact(outcomes), nil
	}
	outcome := l.try(ctx, t, due[0])
	if outcome == nil {
		return nil, errLost
	}
	return []statemachine.Input{outcome}, nil
}

// due are the orders this worker may try at that time.
func (t *turn) due(at time.Time) []statemachine.Order {
	var due []statemachine.Order
	for _, o := range t.release().Pending {
		if o.Due(at) {
			due = append(due, o)
		}
	}
	return due
}

func compact(all []statemachine.Input) []statemachine.Input {
	kept := all[:0]
	for _, in := range all {
		if in != nil {
			kept = append(kept, in)
		}
	}
	return kept
}

// try makes an order so, once. Nil: the order or the lease was lost, nothing was
// done.
func (l *Loop) try(ctx context.Context, t *turn, o statemachine.Order) statemachine.Input {
	outcome, err := l.effect(ctx, t, o)
	switch {
	case errors.Is(err, errLost):
		l.metrics.tried(o.Kind, "lost")
		return nil
	case err != nil:
		l.metrics.tried(o.Kind, "failed")
		fault := FaultOf(err)
		if drift, ok := errors.AsType[*driftError](err); ok {
			fault.Code, fault.Seen = statemachine.FaultDrift, &drift.seen
		}
		rolling, waits := errors.AsType[*rollingError](err)
		if waits {
			fault.Seen = &rolling.seen
		}
		l.log.Warn("order failed", zap.String("release", t.release().ID), zap.String("key", o.Key),
			zap.Stringer("fault", fault.Code), zap.String("error", fault.Error))
		return statemachine.OrderFailed{Key: o.Key, Fault: fault, Landed: waits && rolling.landed}
	}
	l.metrics.tried(o.Kind, "done")
	return outcome
}

func (l *Loop) effect(ctx context.Context, t *turn, o statemachine.Order) (statemachine.Input, error) {
	switch o.Kind {
	case statemachine.Shift, statemachine.Promote:
		return l.moveForward(ctx, t, o)
	case statemachine.Restore:
		return l.restore(ctx, t, o)
	case statemachine.Answer, statemachine.StopExecution, statemachine.Continue, statemachine.Stop,
		statemachine.Check, statemachine.RollbackStage:
		if err := l.stillMine(ctx, t, o); err != nil {
			return nil, err
		}
		return l.say(ctx, t, o)
	}
	return nil, fmt.Errorf("order %s: %w", o.Kind, ErrInvalid)
}

// say does the orders that speak to a pipeline, a deployment or a check.
func (l *Loop) say(ctx context.Context, t *turn, o statemachine.Order) (statemachine.Input, error) {
	r := t.release()
	done := statemachine.OrderDone{Key: o.Key}
	err := l.call(ctx, r.CallTimeout, func(ctx context.Context) (err error) {
		switch o.Kind {
		case statemachine.Check:
			done.Run, err = l.startCheck(ctx, r, o)
			return err
		case statemachine.RollbackStage:
			done.Run, err = l.o.Pipeline.RollbackStage(ctx, StageRollback{
				Pipeline: r.Gate.Pipeline, Stage: r.Plan.PipelineRollback.Stage, Execution: r.Gate.Execution, Since: r.Failure.At,
			})
			return err
		case statemachine.Answer:
			look, err := l.o.Pipeline.Answer(ctx, *r.Gate, r.ID, o.Approve, Clip(o.Text))
			done.Gate = &look
			return err
		case statemachine.StopExecution:
			return l.o.Pipeline.StopExecution(ctx, r.Gate.Pipeline, r.Gate.Execution, Clip(o.Text))
		case statemachine.Continue, statemachine.Stop:
			d, err := l.o.Deployments.Open(*r.Plan.Deployment)
			if err != nil {
				return err
			}
			if o.Kind == statemachine.Continue {
				return d.Continue(ctx, r.Deployment.ID, o.WaitKey)
			}
			return d.Stop(ctx, r.Deployment.ID)
		case statemachine.Shift, statemachine.Promote, statemachine.Restore:
		}
		return ErrInvalid
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Kind, err)
	}
	return done, nil
}

// stillMine re-reads the release: the order is still listed and the lease still
// this worker's, and long enough for one whole call.
func (l *Loop) stillMine(ctx context.Context, t *turn, o statemachine.Order) error {
	s, err := l.load(ctx, refOf(t.release()))
	if err != nil {
		return err
	}
	if _, listed := s.Release.Order(o.Key); !listed || !s.Release.WakeAt.Equal(t.lease.wakeAt) {
		return errLost
	}
	if !t.lease.covers(s.Release.CallTimeout, l.o.Clock()) {
		return errLost
	}
	return nil
}
