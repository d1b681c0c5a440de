package local

import (
	"time"

	"github.com/serinhq/serin/statemachine"
)

// stateValue is a state as CloudWatch says it.
func stateValue(state statemachine.AlarmState) string {
	switch state {
	case statemachine.AlarmOK, statemachine.AlarmBlind:
		return "OK"
	case statemachine.AlarmFiring:
		return "ALARM"
	case statemachine.AlarmNoData, statemachine.AlarmMissing, statemachine.AlarmUnknown:
	}
	return "INSUFFICIENT_DATA"
}

// alarmTime is how CloudWatch writes times: with a zone without a colon.
const alarmTime = "2006-01-02T15:04:05.000-0700"

func (s alarmState) event() fields {
	return fields{"value": stateValue(s.state), "reason": s.reason, "timestamp": s.at.Format(alarmTime)}
}

func (a *alarm) now() alarmState { return a.history[len(a.history)-1] }

// emitAlarm says that an alarm changed state (CloudWatch user guide, "Alarm
// events and EventBridge").
func (w *World) emitAlarm(a *alarm, now, was alarmState) {
	detail := fields{
		"alarmName": a.Name, "state": now.event(), "previousState": was.event(),
		"configuration": a.configuration(),
	}
	if a.muted {
		detail["muteDetail"] = fields{
			"mutedByArn":      arn("cloudwatch", "alarm-mute-rule:night"),
			"muteWindowStart": now.at.Format(alarmTime),
			"muteWindowEnd":   now.at.Add(time.Hour).Format(alarmTime),
		}
	}
	w.emit("aws.cloudwatch", "CloudWatch Alarm State Change", []string{arn("cloudwatch", "alarm:"+a.Name)}, detail)
}

func (a *alarm) configuration() fields {
	if a.Kind == CompositeAlarm {
		return fields{"alarmRule": "ALARM(" + a.Name + "-child)"}
	}
	metric := fields{"namespace": "AWS/Lambda", "name": "Errors", "dimensions": fields{"FunctionName": "checkout"}}
	stat := fields{"metric": metric, "period": int(a.Period.Seconds()), "stat": "Sum"}
	return fields{"metrics": []fields{{"id": "m1", "metricStat": stat, "returnData": true}}}
}
