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
	due := t.due()
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

// due are the orders this worker may try now.
func (t *turn) due() []statemachine.Order {
	at := now()
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
		l.log.Warn("order failed", zap.String("release", t.release().ID), zap.String("key", o.Key),
			zap.Stringer("fault", fault.Code), zap.String("error", fault.Error))
		return statemachine.OrderFailed{Key: o.Key, Fault: fault}
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
	case statemachine.Answer, statemachine.StopExecution, statemachine.Continue, statemachine.Stop:
		if err := l.stillMine(ctx, t, o); err != nil {
			return nil, err
		}
		return l.say(ctx, t, o)
	}
	return nil, fmt.Errorf("order %s: %w", o.Kind, ErrInvalid)
}

// say does the orders that speak to a pipeline or a deployment.
func (l *Loop) say(ctx context.Context, t *turn, o statemachine.Order) (statemachine.Input, error) {
	r := t.release()
	done := statemachine.OrderDone{Key: o.Key}
	err := l.call(ctx, r.CallTimeout, func(ctx context.Context) error {
		switch o.Kind {
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
	if !t.lease.covers(s.Release.CallTimeout) {
		return errLost
	}
	return nil
}

// driftError: the target shows what the order does not expect.
type driftError struct{ seen statemachine.Split }

func (e *driftError) Error() string { return "the target shows " + e.seen.String() }

// moveForward reads the target's token, then re-reads the release, then writes
// with that token, in this order: a write decided before a failure was recorded
// can then land only until the restore moves the fence.
func (l *Loop) moveForward(ctx context.Context, t *turn, o statemachine.Order) (statemachine.Input, error) {
	target, err := l.open(t.release(), o.Target)
	if err != nil {
		return nil, err
	}
	seen, token, err := l.observe(ctx, t, target)
	if err != nil {
		return nil, err
	}
	if err := l.stillMine(ctx, t, o); err != nil {
		return nil, err
	}
	if seen.Same(*o.Want) {
		return statemachine.OrderDone{Key: o.Key, Seen: &seen}, nil
	}
	if o.From != nil && !seen.Same(*o.From) && !attaching(seen, o) {
		return nil, &driftError{seen}
	}
	return l.write(ctx, t, target, o, Want{Split: *o.Want}, token)
}

// attaching: the canary side is attached at weight 0 on the way to the first
// weight, by an earlier try of this order.
func attaching(seen statemachine.Split, o statemachine.Order) bool {
	return o.Want.Canary != "" && seen.Same(statemachine.Split{Stable: o.Want.Stable, Canary: o.Want.Canary}) &&
		seen.ServesAs(*o.From)
}

// write writes and reads back: only what is read back is done, also after an
// answer that was lost.
func (l *Loop) write(ctx context.Context, t *turn, target Target, o statemachine.Order, want Want, token Token) (statemachine.Input, error) {
	err := l.call(ctx, t.release().CallTimeout, func(ctx context.Context) error {
		return target.Write(ctx, want, token)
	})
	if err != nil && !ambiguous(err) {
		return nil, fmt.Errorf("%s %s to %s: %w", o.Kind, o.Target, want.Split, err)
	}
	back, _, readErr := l.observe(ctx, t, target)
	switch {
	case readErr != nil:
		return nil, fmt.Errorf("read back %s: %w", o.Target, readErr)
	case back.Same(want.Split):
		return statemachine.OrderDone{Key: o.Key, Seen: &back}, nil
	case err != nil:
		return nil, fmt.Errorf("%s %s to %s: %w", o.Kind, o.Target, want.Split, err)
	}
	return nil, fmt.Errorf("%s still shows %s after it was written: %w", o.Target, back, ErrUnavailable)
}

// ambiguous: the write may have been applied.
func ambiguous(err error) bool {
	return faultCode(err) == statemachine.FaultUnavailable
}

func (l *Loop) open(r statemachine.Release, name string) (Target, error) {
	for _, spec := range r.Plan.Targets {
		if spec.Name == name {
			return l.o.Targets.Open(spec)
		}
	}
	return nil, fmt.Errorf("target %s is not in the plan: %w", name, ErrInvalid)
}

func (l *Loop) observe(ctx context.Context, t *turn, target Target) (split statemachine.Split, token Token, err error) {
	err = l.call(ctx, t.release().CallTimeout, func(ctx context.Context) error {
		split, token, err = target.Observe(ctx)
		return err
	})
	return split, token, err
}

func traitsOf(r statemachine.Release, name string) statemachine.Traits {
	for _, spec := range r.Plan.Targets {
		if spec.Name == name {
			return spec.Traits
		}
	}
	return statemachine.Traits{}
}

// restoreUntil is how long a rollback that is saved may go on without the table:
// one more lease. A release ends lease + call timeout after its last save, and
// the worker that takes over saves after this lease ended, so nothing lands late.
func restoreUntil(have lease, length time.Duration) time.Time { return have.until.Add(length) }
