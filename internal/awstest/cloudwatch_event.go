package awstest

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"time"
)

// alarmTime is how alarm events print times inside detail: no RFC 3339 (AWS note 1.4).
func alarmTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }

// eventNumber prints whole numbers with a fraction, as CloudWatch does: 5.0.
type eventNumber float64

// MarshalJSON implements json.Marshaler.
func (n eventNumber) MarshalJSON() ([]byte, error) {
	if n == eventNumber(math.Trunc(float64(n))) {
		return []byte(strconv.FormatFloat(float64(n), 'f', 1, 64)), nil
	}
	return json.Marshal(float64(n))
}

// emit wraps detail in EventBridge's envelope (AWS note 1.1).
func (w *CloudWatch) emit(detailType, name string, at time.Time, detail map[string]any) {
	w.events.add(envelope{
		Version: "0", ID: w.events.uuid("cloudwatch " + w.region), DetailType: detailType, Source: "aws.cloudwatch",
		Account: w.account, Time: at.UTC().Truncate(time.Second), Region: w.region,
		Resources: []string{w.alarmARN(name)}, Detail: detail,
	})
}

// stateChange is the event of an alarm that has just left state was. Muting stops actions, not events (AWS note 1.4).
func (w *CloudWatch) stateChange(a *alarm, was alarmState) {
	detail := map[string]any{
		"alarmName": a.spec.Name, "state": eventState(a.state), "previousState": eventState(was),
		"configuration": eventConfiguration(a.spec),
	}
	for _, name := range sortedKeys(w.mutes) {
		if rule := w.mutes[name]; rule.covers(a.spec.Name) && rule.status(a.state.updated) == "ACTIVE" {
			detail["muteDetail"] = map[string]any{
				"mutedByArn": w.muteARN(name), "muteWindowStart": alarmTime(rule.Start), "muteWindowEnd": alarmTime(rule.End),
			}
		}
	}
	w.emit("CloudWatch Alarm State Change", a.spec.Name, a.state.updated, detail)
}

func eventState(s alarmState) map[string]any {
	out := map[string]any{"value": s.value, "reason": s.reason, "timestamp": alarmTime(s.updated)}
	if s.reasonData != "" {
		out["reasonData"] = s.reasonData
	}
	if s.evaluation != "" {
		out["evaluationState"] = s.evaluation
	}
	return out
}

// eventConfiguration tells the kinds of alarm apart: metrics or alarmRule. What a log alarm's event holds is not
// documented (AWS note 9); it gets neither.
func eventConfiguration(s AlarmSpec) map[string]any {
	out := map[string]any{}
	if s.Description != "" {
		out["description"] = s.Description
	}
	switch s.Kind {
	case CompositeAlarm:
		out["alarmRule"] = s.Rule
	case MetricAlarm:
		metrics := []any{}
		for _, m := range s.Metrics {
			metrics = append(metrics, eventMetric(s.Name, m))
		}
		out["metrics"] = metrics
	}
	return out
}

func eventMetric(alarm string, m AlarmMetric) map[string]any {
	out := map[string]any{"id": m.ID, "returnData": !m.Hidden}
	if m.ID == "" {
		out["id"] = (&emission{}).uuid("metric of " + alarm)
	}
	if m.Expression != "" {
		out["expression"] = m.Expression
		return out
	}
	metric := map[string]any{"namespace": m.Namespace, "name": m.Name}
	if len(m.Dimensions) > 0 {
		metric["dimensions"] = m.Dimensions
	}
	out["metricStat"] = map[string]any{"metric": metric, "period": m.seconds(), "stat": m.stat()}
	return out
}

// configurationChange is the event of a PutAlarm or DeleteAlarm; before is set on an update.
func (w *CloudWatch) configurationChange(operation string, a, before *alarm) {
	detail := map[string]any{
		"alarmName": a.spec.Name, "operation": operation, "configuration": wholeConfiguration(a.spec, a.configured),
		"state": map[string]any{"value": a.state.value, "timestamp": alarmTime(a.state.updated)},
	}
	if before != nil {
		detail["previousConfiguration"] = wholeConfiguration(before.spec, before.configured)
	}
	w.emit("CloudWatch Alarm Configuration Change", a.spec.Name, w.now(), detail)
}

func wholeConfiguration(s AlarmSpec, at time.Time) map[string]any {
	out := eventConfiguration(s)
	out["alarmName"], out["actionsEnabled"], out["timestamp"] = s.Name, !s.ActionsDisabled, alarmTime(at)
	out["okActions"], out["alarmActions"], out["insufficientDataActions"] = []string{}, []string{}, []string{}
	if s.Kind == MetricAlarm {
		out["evaluationPeriods"], out["threshold"] = s.EvaluationPeriods, eventNumber(s.Threshold)
		out["comparisonOperator"], out["treatMissingData"] = s.ComparisonOperator, s.TreatMissingData
	}
	return out
}

// children are the names in a composite alarm's rule.
func (s AlarmSpec) children() []string {
	var names []string
	for _, found := range regexp.MustCompile(`(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^()"]+?)"?\s*\)`).FindAllStringSubmatch(s.Rule, -1) {
		names = append(names, found[1])
	}
	return names
}
