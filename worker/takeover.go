package worker

import (
	"context"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// TakeOver makes this process act on a rollback, whoever owns it: it moves
// wake_at, due or not. It is for a person at a terminal when no worker does it;
// any other phase is left to [Loop.Wake]. ErrConflict: the release has just
// changed; look again.
func (l *Loop) TakeOver(ctx context.Context, ref Ref) error {
	s, err := l.load(ctx, ref)
	if err != nil {
		return err
	}
	if s.Release.Phase != statemachine.RollingBack {
		return l.Wake(ctx, ref)
	}
	t := &turn{stored: s}
	if t.lease, err = l.claim(ctx, &t.stored); err != nil {
		return err
	}
	l.memory.keep(t.release(), t.lease)
	return l.carry(ctx, t)
}

// Follow drives one release in this process until traffic is where it stays, or
// ctx ends. Settling is left to the workers, or to another Follow.
func (l *Loop) Follow(ctx context.Context, ref Ref) (statemachine.Release, error) {
	for {
		s, err := l.load(ctx, ref)
		if err != nil {
			return statemachine.Release{}, err
		}
		if !s.Release.FinishedAt.IsZero() {
			return s.Release, nil
		}
		if !pause(ctx, max(time.Until(s.Release.WakeAt), 50*time.Millisecond)) {
			return s.Release, ctx.Err()
		}
		if err := l.Wake(ctx, ref); err != nil {
			return s.Release, err
		}
	}
}
