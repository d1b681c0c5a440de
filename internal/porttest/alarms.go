package porttest

import (
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// AlarmsHarness is a world without alarms, and the adapter that reads it.
type AlarmsHarness struct {
	Alarms worker.Alarms

	// Create makes an alarm that is OK, with data, and not muted.
	Create func(t *testing.T, name string, kind AlarmKind)
	// Set changes the state (AlarmOK, AlarmFiring or AlarmNoData) and returns
	// when, as the world tells it. It keeps history, and its times never repeat.
	Set func(t *testing.T, name string, state statemachine.AlarmState) time.Time
	// BreakEvaluation lets the world fail to evaluate the alarm, whose state stays.
	BreakEvaluation func(t *testing.T, name string)
	// Data says whether the alarm's metrics had a datapoint lately.
	Data func(t *testing.T, name string, has bool)
	// Mute begins or ends a mute rule on the alarm.
	Mute func(t *testing.T, name string, on bool)
	// Calls counts the reads that the world answered.
	Calls func(t *testing.T) int
	Faults
}

// AlarmKind says what sort of alarm to create.
type AlarmKind int

// The kinds of alarms.
const (
	// MetricAlarm has a period of 60 s and 3 evaluation periods.
	MetricAlarm AlarmKind = iota + 1
	// CompositeAlarm watches other alarms.
	CompositeAlarm
	// LogAlarm is a scheduled query with a threshold.
	LogAlarm
)

// Alarms checks worker.Alarms' contract.
func Alarms(t *testing.T, open func(t *testing.T) AlarmsHarness, within ...Within) {
	t.Helper()
	run(t, open, within, alarmStates(), alarmVisits(), alarmBatches())
}

// checkout is the alarm that most claims are about.
const checkout = "checkout-5xx"

// look asks one query.
func (h AlarmsHarness) look(t *testing.T, query worker.AlarmQuery) statemachine.AlarmLook {
	t.Helper()
	looks, err := h.Alarms.Look(t.Context(), []worker.AlarmQuery{query})
	ok(t, err)
	if len(looks) != 1 || looks[0].Name != query.Name {
		t.Fatalf("looks %+v, want one of %s", looks, query.Name)
	}
	return looks[0]
}

// is checks the state that a plain query sees.
func (h AlarmsHarness) is(t *testing.T, name string, want statemachine.AlarmState) statemachine.AlarmLook {
	t.Helper()
	look := h.look(t, worker.AlarmQuery{Name: name})
	if look.State != want {
		t.Fatalf("alarm %s is %s, want %s: %+v", name, look.State, want, look)
	}
	return look
}
