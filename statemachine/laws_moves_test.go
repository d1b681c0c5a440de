package statemachine

import (
	"fmt"
	"slices"
	"time"
)

// lawHeld: nothing moves forward while a person holds it; the deadline stands
// still then, and while a person is asked.
func lawHeld(was Release, in Input, _ time.Time, d Decision) error {
	asked := was.Phase == Gated && was.Wish == nil
	if d.Next.Failure != nil && was.Failure == nil && d.Next.Failure.Code == CodeDeadline && (was.Held != nil || asked) {
		return fmt.Errorf("the deadline came while its clock stood still")
	}
	if c, ok := in.(Command); was.Held == nil || (ok && c.Verb == VerbResume) {
		return nil
	}
	for _, o := range d.Next.Pending {
		if !owed(was, o.Key) && (o.ForwardMove() || (o.Kind == Answer && o.Approve)) {
			return fmt.Errorf("%s ordered while held", o.Kind)
		}
	}
	return nil
}

// lawBake: a bake ends by a look begun after its end, or a person's promote.
func lawBake(was Release, in Input, _ time.Time, d Decision) error {
	if was.Phase != Baking || d.Next.Phase == Baking || d.Next.Failure != nil || d.Reason.Code == CodeDrift {
		return nil
	}
	if d.Next.Phase == Promoted && was.Plan.Guarded() {
		return nil // AWS ended it
	}
	l, ok := in.(Look)
	promote := was.Wish != nil && was.Wish.Verb == VerbPromote
	switch {
	case !ok:
		if _, command := in.(Command); !command { // resume and promote repeat the weight
			return fmt.Errorf("the bake ended without a look")
		}
	case l.Rev != was.Rev, l.BegunAt.Before(was.BakeEnd) && !promote:
		return fmt.Errorf("the bake ended by a look of rev %d begun %s", l.Rev, since(l.BegunAt))
	}
	return nil
}

// lawBack is law 9: every target that was ordered to move goes back at once.
func lawBack(was Release, _ Input, _ time.Time, d Decision) error {
	if was.Phase == RollingBack || d.Next.Phase != RollingBack || was.Plan.Guarded() {
		return nil
	}
	for i, target := range d.Next.Targets {
		back := slices.ContainsFunc(d.Next.Pending, func(o Order) bool { return o.Kind == Restore && o.Target == target.Name })
		if was.Targets[i].Written && !target.Foreign && !back {
			return fmt.Errorf("%s was moved and is not restored", target.Name)
		}
	}
	return nil
}

// lawArbiter: while Approved is pending only the gate turns the release back.
func lawArbiter(was Release, in Input, _ time.Time, d Decision) error {
	answering := slices.ContainsFunc(was.Pending, func(o Order) bool { return o.Kind == Answer })
	if _, done := in.(OrderDone); was.Phase == Promoting && answering && d.Next.Phase != Promoting && !done {
		return fmt.Errorf("went to %s although the gate had not spoken", d.Next.Phase)
	}
	return nil
}

// lawOnce: Serin's plan wins once over a drift without a person's word.
func lawOnce(was Release, _ Input, _ time.Time, d Decision) error {
	if d.Next.Corrections > 1 || (was.Corrections > 0 && d.Change == Decided && d.Reason.Code == CodeDrift && d.Next.Failure == nil) {
		return fmt.Errorf("a drift was corrected twice")
	}
	return nil
}

// lawLease: who does not act on the orders does not take their lease.
func lawLease(was Release, in Input, now time.Time, d Decision) error {
	if outcomeOf(in) != "" || d.Change == Unchanged || !d.Next.anyDue(now) {
		return nil
	}
	for _, o := range d.Next.Pending {
		if !owed(was, o.Key) {
			return nil
		}
	}
	if !d.Next.WakeAt.Equal(was.WakeAt) {
		return fmt.Errorf("took the lease of orders that it did not make")
	}
	return nil
}

// lawMemory: what a look saw of an alarm is not forgotten by one that saw nothing.
func lawMemory(was Release, _ Input, _ time.Time, d Decision) error {
	for i, a := range d.Next.Alarms {
		if a.Transition.Before(was.Alarms[i].Transition) && a.Transition.IsZero() {
			return fmt.Errorf("the transition of alarm %s was forgotten", a.Name)
		}
	}
	return nil
}

// lawSettling: what moved traffic is settled by a look with nothing to do, begun
// when nothing of it can land any more.
func lawSettling(was Release, in Input, _ time.Time, d Decision) error {
	moved := slices.ContainsFunc(was.Targets, func(t Target) bool { return t.Written })
	if !was.Running() || d.Next.Running() || !moved || d.Next.Phase == Refused {
		return nil
	}
	l, ok := in.(Look)
	if !ok || len(was.Pending) > 0 || l.Rev != was.Rev || was.SettleAt.IsZero() || l.BegunAt.Before(was.SettleAt) {
		return fmt.Errorf("settled without a look of its own after %s", since(was.SettleAt))
	}
	return nil
}
