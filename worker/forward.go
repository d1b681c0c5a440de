package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// driftError: the target shows what the order does not expect.
type driftError struct{ seen statemachine.Split }

func (e *driftError) Error() string { return "the target shows " + e.seen.String() }

// rollingError: the target shows what was asked, and AWS is still carrying it out.
type rollingError struct {
	seen statemachine.Split
	// landed: a restore whose fence has moved.
	landed bool
}

func (e *rollingError) Error() string { return "AWS is still carrying out " + e.seen.String() }

// Unwrap: it is waited for, as for a target that is not ready.
func (e *rollingError) Unwrap() error { return ErrNotReady }

// shown is the outcome of an order whose split is read back.
func shown(o statemachine.Order, seen statemachine.Split, landed bool) (statemachine.Input, error) {
	if seen.Rolling {
		return nil, fmt.Errorf("%s %s: %w", o.Kind, o.Target, &rollingError{seen, landed})
	}
	return statemachine.OrderDone{Key: o.Key, Seen: &seen}, nil
}

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
		return shown(o, seen, false)
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
	err := l.send(ctx, t, o, func(ctx context.Context) error {
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
		return shown(o, back, false)
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
