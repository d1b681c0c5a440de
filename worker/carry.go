package worker

import (
	"context"
	"errors"

	"github.com/serinhq/serin/statemachine"
)

// rounds bounds how long one delivery or wake may carry a release; what is left
// is found at its wake_at.
const rounds = 64

// carry does what a release owes for as long as this worker owns its orders:
// act, decide with the outcome, save, … until nothing is due.
func (l *Loop) carry(ctx context.Context, t *turn) error {
	defer l.announce(context.WithoutCancel(ctx), t)
	for range rounds {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// a round that has begun is finished: each of its calls has its own timeout.
		acted, err := l.carryOrders(context.WithoutCancel(ctx), t)
		if err != nil {
			return ended(err)
		}
		if acted {
			continue
		}
		looked, err := l.carryLook(ctx, t)
		if err != nil || !looked {
			return ended(err)
		}
	}
	return nil
}

// ended is nil for the ways a turn ends well: somebody else carries on.
func ended(err error) error {
	if errors.Is(err, errLost) || errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}

func (l *Loop) carryOrders(ctx context.Context, t *turn) (acted bool, err error) {
	if !t.lease.held() || len(t.due(l.now())) == 0 {
		return false, nil
	}
	if t.release().Phase != statemachine.RollingBack {
		if t.lease, err = l.renew(ctx, &t.stored, t.lease); err != nil {
			return false, err
		}
	} else if kept, err := l.renew(ctx, &t.stored, t.lease); err == nil {
		t.lease = kept
	} else if errors.Is(err, ErrConflict) {
		return false, errLost
	}
	outcomes, err := l.act(ctx, t)
	if err != nil {
		return false, err
	}
	if len(outcomes) == 0 {
		return false, errLost
	}
	return true, l.keepOutcomes(ctx, t, outcomes)
}

// keepOutcomes saves what came of a round, on a context of its own: an outcome
// is worth more than the drain.
func (l *Loop) keepOutcomes(ctx context.Context, t *turn, outcomes []statemachine.Input) error {
	ctx = context.WithoutCancel(ctx)
	for _, in := range outcomes {
		if _, err := l.decide(ctx, t, in); err != nil {
			return err
		}
	}
	return nil
}

// carryLook takes the look that is due, if one is: the release's wake has come
// and no order stands in the way.
func (l *Loop) carryLook(ctx context.Context, t *turn) (looked bool, err error) {
	r := t.release()
	if !r.Running() || r.WakeAt.After(l.now()) || len(t.due(l.now())) > 0 {
		return false, nil
	}
	if t.lease, err = l.claim(ctx, &t.stored); err != nil {
		return false, err
	}
	return l.lookOnce(ctx, t)
}

// lookOnce feeds the core a wake, then a look; true if either changed anything.
func (l *Loop) lookOnce(ctx context.Context, t *turn) (bool, error) {
	d, err := l.decide(ctx, t, statemachine.Wake{})
	if err != nil || d.Change != statemachine.Unchanged {
		return err == nil, err
	}
	if !t.release().Needs().Any() {
		return false, nil
	}
	look, err := l.look(ctx, t, nil)
	if err != nil {
		return false, err
	}
	d, err = l.decide(ctx, t, look)
	return err == nil && d.Change != statemachine.Unchanged, err
}
