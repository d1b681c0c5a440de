package statemachine

import "time"

// Next is what a release waits for, for people: what, by whom, until when.
type Next struct {
	What string
	// By is timer, person, aws or serin.
	By string
	// At is when the wait ends at the latest; zero if no time is known.
	At time.Time
}

// Upcoming says what the release waits for now; false once it is settled.
func (r Release) Upcoming() (Next, bool) {
	switch {
	case !r.Running():
		return Next{}, false
	case r.contended():
		return Next{"resume, promote or rollback", "person", r.DeadlineAt}, true
	case r.Held != nil:
		return Next{"resume", "person", r.Held.Until}, true
	case len(r.Pending) > 0:
		return Next{r.Pending[0].Kind.String() + nameAfter(r.Pending[0].Target), "serin", r.Pending[0].RetryAt}, true
	}
	switch r.Phase {
	case Queued:
		return Next{"the running release to settle", "serin", noTime}, true
	case Preflight:
		return Next{"preflight", "serin", r.PreflightUntil}, true
	case Shifting:
		return r.shiftingNext(), true
	case Baking:
		if r.Wish != nil {
			return Next{"a healthy look, then promote", "timer", r.LookAt}, true
		}
		if r.Waiting != "" {
			return Next{"a healthy look", "timer", r.LookAt}, true
		}
		return Next{"end of bake", "timer", r.BakeEnd}, true
	case Gated:
		if r.Wish != nil {
			return Next{"a healthy look", "timer", r.LookAt}, true
		}
		if r.Check != nil {
			return Next{"check " + r.Check.String(), "aws", r.WaitUntil}, true
		}
		return Next{"approval", "person", r.WaitUntil}, true
	case Promoting:
		return Next{"a healthy look", "timer", r.LookAt}, true
	case RollingBack:
		return Next{"the rollback to end", "aws", noTime}, true
	case Promoted, RolledBack:
		return Next{"settle", "timer", r.SettleAt}, true
	case Refused, Superseded:
		return Next{"the gate's answer", "serin", noTime}, true
	}
	return Next{}, false
}

func (r Release) shiftingNext() Next {
	if r.Plan.Guarded() {
		return Next{"AWS to shift", "aws", r.DeadlineAt}
	}
	return Next{"a healthy look", "timer", r.LookAt}
}
