package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func (l *liveView) lookAtTargets(ctx context.Context, a *app.App, r statemachine.Release) error {
	if len(r.Targets) == 0 {
		return nil
	}
	targets, err := a.Targets(ctx)
	if err != nil {
		return err
	}
	for i, spec := range r.Plan.Targets {
		one := liveSubject{Name: spec.Kind + " " + spec.Name, Expected: "unknown"}
		expected := r.Targets[i].Want
		if expected == nil {
			expected = r.Targets[i].Seen
		}
		if expected != nil {
			one.Expected = expected.String()
		}
		split, err := readTarget(ctx, targets, spec)
		if err != nil {
			one.Error = orNull(err.Error())
		} else {
			one.Now = orNull(split.String())
			one.Differs = expected != nil && !split.Same(*expected) && !ordered(r, i, split)
		}
		l.Targets = append(l.Targets, one)
	}
	return nil
}

// ordered: a pending order writes this split; it may have landed just now.
func ordered(r statemachine.Release, i int, split statemachine.Split) bool {
	want := wanted(r, i)
	return want != nil && want.Same(split)
}

func readTarget(ctx context.Context, targets worker.Targets, spec statemachine.TargetSpec) (statemachine.Split, error) {
	target, err := targets.Open(spec)
	if err != nil {
		return statemachine.Split{}, err
	}
	split, _, err := target.Observe(ctx)
	split.Form = ""
	return split, err
}

// observe reads what a canary's targets show now; what can't be read is in the
// error, beside the others.
func observe(ctx context.Context, a *app.App, p statemachine.Plan) (map[string]*statemachine.Split, error) {
	targets, err := a.Targets(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[string]*statemachine.Split{}
	var errs []error
	for _, spec := range p.Targets {
		ctx, cancel := context.WithTimeout(ctx, a.Settings().CallTimeout)
		split, err := readTarget(ctx, targets, spec)
		cancel()
		if err != nil {
			errs = append(errs, fmt.Errorf("read %s: %w", spec.Name, err))
			continue
		}
		seen[spec.Name] = &split
	}
	return seen, errors.Join(errs...)
}

func (l *liveView) lookAtAlarms(ctx context.Context, a *app.App, r statemachine.Release) error {
	if len(r.Alarms) == 0 {
		return nil
	}
	alarms, err := a.Alarms(ctx)
	if err != nil {
		return err
	}
	var queries []worker.AlarmQuery
	for i, alarm := range r.Alarms {
		queries = append(queries, worker.AlarmQuery{Name: alarm.Name, Data: alarm.State == statemachine.AlarmBlind,
			Mute: i < len(r.Plan.Alarms) && r.Plan.Alarms[i].HonorMute})
	}
	looks, err := alarms.Look(ctx, queries)
	for i, alarm := range r.Alarms {
		one := liveSubject{Name: "alarm " + alarm.Name, Expected: stateWord(alarm.State)}
		switch {
		case err != nil:
			one.Error = orNull(err.Error())
		case looks[i].Fault != nil:
			one.Error = orNull(looks[i].Fault.Error)
		default:
			one.Now, one.Detail = orNull(stateWord(looks[i].State)), orNull(looks[i].Reason)
			one.Differs = looks[i].State != alarm.State
		}
		l.Alarms = append(l.Alarms, one)
	}
	return nil
}

func (l *liveView) lookAtGate(ctx context.Context, a *app.App, r statemachine.Release) error {
	if r.Gate == nil {
		return nil
	}
	pipeline, err := a.Pipeline(ctx)
	if err != nil {
		return err
	}
	one := liveSubject{Name: "gate " + r.Gate.Pipeline + "/" + r.Gate.Stage + "/" + r.Gate.Action, Expected: r.Gate.Status.String()}
	switch seen, err := pipeline.Observe(ctx, *r.Gate, r.ID); {
	case err != nil:
		one.Error = orNull(err.Error())
	case seen.Fault != nil:
		one.Error = orNull(seen.Fault.Error)
	default:
		one.Now, one.Detail = orNull(seen.Status.String()), orNull(seen.By)
		one.Differs = seen.Status != r.Gate.Status && r.Gate.Status != statemachine.GateUnknown
	}
	l.Others = append(l.Others, one)
	return nil
}

func (l *liveView) lookAtDeployment(ctx context.Context, a *app.App, r statemachine.Release) error {
	if r.Deployment == nil || r.Plan.Deployment == nil {
		return nil
	}
	deployments, err := a.Deployments(ctx)
	if err != nil {
		return err
	}
	one := liveSubject{Name: "deployment " + r.Deployment.ID, Expected: r.Deployment.Status.String()}
	deployment, err := deployments.Open(*r.Plan.Deployment)
	var seen statemachine.DeploymentLook
	if err == nil {
		seen, err = deployment.Observe(ctx, r.Deployment.ID, nil)
	}
	switch {
	case err != nil:
		one.Error = orNull(err.Error())
	case seen.Fault != nil:
		one.Error = orNull(seen.Fault.Error)
	default:
		one.Now = orNull(seen.Status.String())
		one.Differs = seen.Status != r.Deployment.Status || seen.Point != r.Deployment.Point
	}
	l.Others = append(l.Others, one)
	return nil
}
