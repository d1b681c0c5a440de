package porttest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func alarmStates() []claim[AlarmsHarness] {
	return []claim[AlarmsHarness]{
		{"a name that nobody knows is missing, never OK", func(t *testing.T, h AlarmsHarness) {
			h.is(t, checkout, statemachine.AlarmMissing)
		}},
		{"alarms of every type are seen, with state and transition", func(t *testing.T, h AlarmsHarness) {
			for _, kind := range []AlarmKind{MetricAlarm, CompositeAlarm, LogAlarm} {
				name := fmt.Sprint("checkout-", int(kind))
				h.Create(t, name, kind)
				h.is(t, name, statemachine.AlarmOK)
				for _, state := range []statemachine.AlarmState{statemachine.AlarmFiring, statemachine.AlarmNoData, statemachine.AlarmOK} {
					at := h.Set(t, name, state)
					if look := h.is(t, name, state); !look.Transition.Equal(at) || look.Reason == "" {
						t.Errorf("look %+v, want the transition at %s and CloudWatch's reason", look, at)
					}
				}
			}
		}},
		{"an evaluation that fails is no data", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			h.BreakEvaluation(t, checkout)
			h.is(t, checkout, statemachine.AlarmNoData)
		}},
		{"an ALARM whose evaluation fails is an ALARM", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			h.Set(t, checkout, statemachine.AlarmFiring)
			h.BreakEvaluation(t, checkout)
			h.is(t, checkout, statemachine.AlarmFiring)
		}},
		{"OK without a datapoint is blind, if asked", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			seesData(t, h, statemachine.AlarmOK)
			h.Data(t, checkout, false)
			seesData(t, h, statemachine.AlarmBlind)
			h.is(t, checkout, statemachine.AlarmOK)
			h.Set(t, checkout, statemachine.AlarmFiring)
			seesData(t, h, statemachine.AlarmFiring)
		}},
		{"a mute rule is told, if asked, and an ALARM stays one", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			h.Set(t, checkout, statemachine.AlarmFiring)
			for _, muted := range []bool{false, true, false} {
				h.Mute(t, checkout, muted)
				look := h.look(t, worker.AlarmQuery{Name: checkout, Mute: true})
				if look.Muted != muted || look.State != statemachine.AlarmFiring {
					t.Errorf("look %+v, want a muted %t ALARM", look, muted)
				}
			}
		}},
		{"the window is what the alarm needs to see a step", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			if look := h.is(t, checkout, statemachine.AlarmOK); look.Window != 5*time.Minute {
				t.Errorf("window is %s, want 3 × 60s + 2m", look.Window)
			}
		}},
	}
}

func seesData(t *testing.T, h AlarmsHarness, want statemachine.AlarmState) {
	t.Helper()
	if look := h.look(t, worker.AlarmQuery{Name: checkout, Data: true}); look.State != want {
		t.Errorf("alarm is %s, want %s: %+v", look.State, want, look)
	}
}

func alarmVisits() []claim[AlarmsHarness] {
	return []claim[AlarmsHarness]{
		{"a visit to ALARM that nobody saw is told", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			since := h.is(t, checkout, statemachine.AlarmOK).Transition
			at := h.Set(t, checkout, statemachine.AlarmFiring)
			h.Set(t, checkout, statemachine.AlarmOK)
			h.visited(t, since, at)
		}},
		{"the last of several visits is told", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, CompositeAlarm)
			since := h.Set(t, checkout, statemachine.AlarmOK)
			h.Set(t, checkout, statemachine.AlarmFiring)
			h.Set(t, checkout, statemachine.AlarmOK)
			at := h.Set(t, checkout, statemachine.AlarmFiring)
			h.Set(t, checkout, statemachine.AlarmNoData)
			h.visited(t, since, at)
		}},
		{"a change without ALARM is no visit", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			since := h.Set(t, checkout, statemachine.AlarmOK)
			h.Set(t, checkout, statemachine.AlarmNoData)
			h.Set(t, checkout, statemachine.AlarmOK)
			h.visited(t, since, time.Time{})
		}},
		{"an ALARM before the transition that is remembered is no visit", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			h.Set(t, checkout, statemachine.AlarmFiring)
			since := h.Set(t, checkout, statemachine.AlarmOK)
			h.visited(t, since, time.Time{})
			h.Set(t, checkout, statemachine.AlarmNoData)
			h.visited(t, since, time.Time{})
		}},
		{"an ALARM that ended is no visit when the ALARM itself is remembered", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			since := h.Set(t, checkout, statemachine.AlarmFiring)
			h.Set(t, checkout, statemachine.AlarmOK)
			h.visited(t, since, time.Time{})
		}},
		{"nothing remembered asks for no history", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			h.Set(t, checkout, statemachine.AlarmFiring)
			h.Set(t, checkout, statemachine.AlarmOK)
			h.visited(t, time.Time{}, time.Time{})
		}},
	}
}

func (h AlarmsHarness) visited(t *testing.T, since, want time.Time) {
	t.Helper()
	if look := h.look(t, worker.AlarmQuery{Name: checkout, Since: since}); !look.Visited.Equal(want) {
		t.Errorf("visited ALARM at %s, want %s", look.Visited, want)
	}
}

func alarmBatches() []claim[AlarmsHarness] {
	return []claim[AlarmsHarness]{
		{"no queries are no looks", func(t *testing.T, h AlarmsHarness) {
			looks, err := h.Alarms.Look(t.Context(), nil)
			if err != nil || len(looks) > 0 {
				t.Errorf("looks %v, error %v", looks, err)
			}
		}},
		{"many are answered in the order of the queries, a hundred a call", func(t *testing.T, h AlarmsHarness) {
			var queries []worker.AlarmQuery
			for i := range 150 {
				name := fmt.Sprintf("alarm-%03d", 149-i)
				if i%50 != 7 {
					h.Create(t, name, MetricAlarm)
				}
				queries = append(queries, worker.AlarmQuery{Name: name})
			}
			queries = append(queries, queries[0]) // two releases may watch one alarm
			before := h.Calls(t)
			looks, err := h.Alarms.Look(t.Context(), queries)
			ok(t, err)
			if calls := h.Calls(t) - before; calls > 2 {
				t.Errorf("%d calls for 150 names, want 2", calls)
			}
			if len(looks) != len(queries) {
				t.Fatalf("%d looks for %d queries", len(looks), len(queries))
			}
			for i, look := range looks {
				if missing := look.State == statemachine.AlarmMissing; look.Name != queries[i].Name || missing != (i%50 == 7 && i < 150) {
					t.Errorf("look %d is %s, %s; want %s", i, look.Name, look.State, queries[i].Name)
				}
			}
		}},
		{"Look says why it could not", func(t *testing.T, h AlarmsHarness) {
			h.Create(t, checkout, MetricAlarm)
			failsAs(t, h.Faults, Reads, func(ctx context.Context) error {
				_, err := h.Alarms.Look(ctx, []worker.AlarmQuery{{Name: checkout}})
				return err
			})
		}},
	}
}
