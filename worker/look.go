package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/serinhq/serin/statemachine"
)

// look reads the present as far as the release needs it now. What can't be read
// says so in its part; the error is for the table, without which nothing can be
// decided.
func (l *Loop) look(ctx context.Context, t *turn, p *pacer) (statemachine.Look, error) {
	r := t.release()
	needs := r.Needs()
	look := statemachine.Look{ID: l.o.NewID(), Rev: r.Rev, BegunAt: l.now()}
	if p != nil && p.begun.Before(look.BegunAt) {
		look.BegunAt = p.begun
	}
	if needs.Preflight {
		if err := l.lookAtSlots(ctx, t, &look); err != nil {
			return look, err
		}
	}
	if needs.Alarms {
		look.Alarms = l.lookAtAlarms(ctx, r, needs.Preflight, p)
	}
	if needs.Targets {
		look.Targets = make([]statemachine.TargetLook, len(r.Targets))
		l.fan(len(r.Targets), func(i int) { look.Targets[i] = l.lookAtTarget(ctx, t, i, p) })
	}
	if needs.Gate {
		look.Gate = l.lookAtGate(ctx, r, p)
	}
	if needs.Deployment {
		look.Deployment = l.lookAtDeployment(ctx, r, t.waitKey, needs.Preflight, p)
	}
	if needs.Check {
		look.Check = l.lookAtCheck(ctx, r, p)
	}
	if needs.Preflight && r.Gate != nil {
		look.Problems = l.lookAtPipeline(ctx, r)
	}
	return look, nil
}

// lookAtSlots reads the canary's slot and who holds the targets, before anything
// else: the save that begins is conditional on them.
func (l *Loop) lookAtSlots(ctx context.Context, t *turn, look *statemachine.Look) error {
	slot, err := l.slot(ctx, t.release().Canary)
	if err != nil {
		return err
	}
	look.Slot = &slot
	if len(t.release().Plan.Targets) == 0 {
		return nil
	}
	t.slots, err = l.targetSlots(ctx, t.release())
	return err
}

func (l *Loop) lookAtTarget(ctx context.Context, t *turn, i int, p *pacer) statemachine.TargetLook {
	r := t.release()
	spec := r.Plan.Targets[i]
	seen := statemachine.TargetLook{Name: spec.Name}
	err := l.readTarget(ctx, t, i, p, &seen)
	if err != nil {
		fault := FaultOf(err)
		seen.Fault, seen.Split = &fault, nil
	}
	if r.Needs().Preflight && i < len(t.slots) {
		if holder := t.slots[i]; holder.Release != "" && holder.Release != r.ID {
			seen.BusyWith = holder.Release
		}
	}
	return seen
}

func (l *Loop) readTarget(ctx context.Context, t *turn, i int, p *pacer, seen *statemachine.TargetLook) error {
	r := t.release()
	spec := r.Plan.Targets[i]
	target, err := l.o.Targets.Open(spec)
	if err != nil {
		return err
	}
	if kind, ok := l.o.Targets.Kind(spec.Kind); ok {
		if err := p.pace(ctx, kind.API); err != nil {
			return err
		}
	}
	split, _, err := l.observe(ctx, t, target)
	if err != nil {
		return fmt.Errorf("read %s: %w", spec.Name, err)
	}
	if !r.Needs().Preflight {
		seen.Split = &split
		return nil
	}
	var found TargetFinding
	err = l.call(ctx, r.CallTimeout, func(ctx context.Context) (err error) {
		found, err = target.Preflight(ctx, TargetPreflight{
			Release: r.ID, Shows: split, Canary: r.Targets[i].Canary, WeightsPct: weights(r.Plan),
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("preflight of %s: %w", spec.Name, err)
	}
	split.Form = found.Form
	seen.Split, seen.Canary, seen.Problems, seen.Lag = &split, found.Canary, found.Problems, found.Lag
	return nil
}

func weights(p statemachine.Plan) []float64 {
	var all []float64
	for _, s := range p.Steps {
		if s.WeightPct > 0 {
			all = append(all, s.WeightPct)
		}
	}
	return all
}

func (l *Loop) lookAtGate(ctx context.Context, r statemachine.Release, p *pacer) *statemachine.GateLook {
	var look statemachine.GateLook
	err := p.pace(ctx, "pipeline")
	if err == nil {
		err = l.call(ctx, r.CallTimeout, func(ctx context.Context) (err error) {
			look, err = l.o.Pipeline.Observe(ctx, *r.Gate, r.ID)
			return err
		})
	}
	if err != nil {
		fault := FaultOf(err)
		return &statemachine.GateLook{Status: statemachine.GateUnknown, Fault: &fault}
	}
	return &look
}

func (l *Loop) lookAtDeployment(ctx context.Context, r statemachine.Release, told string, preflight bool, p *pacer) *statemachine.DeploymentLook {
	var look statemachine.DeploymentLook
	d, err := l.o.Deployments.Open(*r.Plan.Deployment)
	if err == nil {
		err = p.pace(ctx, r.Plan.Deployment.Kind)
	}
	if err == nil {
		var steps []statemachine.Step
		if preflight {
			steps = r.Plan.Steps
		}
		err = l.call(ctx, r.CallTimeout, func(ctx context.Context) (err error) {
			look, err = d.Observe(ctx, r.Deployment.ID, steps)
			return err
		})
	}
	if err != nil {
		fault := FaultOf(err)
		return &statemachine.DeploymentLook{Status: statemachine.DeploymentUnknown, Fault: &fault}
	}
	look = completed(look, told, r.Deployment.Reached, r.Deployment.WaitKey)
	return &look
}

// lookAtPipeline asks whether the gate can work at all. Where what is deployed
// can change under a running release the deploying action must stand in the
// gate's own stage.
func (l *Loop) lookAtPipeline(ctx context.Context, r statemachine.Release) []statemachine.Problem {
	ownStage := false
	for _, spec := range r.Plan.Targets {
		ownStage = ownStage || spec.Traits.SwapsRoles || spec.Traits.Labelled
	}
	var problems []statemachine.Problem
	err := l.call(ctx, r.CallTimeout, func(ctx context.Context) (err error) {
		problems, err = l.o.Pipeline.Preflight(ctx, GateSpec{r.Gate.Pipeline, r.Gate.Stage, r.Gate.Action}, ownStage)
		return err
	})
	if err != nil {
		wait := !errors.Is(err, ErrDenied) && !errors.Is(err, ErrNotFound)
		return []statemachine.Problem{{Code: statemachine.CodeInvalid, Text: Clip("the pipeline can't be read: " + err.Error()), Wait: wait}}
	}
	return problems
}
