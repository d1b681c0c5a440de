package worker

import (
	"context"
	"errors"

	"github.com/serinhq/serin/statemachine"
)

// dispatch takes an event to the canaries it concerns; an error of one does not
// keep the others from it.
func (l *Loop) dispatch(ctx context.Context, event Event, canaries []string) error {
	if _, tick := event.(Tick); tick {
		return l.Sweep(ctx)
	}
	var errs []error
	for _, canary := range canaries {
		errs = append(errs, l.tellCanary(ctx, canary, event))
	}
	return errors.Join(errs...)
}

func (l *Loop) tellCanary(ctx context.Context, canary string, event Event) error {
	switch e := event.(type) {
	case ActionEvent:
		if e.State != "STARTED" || !e.Approval {
			return l.lookAtExecution(ctx, canary, e.Execution)
		}
		return l.gateOpened(ctx, canary, e.gate(), OpenGate{Execution: e.Execution, ActionExecution: e.ActionExecution, StartedAt: e.At})
	case ExecutionEvent:
		return l.lookAtExecution(ctx, canary, e.Execution)
	case DeploymentEvent:
		return l.deploymentTold(ctx, canary, e)
	case CheckEvent:
		return l.lookAtActive(ctx, canary, func(r statemachine.Release) bool { return r.Check != nil })
	case AlarmEvent:
		return l.alarmChanged(ctx, canary, e.Alarm)
	case AlarmEdited:
		return l.lookAtActive(ctx, canary, nil)
	case Tick:
	}
	return nil
}

func (l *Loop) deploymentTold(ctx context.Context, canary string, e DeploymentEvent) error {
	switch {
	case e.WaitKey != "":
		return l.hookWaits(ctx, canary, e)
	case e.State == "START" && e.ID == "":
		return l.someDeploymentStarted(ctx, canary)
	case e.State == "START":
		return l.deploymentStarted(ctx, canary, FoundDeployment{ID: e.ID, CreatedAt: e.At})
	}
	return l.lookAtActive(ctx, canary, nil)
}

// lookAtExecution looks at the canary's release of a pipeline execution.
func (l *Loop) lookAtExecution(ctx context.Context, canary, execution string) error {
	return l.lookAtActive(ctx, canary, func(r statemachine.Release) bool { return r.Trigger.Execution == execution })
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
