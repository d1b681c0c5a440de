package event

import (
	"fmt"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// alarmTime is how CloudWatch writes times inside detail. It is not RFC 3339: the zone has no colon.
const alarmTime = "2006-01-02T15:04:05.000-0700"

// readCloudWatch reads the events of metric and composite alarms (CloudWatch user guide, "Alarm events and
// EventBridge"). Those of an alarm's single contributors are left: the alarm's own event comes beside them.
func readCloudWatch(detailType string) func(envelope) (worker.Event, error) {
	switch detailType {
	case "CloudWatch Alarm State Change":
		return readAlarm
	case "CloudWatch Alarm Configuration Change":
		return readAlarmEdit
	}
	return nil
}

func readAlarm(env envelope) (worker.Event, error) {
	d := env.detail
	s := d.object("state")
	value := s.key("value")
	evaluation, _ := s.string("evaluationState")
	event := worker.AlarmEvent{Origin: env.origin, Alarm: statemachine.AlarmEvent{
		ID:    env.origin.ID,
		Name:  d.key("alarmName"),
		State: alarmState(value, evaluation),
		At:    s.time("timestamp", alarmTime),
		Muted: d.has("muteDetail"),
	}}
	if d.err() != nil {
		return nil, d.err()
	}
	if event.Alarm.State == 0 {
		return nil, fmt.Errorf("%w: alarm state %q", worker.ErrIgnored, value)
	}
	return event, nil
}

// alarmState is zero for a value CloudWatch does not have today: neither good nor bad, the next look will say. An
// alarm whose evaluation fails keeps its last OK, which is worth nothing; an ALARM stays one.
func alarmState(value, evaluation string) statemachine.AlarmState {
	failed := evaluation == "EVALUATION_FAILURE" || evaluation == "EVALUATION_ERROR"
	switch {
	case value == "ALARM":
		return statemachine.AlarmFiring
	case value == "INSUFFICIENT_DATA", value == "OK" && failed:
		return statemachine.AlarmNoData
	case value == "OK":
		return statemachine.AlarmOK
	}
	return 0
}

func readAlarmEdit(env envelope) (worker.Event, error) {
	d := env.detail
	return worker.AlarmEdited{
		Origin:    env.origin,
		Name:      d.key("alarmName"),
		Operation: d.key("operation"),
	}, d.err()
}
