package statemachine

import (
	"fmt"
	"slices"
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
	switch in := t.in.(type) {
	case AlarmEvent:
		return t.alarmEventFailure(in)
	case Command:
		return t.commandFailure(in)
	case Look:
		if f := t.lookFailure(in); f != nil {
			return f
		}
	case OrderFailed:
		if f := t.orderFailure(in); f != nil {
			return f
		}
	case OrderDone, Wake:
	}
	return t.timeFailure()
}

func (t *turn) fail(code Code, text string) *Failure {
	return &Failure{Code: code, Text: text, At: t.now}
}

// alarmEventFailure: an ALARM counts if CloudWatch's own clock puts it after the
// transition that preflight's look read, even when it is OK again by now: one
// ALARM is one failure.
func (t *turn) alarmEventFailure(in AlarmEvent) *Failure {
	spec, ok := t.alarmSpec(in.Name)
	if !ok || in.State != AlarmFiring || t.overridden(in.Name) || (in.Muted && spec.HonorMute) {
		return nil
	}
	if remembered := t.old.alarm(in.Name); remembered != nil && !in.At.After(remembered.Baseline) {
		return nil
	}
	return t.fail(CodeAlarm, fmt.Sprintf("alarm %s went to ALARM at %s", in.Name, clock(in.At)))
}

func (t *turn) commandFailure(c Command) *Failure {
	switch {
	case c.Verb == VerbRollback:
		return t.fail(CodeRollbackAsked, "rollback by "+c.Actor+": "+c.Reason)
	case c.Verb == VerbReject && t.old.Phase == Gated:
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
	for _, a := range l.Alarms {
		if f := t.alarmLookFailure(a, current); f != nil {
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
	return nil
}

func (t *turn) alarmLookFailure(a AlarmLook, current bool) *Failure {
	spec, ok := t.alarmSpec(a.Name)
	if !ok || t.overridden(a.Name) {
		return nil
	}
	muted := a.Muted && spec.HonorMute
	switch {
	case a.State == AlarmFiring && !muted:
		return t.fail(CodeAlarm, fmt.Sprintf("alarm %s is in ALARM since %s", a.Name, clock(a.Transition)))
	case !a.Visited.IsZero() && !muted && t.afterBaseline(a):
		return t.fail(CodeAlarm, fmt.Sprintf("alarm %s was in ALARM at %s, unseen until now", a.Name, clock(a.Visited)))
	case !current:
		return nil
	case a.State == AlarmMissing:
		return t.fail(CodeAlarmMissing, "alarm "+a.Name+" does not exist any more")
	case a.State == AlarmUnknown && a.Fault != nil && a.Fault.Final():
		return t.faultFailure(*a.Fault)
	case lacksData(a, spec) && spec.OnNoData == NoDataRefuse:
		return t.fail(CodeNoData, fmt.Sprintf("alarm %s has no data (%s) and onNoData is refuse", a.Name, a.State))
	}
	return nil
}

func (t *turn) afterBaseline(a AlarmLook) bool {
	remembered := t.old.alarm(a.Name)
	return remembered == nil || a.Visited.After(remembered.Baseline)
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
	if o == nil || !o.ForwardMove() || !in.Fault.Final() {
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
		return t.fail(CodeApprovalTimeout, "nobody approved by "+clock(r.WaitUntil))
	case !r.ClockStopped.IsZero() || !reached(r.DeadlineAt, t.now):
		return nil
	}
	for _, o := range r.Pending {
		if o.Fault != nil && o.Fault.Code == FaultNotReady {
			return t.fail(CodeCanaryTooSmall, "the deadline came while waiting: "+o.Fault.Error)
		}
	}
	return t.fail(CodeDeadline, "the deadline came at "+clock(r.DeadlineAt)+textAfter(r.Waiting))
}

func (t *turn) onTimeout() OnTimeout {
	if t.old.Step < 1 || t.old.Step > len(t.old.Plan.Steps) || t.old.Plan.Steps[t.old.Step-1].Approval == nil {
		return TimeoutRollback
	}
	return t.old.Plan.Steps[t.old.Step-1].Approval.OnTimeout
}

// guardedBy reports whether the release listens to this alarm at all.
func (t *turn) guardedBy(name string) bool {
	_, ok := t.alarmSpec(name)
	return ok
}

// alarmSpec finds the alarm; a revert has none: it is made for the incident.
func (t *turn) alarmSpec(name string) (AlarmSpec, bool) {
	if t.old.Kind == Revert {
		return AlarmSpec{}, false
	}
	for _, spec := range t.old.Plan.Alarms {
		if spec.Name == name {
			return spec, true
		}
	}
	return AlarmSpec{}, false
}

func (t *turn) overridden(name string) bool { return slices.Contains(t.old.FixForward, name) }

func (r Release) alarm(name string) *Alarm {
	for i := range r.Alarms {
		if r.Alarms[i].Name == name {
			return &r.Alarms[i]
		}
	}
	return nil
}

func lacksData(a AlarmLook, spec AlarmSpec) bool {
	return a.State == AlarmNoData || (a.State == AlarmBlind && spec.RequireData)
}

func reached(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

func clock(at time.Time) string {
	if at.IsZero() {
		return "an unknown time"
	}
	return at.UTC().Format("2006-01-02 15:04:05Z")
}

func orSomeone(by string) string {
	if by == "" {
		return "someone"
	}
	return by
}

func textAfter(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}
