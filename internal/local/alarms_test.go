package local_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
)

func TestAlarms_areLookedAt(t *testing.T) {
	porttest.Alarms(t, func(t *testing.T) porttest.AlarmsHarness {
		t.Helper()
		w, client, faults := open(t)
		calls := 0
		w.Intercept(func(context.Context, local.Call) local.Effect { calls++; return local.Effect{} })
		return porttest.AlarmsHarness{
			Alarms: client.Alarms(), Faults: faults,
			Create: func(_ *testing.T, name string, kind porttest.AlarmKind) {
				w.CreateAlarm(local.AlarmSpec{Name: name, Kind: local.AlarmKind(kind)})
			},
			Set: func(_ *testing.T, name string, state statemachine.AlarmState) time.Time {
				return w.SetAlarm(name, state, "Threshold Crossed: 1 datapoint")
			},
			BreakEvaluation: func(_ *testing.T, name string) { w.SetAlarmEvaluated(name, false) },
			Data:            func(_ *testing.T, name string, has bool) { w.SetAlarmData(name, has) },
			Mute:            func(_ *testing.T, name string, on bool) { w.SetAlarmMuted(name, on) },
			Calls:           func(*testing.T) int { return calls },
		}
	}, synctest.Test)
}
