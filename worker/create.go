package worker

import (
	"context"
	"errors"
	"fmt"

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
		c := Commit{OpID: l.o.NewID(), By: l.o.ID, At: a.New.Next.UpdatedAt, Trigger: &trigger, Slot: &a.Slot,
			Saves: []Save{{Next: a.New.Next, Entry: a.New.Entry(0)}}}
		if a.Overtaken != nil {
			c.Saves = append(c.Saves, Save{Next: a.Overtaken.Next, Entry: a.Overtaken.Entry(was.Phase), WasRev: was.Rev})
		}
		t := &turn{stored: Stored{Release: a.New.Next}, outcome: outcome}
		c.Outcome = t.outcomeFor(a.New)
		err = l.commit(ctx, c, a.New.Next.UpdatedAt)
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
	at := l.now()
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
		l.index.note(s.Next)
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
	return statemachine.Spec{ID: l.o.NewID(), Kind: statemachine.Forward, Plan: plan, Lease: l.o.Lease, CallTimeout: l.o.CallTimeout}
}
