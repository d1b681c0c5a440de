package statemachine

import "time"

// begin starts preflight: one look, at once. A release that could not even be
// resolved is refused at birth.
func begin(r Release, code Code, now time.Time) Decision {
	t := newborn(r, now)
	if r.Failure != nil {
		t.failure = r.Failure
		t.refuseFailure()
		return t.born(t.failure.Code, t.failure.Text)
	}
	t.next.Phase = Preflight
	t.next.LookAt = now
	t.next.PreflightUntil = now.Add(r.Plan.PreflightWait)
	return t.born(code, "preflight of "+orVersion(r.Version)+" begins")
}

func enqueue(r Release, behind string, now time.Time) Decision {
	t := newborn(r, now)
	t.next.Phase = Queued
	return t.born(CodeQueued, "release "+behind+" runs")
}

// supersede ends a release that nothing was moved for: only its gate is left.
func supersede(r Release, text string, now time.Time) Decision {
	t := newborn(r, now)
	t.next.Phase = Superseded
	t.next.Failure = &Failure{Code: CodeSuperseded, Text: text, At: now}
	t.next.closeGate(t)
	return t.born(CodeSuperseded, text)
}

// newborn is a turn whose input is the admission itself.
func newborn(r Release, now time.Time) *turn {
	t := &turn{old: r, next: r.draft(), in: Wake{}, now: now, cause: Cause{Kind: CauseEvent, ID: r.Trigger.Key}}
	if r.Trigger.Kind == TriggerManual {
		t.cause.Kind = CauseCommand
	}
	t.old.Rev = r.Rev - 1
	t.old.Pending = nil
	return t
}

func (t *turn) born(code Code, text string) Decision {
	t.next.UpdatedAt = t.now
	t.next.WakeAt = t.wakeAt()
	return Decision{Next: t.next, Change: Decided, Reason: Reason{Code: code, Text: text, Cause: t.cause}}
}
