package worker

import (
	"context"
	"fmt"

	"github.com/serinhq/serin/statemachine"
)

// restore shows the restore point again. On a fenced target it always writes,
// equal or not, and is done only when the split is right and the token is
// another than the one read before: until then a forward write in flight could
// still land with the old token. Where AWS takes its time to carry a restore out,
// the order says that it landed, and then it is only waited for: writing it again
// would begin anew. Without a fence, showing it is enough, unless there is more
// to give back than shows; what lands later settling puts right.
func (l *Loop) restore(ctx context.Context, t *turn, o statemachine.Order) (statemachine.Input, error) {
	if !l.o.Clock().Before(l.sendBefore(t, o)) {
		return nil, errLost
	}
	target, err := l.open(t.release(), o.Target)
	if err != nil {
		return nil, err
	}
	seen, token, err := l.observe(ctx, t, target)
	if err != nil {
		return nil, err
	}
	want := Want{Split: *o.Want}
	if o.Landed && seen.Same(*o.Want) {
		return shown(o, seen, true)
	}
	if !traitsOf(t.release(), o.Target).Fenced {
		if traitsOf(t.release(), o.Target).Unshown {
			return l.restoreUnshown(ctx, t, target, o, want, token)
		}
		if seen.Same(*o.Want) {
			return shown(o, seen, false)
		}
		return l.write(ctx, t, target, o, want, token)
	}
	outcome, moved, err := l.restoreFenced(ctx, t, target, o, want, token)
	if err == nil && !moved {
		want.Mark = o.Key
		outcome, moved, err = l.restoreFenced(ctx, t, target, o, want, token)
	}
	if err == nil && !moved {
		return nil, fmt.Errorf("%s shows the restore point, but its fence did not move: %w", o.Target, ErrUnavailable)
	}
	return outcome, err
}

// restoreUnshown writes, whatever shows, and is done when the write succeeded: one
// whose answer is lost may have given back only what shows.
func (l *Loop) restoreUnshown(ctx context.Context, t *turn, target Target, o statemachine.Order, want Want, token Token) (statemachine.Input, error) {
	err := l.send(ctx, t, o, func(ctx context.Context) error {
		return target.Write(ctx, want, token)
	})
	if err != nil {
		return nil, fmt.Errorf("restore %s to %s: %w", o.Target, want.Split, err)
	}
	back, _, err := l.observe(ctx, t, target)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read back %s: %w", o.Target, err)
	case !back.Same(want.Split):
		return nil, fmt.Errorf("%s still shows %s: %w", o.Target, back, ErrUnavailable)
	}
	return shown(o, back, false)
}

// restoreFenced writes once and reads back; moved says whether the fence did.
func (l *Loop) restoreFenced(ctx context.Context, t *turn, target Target, o statemachine.Order, want Want, token Token) (outcome statemachine.Input, moved bool, err error) {
	err = l.send(ctx, t, o, func(ctx context.Context) error {
		return target.Write(ctx, want, token)
	})
	if err != nil && !ambiguous(err) {
		return nil, false, fmt.Errorf("restore %s to %s: %w", o.Target, want.Split, err)
	}
	back, after, readErr := l.observe(ctx, t, target)
	switch {
	case readErr != nil:
		return nil, false, fmt.Errorf("read back %s: %w", o.Target, readErr)
	case !back.Same(want.Split):
		return nil, false, fmt.Errorf("%s still shows %s: %w", o.Target, back, ErrUnavailable)
	case after == token && err != nil:
		return nil, false, fmt.Errorf("restore %s to %s: %w", o.Target, want.Split, err)
	case after == token:
		return nil, false, nil
	}
	outcome, err = shown(o, back, true)
	return outcome, true, err
}
