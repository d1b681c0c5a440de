package statemachine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// lawOrders: keys are made by the save; only a rollback replaces a forward order.
func lawOrders(was Release, in Input, _ time.Time, d Decision) error {
	keys := map[string]bool{}
	for _, o := range d.Next.Pending {
		if keys[o.Key] {
			return fmt.Errorf("two orders have key %s", o.Key)
		}
		keys[o.Key] = true
		if !owed(was, o.Key) && !strings.HasPrefix(o.Key, fmt.Sprintf("%s/%d/", was.ID, d.Next.Rev)) {
			return fmt.Errorf("order %s is not of rev %d", o.Key, d.Next.Rev)
		}
	}
	for _, o := range was.Pending {
		if !keys[o.Key] && o.ForwardMove() && outcomeOf(in) != o.Key && d.Next.Failure == nil && d.Next.Phase != Promoted {
			return fmt.Errorf("forward order %s was replaced by %s", o.Key, d.Reason.Code)
		}
	}
	if d.Next.Phase == RollingBack && !d.Next.Plan.Guarded() && len(d.Next.Pending) == 0 {
		return fmt.Errorf("rolling back, but nothing is owed")
	}
	return nil
}

func outcomeOf(in Input) string {
	switch in := in.(type) {
	case OrderDone:
		return in.Key
	case OrderFailed:
		return in.Key
	case Wake, Look, AlarmEvent, Command:
	}
	return ""
}

// lawForwardAfterFailure is law 3, and the first failure stays.
func lawForwardAfterFailure(was Release, _ Input, _ time.Time, d Decision) error {
	r := d.Next
	if was.Failure != nil && r.Failure != was.Failure {
		return fmt.Errorf("the first failure %+v became %+v", was.Failure, r.Failure)
	}
	for _, o := range r.Pending {
		forward := o.ForwardMove() || (o.Kind == Answer && o.Approve)
		if r.Failure != nil && forward && r.Phase != Promoted {
			return fmt.Errorf("%s ordered after failure %s", o.Kind, r.Failure.Code)
		}
		if o.Kind == Answer && r.Phase == RollingBack && len(r.Pending) > 1 {
			return fmt.Errorf("the gate is answered before traffic is back")
		}
	}
	if r.Failure != nil && was.Phase != Promoted && r.Phase == Promoted && d.Reason.Code != CodeTooLate {
		return fmt.Errorf("promoted after failure %s", r.Failure.Code)
	}
	return nil
}

// lawAlarm: an ALARM counts whenever it is seen between the first write and
// promoted, held or not, in a late look as well.
func lawAlarm(was Release, in Input, _ time.Time, d Decision) error {
	if was.Failure != nil || d.Next.Failure != nil || was.Kind == Revert || !was.goesForward() || was.FirstShiftAt.IsZero() {
		return nil
	}
	rang := false
	switch in := in.(type) {
	case Look:
		for _, a := range in.Alarms {
			muted := a.Muted && slices.ContainsFunc(was.Plan.Alarms, func(s AlarmSpec) bool { return s.Name == a.Name && s.HonorMute })
			rang = rang || (a.State == AlarmFiring && !muted && was.alarm(0, a.Name) != nil && !slices.Contains(was.FixForward, a.Name))
		}
		rang = rang && in.BegunAt.After(was.FirstShiftAt)
	case AlarmEvent:
		a := was.alarm(0, in.Name)
		rang = a != nil && in.State == AlarmFiring && !in.Muted && in.At.After(a.Baseline) && !slices.Contains(was.FixForward, in.Name)
	case Wake, Command, OrderDone, OrderFailed:
	}
	if rang {
		return fmt.Errorf("an ALARM was seen, and no failure recorded")
	}
	return nil
}

// lawGate: a gate that somebody rejected, or that no longer waits, turns back what
// moves forward.
func lawGate(was Release, in Input, _ time.Time, d Decision) error {
	l, ok := in.(Look)
	if !ok || l.Gate == nil || was.Gate == nil || was.Gate.Status == GateApproved || !was.goesForward() || was.FirstShiftAt.IsZero() {
		return nil
	}
	closed := l.Gate.Status == GateRejected || l.Gate.Status == GateGone
	if closed && !l.Gate.Ours && (l.Rev == was.Rev || l.BegunAt.After(was.FirstShiftAt)) && d.Next.Failure == nil && d.Change != Decided {
		return fmt.Errorf("the gate is %s, and no failure recorded", l.Gate.Status)
	}
	return nil
}

// lawOutcome: an outcome that nothing is owed for changes nothing.
func lawOutcome(was Release, in Input, _ time.Time, d Decision) error {
	if key := outcomeOf(in); key != "" && !owed(was, key) && d.Change != Unchanged && d.Reason.Cause.Kind != CauseWake {
		return fmt.Errorf("outcome of %s, which is not owed, led to %s", key, d.Reason.Code)
	}
	return nil
}

// owed is told apart from the code under test.
func owed(r Release, key string) bool {
	return slices.ContainsFunc(r.Pending, func(o Order) bool { return o.Key == key })
}
