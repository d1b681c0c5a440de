package worker

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

// handBack is how long a delivery that nobody can read stays away; after twenty
// receives it is in the dead-letter queue.
const handBack = 5 * time.Second

// again is how long one stays away that could be read, but not dealt with: as
// short at first, and from the fifth receive on twice as long each time, so that
// calls may fail for three quarters of an hour before it is a dead letter. For a
// command a person waits, as a rule for a minute: that long it stays short.
func (d Delivery) again() time.Duration {
	const longest = 5 * time.Minute
	soon := 4
	if d.Command {
		soon = 12
	}
	return min(handBack<<min(max(d.Receives-soon, 0), 16), longest)
}

// Handle deals with one delivery and says what becomes of it. It is acknowledged
// only once what it caused is saved.
func (l *Loop) Handle(ctx context.Context, d Delivery) Verdict {
	return l.conclude(ctx, l.sift(d))
}

// conclude does what a task still asks for.
func (l *Loop) conclude(ctx context.Context, t task) Verdict {
	if t.calls() {
		t.verdict = l.pursue(ctx, t)
	}
	l.metrics.handled(t.Delivery, t.verdict)
	return t.verdict
}

// task is a delivery, and what it was found to be.
type task struct {
	Delivery
	// event is what it tells, and canaries are whom that concerns; nil, if nobody.
	event    Event
	canaries []string
	// verdict says what becomes of it; of one that calls, in the end.
	verdict Verdict
}

// calls: there is more to do than to settle it.
func (t task) calls() bool { return t.verdict == Verdict{} }

// sift decodes and routes, without any call: most events concern nobody.
func (l *Loop) sift(d Delivery) task {
	t := task{Delivery: d}
	if d.Command {
		return t
	}
	event, err := l.o.Decoder.Decode(d.Body)
	switch {
	case errors.Is(err, ErrIgnored):
		t.verdict = Verdict{Ack: true, Why: "ignored"}
	case errors.Is(err, ErrRefused):
		l.log.Warn("event refused", zap.String("message", d.ID), zap.Error(err))
		t.verdict = Verdict{Ack: true, Why: "refused"}
	case err != nil:
		l.log.Warn("message is no event; handed back", zap.String("message", d.ID), zap.Int("receives", d.Receives), zap.Error(err))
		t.verdict = Verdict{Delay: handBack, Why: "malformed"}
	default:
		t.event, t.canaries = event, l.index.concerned(event)
		if _, tick := event.(Tick); len(t.canaries) == 0 && !tick {
			t.verdict = Verdict{Ack: true, Why: "unconcerned"}
		}
	}
	return t
}

// pursue does what a command or an event asks for.
func (l *Loop) pursue(ctx context.Context, t task) Verdict {
	d := t.Delivery
	if d.Command {
		return l.handleCommand(ctx, d)
	}
	if err := l.dispatch(ctx, t.event, t.canaries); err != nil {
		l.log.Warn("event not dealt with; handed back", zap.String("message", d.ID), zap.Int("receives", d.Receives), zap.Error(err))
		return Verdict{Delay: d.again(), Why: "failed"}
	}
	return Verdict{Ack: true, Why: "done"}
}

// withGuarded loads the release that alarms guard now: the one that has begun
// and is not settled. There is at most one, and only the save that settles it
// gives its slot away; so if the one this worker knows of still runs, its item
// says all that the slot would. One that waits listens to no alarm.
func (l *Loop) withGuarded(ctx context.Context, canary string, do func(t *turn) error) error {
	if id := l.index.running(canary); id != "" {
		s, err := l.load(ctx, Ref{canary, id})
		switch {
		case err == nil && begun(s.Release):
			return ended(do(&turn{stored: s}))
		case err != nil && !errors.Is(err, ErrNotFound):
			return err
		}
	}
	return l.withActive(ctx, canary, do)
}

// withActive loads the releases that the canary's slot names.
func (l *Loop) withActive(ctx context.Context, canary string, do func(t *turn) error) error {
	slot, err := l.slot(ctx, canary)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range []string{slot.Active, slot.Next} {
		if id == "" {
			continue
		}
		s, err := l.load(ctx, Ref{canary, id})
		if err == nil {
			err = do(&turn{stored: s})
		}
		errs = append(errs, ended(err))
	}
	return errors.Join(errs...)
}

// feed decides with one input and carries what comes of it.
func (l *Loop) feed(ctx context.Context, t *turn, in statemachine.Input) error {
	d, err := l.decide(ctx, t, in)
	if err != nil {
		return ended(err)
	}
	if d.Change != statemachine.Decided {
		return nil
	}
	return l.carry(ctx, t)
}
