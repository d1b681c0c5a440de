package statemachine

import (
	"fmt"
	"strings"
	"time"
)

// judgeAlarm waits for ok and refuses what could never fire.
func (t *turn) judgeAlarm(spec AlarmSpec, a *AlarmLook) []Problem {
	if t.overridden(spec.Name) {
		return nil
	}
	problem := func(code Code, wait bool, format string, args ...any) []Problem {
		return []Problem{{Code: code, Wait: wait, Text: "alarm " + spec.Name + " " + fmt.Sprintf(format, args...)}}
	}
	if a == nil {
		return problem(CodeAlarmUnreadable, true, "was not read")
	}
	since := clock(a.Transition)
	switch a.State {
	case AlarmOK:
	case AlarmFiring:
		if !a.Muted || !spec.HonorMute {
			return problem(CodeAlarm, true, "is in ALARM since %s; let it return to OK, or pass it with serin start --fix-forward", since)
		}
	case AlarmNoData:
		if spec.OnNoData != NoDataProceed {
			return problem(CodeNoData, spec.OnNoData == NoDataHold,
				"has no data since %s; send data, or set onNoData: proceed on it", since)
		}
	case AlarmBlind:
		if spec.RequireData {
			return problem(CodeBlind, false, "says OK, but none of its metrics had a datapoint lately; send data, or drop its requireData")
		}
	case AlarmMissing:
		return problem(CodeAlarmMissing, false, "does not exist; create it, or take it out of the file")
	case AlarmUnknown:
		return problem(CodeAlarmUnreadable, a.Fault == nil || !a.Fault.Final(), "can't be read%s", faultText(a.Fault))
	}
	return nil
}

// warnings are what preflight's history entry adds: blind alarms, and bakes too
// short for an alarm to see the step.
func (t *turn) warnings(l Look) string {
	if t.old.Kind == Revert {
		return ""
	}
	var text strings.Builder
	for _, a := range l.Alarms {
		if a.State == AlarmBlind {
			text.WriteString("; warning: alarm " + a.Name + " says OK, but none of its metrics had a datapoint lately")
		}
		if bake := shortestBake(t.old.Plan); a.Window > 0 && bake > 0 && bake < a.Window {
			fmt.Fprintf(&text, "; warning: alarm %s needs %s to see a step, the shortest bake is %s", a.Name, a.Window, bake)
		}
	}
	return text.String()
}

func shortestBake(p Plan) time.Duration {
	shortest := time.Duration(0)
	for _, s := range p.Steps {
		if s.Bake > 0 && (shortest == 0 || s.Bake < shortest) {
			shortest = s.Bake
		}
	}
	return shortest
}
