package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

// admit creates the release of a spec in one transaction: trigger, slot, release,
// first line of history, and the overtaken one superseded. Then it drives it.
// A trigger that has a release already creates none.
func (l *Loop) admit(ctx context.Context, spec statemachine.Spec, outcome *Outcome) error {
	trigger := TriggerItem{Source: spec.Trigger.Source, Key: spec.Trigger.Key, Ref: Ref{spec.Plan.Canary, spec.ID}}
	for range tries {
		a, was, err := l.admission(ctx, spec)
		if err != nil {
			return err
		}
		if a.Refused != nil {
			return l.refuseCommand(ctx, outcome, string(a.Refused.Code), a.Refused.Text)
		}
		c := Commit{OpID: newID(), By: l.o.ID, At: a.New.Next.UpdatedAt, Trigger: &trigger, Slot: &a.Slot,
			Saves: []Save{{Next: a.New.Next, Entry: a.New.Entry(0)}}}
		if a.Overtaken != nil {
			c.Saves = append(c.Saves, Save{Next: a.Overtaken.Next, Entry: a.Overtaken.Entry(was.Phase), WasRev: was.Rev})
		}
		t := &turn{stored: Stored{Release: a.New.Next}, outcome: outcome}
		c.Outcome = t.outcomeFor(a.New)
		err = l.commit(ctx, c)
		switch {
		case err == nil:
			l.created(t, a, c)
			return l.carry(ctx, t)
		case !errors.Is(err, ErrConflict):
			return fmt.Errorf("create release of %s: %w", spec.Plan.Canary, err)
		}
		if known, err := l.known(ctx, spec.Trigger); err != nil || known {
			return err
		}
	}
	return fmt.Errorf("create release of %s: %w after %d tries", spec.Plan.Canary, ErrConflict, tries)
}

// admission reads the slot and what it names, and asks the core. was is the
// release that waited.
func (l *Loop) admission(ctx context.Context, spec statemachine.Spec) (a statemachine.Admission, was statemachine.Release, err error) {
	slot, err := l.slot(ctx, spec.Plan.Canary)
	if err != nil {
		return a, was, err
	}
	var active, next *statemachine.Release
	if active, err = l.named(ctx, slot.Canary, slot.Active); err != nil {
		return a, was, err
	}
	if next, err = l.named(ctx, slot.Canary, slot.Next); err != nil {
		return a, was, err
	}
	if next != nil {
		was = *next
	}
	at := now()
	return statemachine.Admit(slot, active, next, statemachine.New(spec, at), at), was, nil
}

func (l *Loop) named(ctx context.Context, canary, id string) (*statemachine.Release, error) {
	if id == "" {
		return nil, nil
	}
	s, err := l.load(ctx, Ref{canary, id})
	if err != nil {
		return nil, err
	}
	return &s.Release, nil
}

func (l *Loop) created(t *turn, a statemachine.Admission, c Commit) {
	t.stored.OpID, t.outcome = c.OpID, nil
	for i, s := range c.Saves {
		l.announceLater(t, s, i == 0)
		l.wakeUp(refOf(s.Next), s.Next.WakeAt)
	}
	l.metrics.entered(0, a.New.Next.Phase)
	l.log.Info("created", append(releaseFields(a.New.Next, a.New),
		zap.String("trigger", a.New.Next.Trigger.Source+" "+a.New.Next.Trigger.Key))...)
}

// known reports whether the trigger has its release.
func (l *Loop) known(ctx context.Context, trigger statemachine.Trigger) (bool, error) {
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		_, err := l.o.Store.Trigger(ctx, trigger.Source, trigger.Key)
		return err
	})
	l.tableSaid(err)
	switch {
	case errors.Is(err, ErrNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look up trigger %s: %w", trigger.Source, err)
	}
	return true, nil
}

// plan is the canary's definition with the traits of its targets filled in.
func (l *Loop) plan(ctx context.Context, canary string) (statemachine.Plan, error) {
	var d Definition
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		d, err = l.o.Store.Canary(ctx, canary)
		return err
	})
	l.tableSaid(err)
	if err != nil {
		return statemachine.Plan{}, fmt.Errorf("read canary %s: %w", canary, err)
	}
	plan := d.Plan
	plan.Targets = append([]statemachine.TargetSpec(nil), plan.Targets...)
	for i := range plan.Targets {
		if kind, ok := l.o.Targets.Kind(plan.Targets[i].Kind); ok {
			plan.Targets[i].Traits = kind.Traits
		}
	}
	return plan, nil
}

