package statemachine

import (
	"fmt"
	"time"
)

// failed finds what turns a release back while it moves forward.
func (t *turn) failed() bool {
	if t.failure == nil {
		t.failure = t.findFailure()
	}
	return t.failure != nil
}

func (t *turn) findFailure() *Failure {
	f := t.inputFailure()
	if f == nil {
		if f = t.timeFailure(); f != nil {
			t.byTime()
		}
	}
	return f
}

func (t *turn) inputFailure() *Failure {
	switch in := t.in.(type) {
	case AlarmEvent:
		return t.alarmEventFailure(in)
	case Command:
		return t.commandFailure(in)
	case Look:
		return t.lookFailure(in)
	case OrderFailed:
		return t.orderFailure(in)
	case OrderDone, Wake:
	}
	return nil
}

// byTime: a time had come, whatever brought the news. A command's person is not
// behind it, and the command itself was not taken.
func (t *turn) byTime() { t.cause, t.actor = Cause{Kind: CauseWake}, "" }

func (t *turn) fail(code Code, text string) *Failure {
	return &Failure{Code: code, Text: text, At: t.now}
}

func (t *turn) commandFailure(c Command) *Failure {
	switch {
	case c.Verb == VerbRollback:
		return t.fail(CodeRollbackAsked, "rollback by "+c.Actor+": "+c.Reason)
	case c.Verb == VerbReject && t.old.Phase == Gated && !t.checking():
		return t.fail(CodeRejected, "rejected by "+c.Actor+": "+c.Reason)
	}
	return nil
}

// lookFailure: an ALARM counts in any look begun after the save of the first
// Shift; everything else only in a look taken for this rev, but for a gate's
// answer, which is final.
func (t *turn) lookFailure(l Look) *Failure {
	current := l.Rev == t.old.Rev
	if !current && !l.BegunAt.After(t.old.FirstShiftAt) {
		return nil
	}
	for i, a := range l.Alarms {
		if f := t.alarmLookFailure(i, a, current); f != nil {
			return f
		}
	}
	if f := t.gateFailure(l); f != nil {
		return f
	}
	if !current {
		return nil
	}
	for _, seen := range l.Targets {
		if seen.Fault != nil && seen.Fault.Final() {
			return t.faultFailure(*seen.Fault)
		}
	}
	if f := t.checkFailure(); f != nil {
		return f
	}
	if d := l.Deployment; d != nil && d.Fault != nil && d.Fault.Final() {
		return t.faultFailure(*d.Fault)
	}
	return nil
}

// gateFailure: the gate was rejected by a person or timed out, or its execution
// was stopped or superseded. Our own answer is none.
func (t *turn) gateFailure(l Look) *Failure {
	if t.old.Gate == nil || l.Gate == nil || l.Gate.Ours || t.gateApproved() {
		return nil
	}
	switch l.Gate.Status {
	case GateRejected:
		return t.fail(CodeGateRejected, "the gate was rejected by "+orSomeone(l.Gate.By))
	case GateGone:
		return t.fail(CodeGateGone, "the pipeline execution no longer waits at the gate")
	case GateOpen, GateApproved, GateUnknown:
	}
	return nil
}

// orderFailure: a forward order that another try can't help.
func (t *turn) orderFailure(in OrderFailed) *Failure {
	o := t.old.order(in.Key)
	if o == nil || (!o.ForwardMove() && o.Kind != Check) || !in.Fault.Final() {
		return nil
	}
	return t.faultFailure(in.Fault)
}

func (t *turn) faultFailure(f Fault) *Failure {
	code := CodeInvalid
	switch f.Code {
	case FaultDenied:
		code = CodeDenied
	case FaultGone:
		code = CodeGone
	case FaultConflict, FaultNotReady, FaultThrottled, FaultUnavailable, FaultDrift, FaultInvalid:
	}
	text := f.Error
	if f.Call != "" {
		text = fmt.Sprintf("%s (%s on %s)", f.Error, f.Call, f.Resource)
	}
	return t.fail(code, text)
}

// timeFailure: a wait of the release has ended, by its own times and not by
// what woke it.
func (t *turn) timeFailure() *Failure {
	r := t.old
	switch {
	case r.Held != nil && reached(r.Held.Until, t.now):
		return t.fail(CodeHoldTimeout, "held by "+r.Held.By+" for "+r.Plan.HoldTimeout.String()+", which is holdTimeout")
	case r.Phase == Gated && r.Wish == nil && reached(r.WaitUntil, t.now) && t.onTimeout() == TimeoutRollback:
		if r.Check != nil {
			return t.fail(CodeCheckTimeout, "check "+r.Check.String()+" has not ended by "+clock(r.WaitUntil))
		}
		return t.fail(CodeApprovalTimeout, "nobody approved by "+clock(r.WaitUntil))
	case !r.ClockStopped.IsZero() || !reached(r.DeadlineAt, t.now):
		return nil
	}
	for _, o := range r.Pending {
		if o.Fault == nil || o.Fault.Code != FaultNotReady {
			continue
		}
		code := CodeCanaryTooSmall
		if o.Fault.Seen != nil && o.Fault.Seen.Rolling {
			code = CodeDeadline
		}
		return t.fail(code, "the deadline came while waiting: "+o.Fault.Error)
	}
	return t.fail(CodeDeadline, "the deadline came at "+clock(r.DeadlineAt)+textAfter(r.Waiting))
}

// onTimeout is what the end of the wait in the present step means.
func (t *turn) onTimeout() OnTimeout {
	if t.old.Step < 1 || t.old.Step > len(t.old.Plan.Steps) {
		return TimeoutRollback
	}
	switch step := t.old.Plan.Steps[t.old.Step-1]; {
	case step.Check != nil:
		return step.Check.OnTimeout
	case step.Approval != nil:
		return step.Approval.OnTimeout
	}
	return TimeoutRollback
}

func reached(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }
