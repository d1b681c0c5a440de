package worker

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

// handBack is how long a delivery that could not be read or dealt with stays
// away; after twenty receives it is in the dead-letter queue.
const handBack = 5 * time.Second

// Handle deals with one delivery and says what becomes of it. It is acknowledged
// only once what it caused is saved.
func (l *Loop) Handle(ctx context.Context, d Delivery) Verdict {
	v := l.handle(ctx, d)
	l.metrics.handled(d, v)
	return v
}

func (l *Loop) handle(ctx context.Context, d Delivery) Verdict {
	if d.Command {
		return l.handleCommand(ctx, d)
	}
	event, err := l.o.Decoder.Decode(d.Body)
	switch {
	case errors.Is(err, ErrIgnored):
		return Verdict{Ack: true, Why: "ignored"}
	case errors.Is(err, ErrRefused):
		l.log.Warn("event refused", zap.String("message", d.ID), zap.Error(err))
		return Verdict{Ack: true, Why: "refused"}
	case err != nil:
		l.log.Warn("message is no event; handed back", zap.String("message", d.ID), zap.Int("receives", d.Receives), zap.Error(err))
		return Verdict{Delay: handBack, Why: "malformed"}
	}
	concerned, err := l.dispatch(ctx, event)
	switch {
	case err != nil:
		l.log.Warn("event not dealt with; handed back", zap.String("message", d.ID), zap.Error(err))
		return Verdict{Delay: handBack, Why: "failed"}
	case !concerned:
		return Verdict{Ack: true, Why: "unconcerned"}
	}
	return Verdict{Ack: true, Why: "done"}
}

// dispatch takes an event to the canaries it concerns; false if it concerns none.
func (l *Loop) dispatch(ctx context.Context, event Event) (bool, error) {
	switch e := event.(type) {
	case ActionEvent:
		gate := GateSpec{e.Pipeline, e.Stage, e.Action}
		canaries := l.index.gate(gate)
		if e.State != "STARTED" || !e.Approval {
			return l.lookAtExecution(ctx, canaries, e.Execution)
		}
		return l.each(canaries, func(canary string) error {
			return l.gateOpened(ctx, canary, gate, OpenGate{Execution: e.Execution, ActionExecution: e.ActionExecution, StartedAt: e.At})
		})
	case ExecutionEvent:
		return l.lookAtExecution(ctx, l.index.pipeline(e.Pipeline), e.Execution)
	case DeploymentEvent:
		return l.each(l.index.deployment(e.Kind, e.Key), func(canary string) error {
			if e.WaitKey != "" {
				return l.hookWaits(ctx, canary, e)
			}
			if e.State == "START" && e.ID == "" {
				return l.someDeploymentStarted(ctx, canary)
			}
			if e.State == "START" {
				return l.deploymentStarted(ctx, canary, FoundDeployment{ID: e.ID, CreatedAt: e.At})
			}
			return l.lookAtActive(ctx, canary, nil)
		})
	case CheckEvent:
		return l.each(l.index.check(e.Kind, e.Name), func(canary string) error {
			return l.lookAtActive(ctx, canary, func(r statemachine.Release) bool { return r.Check != nil })
		})
	case AlarmEvent:
		return l.each(l.index.alarm(e.Alarm.Name), func(canary string) error {
			return l.alarmChanged(ctx, canary, e.Alarm)
		})
	case AlarmEdited:
		return l.each(l.index.alarm(e.Name), func(canary string) error {
			return l.lookAtActive(ctx, canary, nil)
		})
	case Tick:
		return true, l.Sweep(ctx)
	}
	return false, nil
}

// each runs do for every canary; an error of one does not keep the others from it.
func (l *Loop) each(canaries []string, do func(canary string) error) (bool, error) {
	var errs []error
	for _, canary := range canaries {
		errs = append(errs, do(canary))
	}
	return len(canaries) > 0, errors.Join(errs...)
}

// lookAtExecution looks at the releases of a pipeline execution.
func (l *Loop) lookAtExecution(ctx context.Context, canaries []string, execution string) (bool, error) {
	return l.each(canaries, func(canary string) error {
		return l.lookAtActive(ctx, canary, func(r statemachine.Release) bool { return r.Trigger.Execution == execution })
	})
}

// lookAtActive looks at the canary's release that runs and the one that waits,
// if match (nil: always) says they are meant. It takes no lease: what the look
// decides is saved, and who saves new orders owns them.
func (l *Loop) lookAtActive(ctx context.Context, canary string, match func(statemachine.Release) bool) error {
	return l.withActive(ctx, canary, func(t *turn) error {
		if match != nil && !match(t.release()) || !t.release().Needs().Any() {
			return nil
		}
		look, err := l.look(ctx, t, nil)
		if err != nil {
			return err
		}
		return l.feed(ctx, t, look)
	})
}

// alarmChanged tells the release that runs. Whatever it says is saved before the
// event is acknowledged; a state other than ALARM is only a reason to look.
func (l *Loop) alarmChanged(ctx context.Context, canary string, in statemachine.AlarmEvent) error {
	return l.withGuarded(ctx, canary, func(t *turn) error {
		d, err := l.decide(ctx, t, in)
		if err != nil {
			return err
		}
		if d.Change == statemachine.Decided {
			return l.carry(ctx, t)
		}
		if t.release().Phase != statemachine.Preflight {
			return nil
		}
		look, err := l.look(ctx, t, nil)
		if err != nil {
			return err
		}
		return l.feed(ctx, t, look)
	})
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
