package local

import (
	"cmp"
	"slices"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// AlarmSpec is an alarm to create. It is OK from the start, with data.
type AlarmSpec struct {
	Name string
	Kind AlarmKind
	// Period (default 60 s) and Periods (default 3) are how it evaluates.
	Period  time.Duration
	Periods int
	// Window is how long it needs to see a step. Default Periods × Period + 2 min.
	Window time.Duration
}

// AlarmKind says what sort of alarm it is.
type AlarmKind int

// The kinds of alarms.
const (
	// MetricAlarm watches a metric. The zero kind is one too.
	MetricAlarm AlarmKind = iota + 1
	// CompositeAlarm watches other alarms.
	CompositeAlarm
	// LogAlarm watches a scheduled query.
	LogAlarm
)

type alarm struct {
	AlarmSpec
	// history holds every state with the time of its transition; the last is now.
	history     []alarmState
	unevaluated bool
	data, muted bool
}

type alarmState struct {
	state  statemachine.AlarmState
	at     time.Time
	reason string
}

// CreateAlarm makes an alarm.
func (w *World) CreateAlarm(spec AlarmSpec) {
	spec.Kind = cmp.Or(spec.Kind, MetricAlarm)
	spec.Period, spec.Periods = cmp.Or(spec.Period, time.Minute), cmp.Or(spec.Periods, 3)
	spec.Window = cmp.Or(spec.Window, time.Duration(spec.Periods)*spec.Period+2*time.Minute)
	w.do(func() {
		first := alarmState{statemachine.AlarmOK, w.instant(), "created OK"}
		w.alarms[spec.Name] = &alarm{AlarmSpec: spec, history: []alarmState{first}, data: true}
	})
}

// SetAlarm changes an alarm's state (AlarmOK, AlarmFiring, AlarmNoData) and
// returns when it did. Saying again what it is changes nothing and sends nothing.
func (w *World) SetAlarm(name string, state statemachine.AlarmState, reason string) time.Time {
	return locked(w, func() time.Time {
		a := w.alarms[name]
		if a == nil {
			return time.Time{}
		}
		was := a.now()
		if was.state == state {
			return was.at
		}
		now := alarmState{state, w.instant(), reason}
		a.history = append(a.history, now)
		w.emitAlarm(a, now, was)
		return now.at
	})
}

// DeleteAlarm removes an alarm.
func (w *World) DeleteAlarm(name string) {
	w.onAlarm(name, func(a *alarm) {
		delete(w.alarms, name)
		state, configuration := a.now().event(), a.configuration()
		configuration["alarmName"] = name
		delete(state, "reason")
		w.emit("aws.cloudwatch", "CloudWatch Alarm Configuration Change", []string{arn("cloudwatch", "alarm:"+name)},
			fields{"alarmName": name, "operation": "delete", "state": state, "configuration": configuration})
	})
}

// SetAlarmData says whether the alarm's metrics have datapoints.
func (w *World) SetAlarmData(name string, has bool) {
	w.onAlarm(name, func(a *alarm) { a.data = has })
}

// SetAlarmMuted begins or ends a mute rule.
func (w *World) SetAlarmMuted(name string, muted bool) {
	w.onAlarm(name, func(a *alarm) { a.muted = muted })
}

// SetAlarmEvaluated says whether CloudWatch can evaluate the alarm.
func (w *World) SetAlarmEvaluated(name string, can bool) {
	w.onAlarm(name, func(a *alarm) { a.unevaluated = !can })
}

func (w *World) onAlarm(name string, change func(*alarm)) {
	w.do(func() {
		if a := w.alarms[name]; a != nil {
			change(a)
		}
	})
}

// copy keeps a read apart from what changes later.
func (a *alarm) copy() alarm {
	c := *a
	c.history = slices.Clone(a.history)
	return c
}
