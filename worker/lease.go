package worker

import (
	"context"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// lease is the right to act on a release's orders: the wake_at that this worker
// wrote. Any other wake_at in the table means it is lost.
type lease struct {
	// wakeAt is what was written; zero: no lease.
	wakeAt time.Time
	// until is its end on the monotonic clock, counted from before the write.
	until time.Time
	// begun is when it was written, for renewal.
	begun time.Time
}

func (l lease) held() bool { return !l.wakeAt.IsZero() }

// covers reports whether a call of at most d, begun at, ends before the lease.
func (l lease) covers(d time.Duration, at time.Time) bool {
	return l.held() && !at.Add(d).After(l.until)
}

// leaseFrom is the lease a save or claim wrote at begun, if it wrote one.
func leaseFrom(begun time.Time, r statemachine.Release) lease {
	if !r.WakeAt.Equal(begun.UTC().Truncate(time.Millisecond).Add(r.Lease)) {
		return lease{}
	}
	return lease{wakeAt: r.WakeAt, until: begun.Add(r.Lease), begun: begun}
}

// claim takes a release whose wake is due, by moving it. ErrConflict: another
// worker did.
func (l *Loop) claim(ctx context.Context, s *Stored) (lease, error) {
	begun := l.o.Clock()
	until := begun.UTC().Truncate(time.Millisecond).Add(s.Release.Lease)
	err := l.call(ctx, s.Release.CallTimeout, func(ctx context.Context) error {
		return l.o.Store.Claim(ctx, refOf(s.Release), s.Release.Rev, s.Release.WakeAt, until)
	})
	l.tableSaid(err)
	if err != nil {
		return lease{}, err
	}
	s.Release.WakeAt = until
	return leaseFrom(begun, s.Release), nil
}

// renew keeps a lease alive once a third of it is used up.
func (l *Loop) renew(ctx context.Context, s *Stored, have lease) (lease, error) {
	if l.o.Clock().Sub(have.begun) < s.Release.Lease/3 {
		return have, nil
	}
	return l.claim(ctx, s)
}

// send is the call that changes a target. It is sent only while a call timeout is
// left of the right to act, so that it is over when that right is, however long
// this process stood still since it last looked.
func (l *Loop) send(ctx context.Context, t *turn, o statemachine.Order, do func(context.Context) error) error {
	ctx, cancel := context.WithDeadline(ctx, l.sendBefore(t, o))
	defer cancel()
	return l.call(ctx, t.release().CallTimeout, do)
}

// sendBefore is the lease's end less one call timeout. While the table is
// unreachable a rollback that is saved has one lease more.
func (l *Loop) sendBefore(t *turn, o statemachine.Order) time.Time {
	until := t.lease.until
	if o.Kind == statemachine.Restore && l.table.err() != nil {
		until = restoreUntil(t.lease, t.release().Lease)
	}
	return until.Add(-t.release().CallTimeout)
}

// call runs one port call under the call timeout.
func (l *Loop) call(ctx context.Context, timeout time.Duration, do func(context.Context) error) error {
	return callUntil(ctx, l.o.Clock().Add(timeout), do)
}

// callUntil runs one port call that must end by then, however long this process
// stood still before it.
func callUntil(ctx context.Context, end time.Time, do func(context.Context) error) error {
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	return do(ctx)
}
