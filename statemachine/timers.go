package statemachine

import "time"

// keepClock stops the deadline's clock while a person is asked or holds the
// release, and lets it go on after.
func (t *turn) keepClock() {
	stopped := t.next.Held != nil || (t.next.Phase == Gated && t.next.Wish == nil)
	switch {
	case stopped && t.next.ClockStopped.IsZero():
		t.next.ClockStopped = t.now
	case !stopped && !t.next.ClockStopped.IsZero():
		passed := t.now.Sub(t.next.ClockStopped)
		if !t.next.DeadlineAt.IsZero() {
			t.next.DeadlineAt = t.next.DeadlineAt.Add(passed)
		}
		if t.next.Phase == Preflight {
			t.next.PreflightUntil = t.next.PreflightUntil.Add(passed)
		}
		t.next.ClockStopped = noTime
	}
}

// wakeAt is the earliest of the release's own times. While orders run it is the
// lease: the one who made them, or brings their outcome, gets a new one; anybody
// else's save leaves it as it is.
func (t *turn) wakeAt() time.Time {
	r := t.next
	if !r.Running() {
		return noTime
	}
	if r.anyDue(t.now) {
		if t.ownsOrders() {
			return t.now.Add(r.Lease)
		}
		return t.old.WakeAt
	}
	return r.earliest(t.now)
}

func (r Release) anyDue(now time.Time) bool {
	for _, o := range r.Pending {
		if o.Due(now) {
			return true
		}
	}
	return false
}

// ownsOrders: this input comes from the one who acts on the orders, or the
// decision made new ones.
func (t *turn) ownsOrders() bool {
	switch t.in.(type) {
	case OrderDone, OrderFailed:
		return true
	case Wake, Look, AlarmEvent, Command:
	}
	for _, o := range t.next.Pending {
		if t.old.order(o.Key) == nil {
			return true
		}
	}
	return false
}

// earliest is the next of the times the release waits for, when no order is due.
func (r Release) earliest(now time.Time) time.Time {
	wake := noTime
	add := func(at time.Time) {
		if !at.IsZero() && (wake.IsZero() || at.Before(wake)) {
			wake = at
		}
	}
	for _, o := range r.Pending {
		add(o.RetryAt)
	}
	if r.ClockStopped.IsZero() && r.Failure == nil && r.goesForward() {
		add(r.DeadlineAt)
	}
	if len(r.Pending) == 0 && !r.SettleAt.IsZero() {
		add(latest(r.SettleAt, r.LookAt))
	}
	if r.Phase == Gated {
		add(r.WaitUntil)
	}
	switch {
	case r.Held != nil:
		add(r.Held.Until)
	case r.contended() || len(r.Pending) > 0:
	case r.Phase == Baking && r.Wish == nil:
		add(latest(r.BakeEnd, r.LookAt))
	case r.Phase == Preflight:
		add(r.LookAt)
		add(r.PreflightUntil)
	default:
		add(r.LookAt)
	}
	if wake.IsZero() || r.looksAgain() {
		add(now.Add(2 * r.Lease))
	}
	return wake
}

// goesForward: the deadline still means something.
func (r Release) goesForward() bool {
	return r.Phase == Shifting || r.Phase == Baking || r.Phase == Gated || r.Phase == Promoting
}

// looksAgain: the release waits for what no time of its own tells.
func (r Release) looksAgain() bool {
	return r.Phase == Queued || (r.Plan.Guarded() && (r.Phase == Shifting || r.Phase == RollingBack))
}

// checkRuns: a check has started, and what it says is waited for.
func (r Release) checkRuns() bool { return r.Check != nil && r.Check.Run != "" && r.Wish == nil }

// Needs is what a look at the release must read now. Nothing while there is
// nothing a look could change.
func (r Release) Needs() Needs {
	if !r.Running() {
		return Needs{}
	}
	if r.Plan.Guarded() {
		return r.guardedNeeds()
	}
	gate, check := r.Gate != nil, r.checkRuns()
	switch r.Phase {
	case Queued:
		return Needs{Gate: gate}
	case Preflight:
		return Needs{Alarms: true, Targets: true, Gate: gate, Preflight: true}
	case Shifting, Promoting:
		if r.FirstShiftAt.IsZero() {
			return Needs{}
		}
		return Needs{Alarms: r.Kind == Forward, Targets: len(r.Pending) == 0, Gate: gate}
	case Baking, Gated:
		return Needs{Alarms: r.Kind == Forward, Targets: true, Gate: gate, Check: check}
	case Promoted, RolledBack:
		return Needs{Targets: len(r.Pending) == 0}
	case RollingBack, Refused, Superseded:
		return Needs{}
	}
	return Needs{}
}
