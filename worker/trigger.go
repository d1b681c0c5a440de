package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/serinhq/serin/statemachine"
)

// gateOpened creates the release of an open gate, unless it has one, or the
// canary is gone or waits at another gate by now.
func (l *Loop) gateOpened(ctx context.Context, canary string, gate GateSpec, open OpenGate) error {
	plan, err := l.plan(ctx, canary)
	if errors.Is(err, ErrNotFound) || err == nil && gateOf(plan.Trigger) != gate {
		return nil
	}
	if err != nil {
		return err
	}
	trigger := statemachine.Trigger{
		Kind: statemachine.TriggerPipeline, At2: open.StartedAt, Execution: open.Execution,
		Source: "pipeline#" + plan.Trigger.Pipeline + "/" + open.Execution, Key: open.ActionExecution,
	}
	if known, err := l.known(ctx, trigger); err != nil || known {
		return err
	}
	var execution Execution
	err = l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		execution, err = l.o.Pipeline.Execution(ctx, plan.Trigger.Pipeline, open.Execution)
		return err
	})
	if err != nil {
		return fmt.Errorf("read execution %s: %w", open.Execution, err)
	}
	trigger.At, trigger.Rollback = execution.StartedAt, execution.Rollback
	spec := l.base(plan)
	spec.Trigger = trigger
	if execution.Rollback {
		spec.Kind = statemachine.Revert
	}
	spec.Gate = &statemachine.Gate{
		Pipeline: plan.Trigger.Pipeline, Stage: plan.Trigger.Stage, Action: plan.Trigger.Action,
		Execution: open.Execution, ActionExecution: open.ActionExecution, Status: statemachine.GateOpen,
	}
	if err := l.resolve(ctx, &spec, nil); err != nil {
		return err
	}
	return l.admit(ctx, spec, nil)
}

// deploymentStarted creates the release that guards a deployment, unless it has
// one. AWS's own rollback of another deployment is nobody's release.
func (l *Loop) deploymentStarted(ctx context.Context, canary string, found FoundDeployment) error {
	plan, err := l.plan(ctx, canary)
	if err != nil || !plan.Guarded() {
		return ended(err)
	}
	trigger := statemachine.Trigger{
		Kind: statemachine.TriggerDeployment, At: found.CreatedAt,
		Source: plan.Deployment.Kind + "#" + plan.Deployment.Key, Key: found.ID,
	}
	if known, err := l.known(ctx, trigger); err != nil || known {
		return err
	}
	running, runs, err := l.findDeployment(ctx, plan, found.ID)
	if err != nil || !runs || running.Rollback {
		return err
	}
	spec := l.base(plan)
	spec.Trigger, spec.Deployment, spec.Version = trigger, found.ID, orID(running)
	spec.Trigger.At = running.CreatedAt
	return l.admit(ctx, spec, nil)
}

// someDeploymentStarted finds what an event without an id speaks of: one that
// began, or the way back of the one that the running release guards.
func (l *Loop) someDeploymentStarted(ctx context.Context, canary string) error {
	plan, err := l.plan(ctx, canary)
	if err != nil || !plan.Guarded() {
		return ended(err)
	}
	return errors.Join(
		l.runningDeployments(ctx, watch{canary, plan.Trigger, plan.Deployment}),
		l.lookAtActive(ctx, canary, nil),
	)
}

func orID(d FoundDeployment) string {
	if d.Version != "" {
		return d.Version
	}
	return d.ID
}

// findDeployment reads what an event does not tell; false if it runs no more:
// then nothing is left to guard, and what was not listed yet the sweep finds.
func (l *Loop) findDeployment(ctx context.Context, plan statemachine.Plan, id string) (FoundDeployment, bool, error) {
	d, err := l.o.Deployments.Open(*plan.Deployment)
	if err != nil {
		return FoundDeployment{}, false, err
	}
	var all []FoundDeployment
	err = l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		all, err = d.Find(ctx)
		return err
	})
	if err != nil {
		return FoundDeployment{}, false, fmt.Errorf("find deployments of %s: %w", plan.Deployment.Key, err)
	}
	for _, f := range all {
		if f.ID == id {
			return f, true, nil
		}
	}
	return FoundDeployment{}, false, nil
}

func gateOf(t statemachine.TriggerSpec) GateSpec {
	return GateSpec{t.Pipeline, t.Stage, t.Action}
}
