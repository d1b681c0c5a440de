package statemachine

import (
	"fmt"
	"slices"
)

// alarmEventFailure: an ALARM counts if CloudWatch's own clock puts it after the
// transition that preflight's look read, even when it is OK again by now: one
// ALARM is one failure.
func (t *turn) alarmEventFailure(in AlarmEvent) *Failure {
	spec, ok := t.alarmSpec(0, in.Name)
	if !ok || in.State != AlarmFiring || t.overridden(in.Name) || (in.Muted && spec.HonorMute) {
		return nil
	}
	if remembered := t.old.alarm(0, in.Name); remembered != nil && !in.At.After(remembered.Baseline) {
		return nil
	}
	return t.fail(CodeAlarm, fmt.Sprintf("alarm %s went to ALARM at %s", in.Name, clock(in.At)))
}

func (t *turn) alarmLookFailure(at int, a AlarmLook, current bool) *Failure {
	spec, ok := t.alarmSpec(at, a.Name)
	if !ok || t.overridden(a.Name) {
		return nil
	}
	muted := a.Muted && spec.HonorMute
	switch {
	case a.State == AlarmFiring && !muted:
		return t.fail(CodeAlarm, fmt.Sprintf("alarm %s is in ALARM since %s", a.Name, clock(a.Transition)))
	case !a.Visited.IsZero() && !muted && t.afterBaseline(at, a):
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

func (t *turn) afterBaseline(at int, a AlarmLook) bool {
	remembered := t.old.alarm(at, a.Name)
	return remembered == nil || a.Visited.After(remembered.Baseline)
}

// guardedBy reports whether the release listens to this alarm at all.
func (t *turn) guardedBy(name string) bool {
	_, ok := t.alarmSpec(0, name)
	return ok
}

// alarmSpec finds the alarm; a revert has none: it is made for the incident.
func (t *turn) alarmSpec(near int, name string) (AlarmSpec, bool) {
	if t.old.Kind == Revert {
		return AlarmSpec{}, false
	}
	spec := named(t.old.Plan.Alarms, near, func(s *AlarmSpec) bool { return s.Name == name })
	if spec == nil {
		return AlarmSpec{}, false
	}
	return *spec, true
}

func (t *turn) overridden(name string) bool { return slices.Contains(t.old.FixForward, name) }

func (r Release) alarm(near int, name string) *Alarm {
	return named(r.Alarms, near, func(a *Alarm) bool { return a.Name == name })
}

func lacksData(a AlarmLook, spec AlarmSpec) bool {
	return a.State == AlarmNoData || (a.State == AlarmBlind && spec.RequireData)
}