// base is what every spec of a canary shares.
func (l *Loop) base(plan statemachine.Plan) statemachine.Spec {
	return statemachine.Spec{ID: newID(), Kind: statemachine.Forward, Plan: plan, Lease: l.o.Lease, CallTimeout: l.o.CallTimeout}
}

// gateOpened creates the release of an open gate, unless it has one.
func (l *Loop) gateOpened(ctx context.Context, canary string, open OpenGate) error {
	plan, err := l.plan(ctx, canary)
	if errors.Is(err, ErrNotFound) {
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
	running, err := l.findDeployment(ctx, plan, found)
	if err != nil || running.Rollback {
		return err
	}
	spec := l.base(plan)
	spec.Trigger, spec.Deployment, spec.Version = trigger, found.ID, orID(running)
	spec.Trigger.At = running.CreatedAt
	return l.admit(ctx, spec, nil)
}

func orID(d FoundDeployment) string {
	if d.Version != "" {
		return d.Version
	}
	return d.ID
}

// findDeployment reads what an event does not tell; one that is over by now is
// taken as the event said.
func (l *Loop) findDeployment(ctx context.Context, plan statemachine.Plan, found FoundDeployment) (FoundDeployment, error) {
	d, err := l.o.Deployments.Open(*plan.Deployment)
	if err != nil {
		return found, err
	}
	var all []FoundDeployment
	err = l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		all, err = d.Find(ctx)
		return err
	})
	if err != nil {
		return found, fmt.Errorf("find deployments of %s: %w", plan.Deployment.Key, err)
	}
	for _, f := range all {
		if f.ID == found.ID {
			return f, nil
		}
	}
	return found, nil
}

// resolve finds the version of every target, once. What can't be resolved
// refuses the release at birth, naming names and never values; what can't be read
// now is an error.
func (l *Loop) resolve(ctx context.Context, spec *statemachine.Spec, override map[int]string) error {
	values, problem, err := l.variables(ctx, *spec)
	if err != nil {
		return err
	}
	for i, target := range spec.Plan.Targets {
		text, asked := override[i]
		if !asked {
			text = target.Version
			if name, ok := variable(text); ok {
				text = values[name]
			}
		}
		if problem != nil {
			spec.Canaries = append(spec.Canaries, "")
			continue
		}
		version, err := l.resolveOne(ctx, target, text)
		switch {
		case errors.Is(err, ErrInvalid), errors.Is(err, ErrNotFound), errors.Is(err, ErrDenied):
			problem = &statemachine.Problem{Code: statemachine.CodeVersionUnfit, Text: Clip(target.Name + ": " + err.Error())}
		case err != nil:
			return fmt.Errorf("resolve version of %s: %w", target.Name, err)
		}
		if spec.Version == "" {
			spec.Version = version
		}
		if target.Traits.SwapsRoles {
			version = ""
		}
		spec.Canaries = append(spec.Canaries, version)
	}
	spec.Refusal = problem
	return nil
}

func (l *Loop) resolveOne(ctx context.Context, spec statemachine.TargetSpec, text string) (version string, err error) {
	target, err := l.o.Targets.Open(spec)
	if err != nil {
		return "", err
	}
	err = l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		version, err = target.Resolve(ctx, text)
		return err
	})
	return version, err
}

// variables reads the output variables that the plan refers to, and no others.
func (l *Loop) variables(ctx context.Context, spec statemachine.Spec) (map[string]string, *statemachine.Problem, error) {
	var names []string
	for _, target := range spec.Plan.Targets {
		if name, ok := variable(target.Version); ok {
			names = with(names, name)
		}
	}
	if len(names) == 0 || spec.Gate == nil {
		return nil, nil, nil
	}
	var values map[string]string
	var known []string
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		values, known, err = l.o.Pipeline.Variables(ctx, spec.Gate.Pipeline, spec.Gate.Execution, names)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read variables of execution %s: %w", spec.Gate.Execution, err)
	}
	for _, name := range names {
		if values[name] == "" {
			return values, &statemachine.Problem{Code: statemachine.CodeUnresolved,
				Text: Clip(fmt.Sprintf("#{%s} is no output variable of the execution; it has: %s", name, strings.Join(known, ", ")))}, nil
		}
	}
	return values, nil, nil
}

// variable takes the name out of "#{Namespace.Variable}".
func variable(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, "#{")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, "}")
}
