package awstest

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// The methods of this file are the test's side of CloudWatch. They panic on an alarm the test never made.

// PutAlarm makes or changes an alarm and returns the Configuration Change event. A new alarm is INSUFFICIENT_DATA,
// "Unchecked: Initial alarm creation" (AWS note 1.4); a changed one keeps its state.
func (w *CloudWatch) PutAlarm(s AlarmSpec) json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.Kind = cmp.Or(s.Kind, MetricAlarm)
	s.EvaluationPeriods = cmp.Or(s.EvaluationPeriods, 1)
	s.ComparisonOperator = cmp.Or(s.ComparisonOperator, "GreaterThanThreshold")
	s.TreatMissingData = cmp.Or(s.TreatMissingData, "missing")
	s.Metrics = slices.Clone(s.Metrics)
	if a := w.alarms[s.Name]; a != nil {
		before := *a
		a.spec, a.configured = s, w.now()
		w.configured(a, "Update", "updated")
		return w.caused(func() { w.configurationChange("update", a, &before) })
	}
	a := &alarm{spec: s, configured: w.now(), state: alarmState{
		value: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation", updated: w.now(), transitioned: w.now(),
	}}
	w.alarms[s.Name] = a
	w.configured(a, "Create", "created")
	return w.caused(func() { w.configurationChange("create", a, nil) })
}

func (w *CloudWatch) configured(a *alarm, operation, done string) {
	w.history = append(w.history, historyItem{
		name: a.spec.Name, kind: a.spec.Kind, at: w.now(), item: "ConfigurationUpdate",
		summary: `Alarm "` + a.spec.Name + `" ` + done, data: encodeJSON(map[string]string{"version": "1.0", "type": operation}),
	})
}

// DeleteAlarm takes an alarm away and returns the Configuration Change event.
func (w *CloudWatch) DeleteAlarm(name string) json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.mustAlarm(name)
	delete(w.alarms, name)
	w.configured(a, "Delete", "deleted")
	return w.caused(func() { w.configurationChange("delete", a, nil) })
}

// SetState is an evaluation that ends in state OK, ALARM or INSUFFICIENT_DATA. It returns the State Change event as EventBridge
// would get it, nil when the alarm was in that state already: then only the reason is new (AWS note 1.4).
func (w *CloudWatch) SetState(name, state, reason string) json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.mustAlarm(name)
	return w.caused(func() {
		w.move(a, alarmState{value: state, reason: reason, reasonData: w.reasonData(a, state)})
	})
}

// FailEvaluation leaves the alarm INSUFFICIENT_DATA with an evaluation state: PARTIAL_DATA, EVALUATION_FAILURE or
// EVALUATION_ERROR (AWS note 6). It returns the event, if any.
func (w *CloudWatch) FailEvaluation(name, evaluation, reason string) json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.mustAlarm(name)
	return w.caused(func() {
		w.move(a, alarmState{value: "INSUFFICIENT_DATA", reason: reason, evaluation: evaluation})
	})
}

// KeepUnevaluated gives the alarm an evaluation state, EVALUATION_FAILURE or EVALUATION_ERROR, and leaves its value: what
// was evaluated last stands, with no event, because the value has not changed (API model, MetricAlarm.EvaluationState).
func (w *CloudWatch) KeepUnevaluated(name, evaluation string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.mustAlarm(name)
	to := a.state
	to.evaluation = evaluation
	w.move(a, to)
}

// reasonData is what an evaluation says of itself: the datapoints, or the children that made a composite alarm change.
func (w *CloudWatch) reasonData(a *alarm, state string) string {
	now := w.now()
	switch a.spec.Kind {
	case LogAlarm:
		return ""
	case CompositeAlarm:
		triggers := []any{}
		for _, child := range a.spec.children() {
			if c := w.alarms[child]; c != nil && c.state.value == state {
				triggers = append(triggers, map[string]any{"arn": w.alarmARN(child), "state": map[string]string{
					"value": c.state.value, "timestamp": alarmTime(c.state.updated),
				}})
			}
		}
		return encodeJSON(map[string]any{"triggeringAlarms": triggers})
	}
	m, single := a.spec.single()
	data := map[string]any{
		"version": "1.0", "queryDate": alarmTime(now.Add(-4 * time.Millisecond)), "period": m.seconds(),
		"threshold": eventNumber(a.spec.Threshold), "recentDatapoints": w.recent(a, state),
		"startDate": alarmTime(now.Truncate(time.Minute).Add(-time.Duration(a.spec.EvaluationPeriods*m.seconds()) * time.Second)),
	}
	if single {
		data["statistic"] = m.stat()
	}
	return encodeJSON(data)
}

// recent gives the newest datapoints of the alarm's metric; without any, what would explain the state.
func (w *CloudWatch) recent(a *alarm, state string) []eventNumber {
	out := []eventNumber{}
	if m, ok := a.spec.single(); ok {
		for _, p := range w.data[m.key()] {
			out = append(out, eventNumber(p.Value))
		}
	}
	switch {
	case state == "INSUFFICIENT_DATA":
		return []eventNumber{}
	case len(out) > 0:
		return out[max(0, len(out)-a.spec.EvaluationPeriods):]
	case state == "ALARM":
		return []eventNumber{eventNumber(a.spec.Threshold + 1)}
	}
	return []eventNumber{0}
}

// SetReporting says whether every metric of the alarm has a datapoint, 0, in each period up to now. A new alarm does not
// report: it is blind unless Report or PutMetricData gives its metrics points.
func (w *CloudWatch) SetReporting(alarm string, reporting bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mustAlarm(alarm).reporting = reporting
}

// Report gives a metric, or the result of an expression, these datapoints in place of what it had; none makes it blind.
func (w *CloudWatch) Report(m AlarmMetric, points ...Datapoint) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.data[m.key()] = slices.Clone(points)
}

// PutMetrics returns everything PutMetricData ever brought, in order.
func (w *CloudWatch) PutMetrics() []PutMetric {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.put)
}

// Mute adds a mute rule, or replaces the one of that name.
func (w *CloudWatch) Mute(rule MuteRule) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rule.updated, rule.Alarms = w.now(), slices.Clone(rule.Alarms)
	w.mutes[rule.Name] = rule
}

// Unmute takes a mute rule away.
func (w *CloudWatch) Unmute(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.mutes, name)
}

// TakeEvents returns the events that calls of SetAlarmState caused since it was last asked, in order.
func (w *CloudWatch) TakeEvents() []json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.events.take()
}

// OnEvent hands each event that an API call in this region causes to deliver, after the call was applied and before it is answered.
func (w *CloudWatch) OnEvent(deliver func(json.RawMessage)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events.deliver = deliver
}

// caused returns the event f causes, nil for none.
func (w *CloudWatch) caused(f func()) json.RawMessage {
	events, _ := w.events.during(func() error { f(); return nil })
	if len(events) == 0 {
		return nil
	}
	return events[0]
}

func (w *CloudWatch) mustAlarm(name string) *alarm {
	a := w.alarms[name]
	if a == nil {
		panic("awstest: no alarm " + name)
	}
	return a
}
