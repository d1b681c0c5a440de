package explore

import (
	"fmt"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

func tellMessage(m message) string {
	switch m.event {
	case eventAlarm:
		return "the ALARM event"
	case eventCommand:
		return fmt.Sprintf("the command %s for rev %d", m.verb, m.rev)
	case eventGate:
		return "the gate's event"
	case eventStarted:
		return "the event of the deployment's start"
	}
	return "the event of execution " + gateName(m.event-eventArrived)
}

// changes tells what a step changed, for people.
func changes(w, after *world) string {
	var told []string
	for _, r := range after.table.releases {
		was := w.table.find(r.Release.ID)
		if was == nil || was.Release.Rev != r.Release.Rev {
			told = append(told, tellRelease(r.Release))
		} else if !was.Release.WakeAt.Equal(r.Release.WakeAt) {
			told = append(told, fmt.Sprintf("wake_at %s", tellTime(r)))
		}
	}
	for i := range after.targets {
		if after.targets[i].shows != w.targets[i].shows {
			told = append(told, "target shows "+after.targets[i].shows.String())
		}
	}
	for i := range after.gates {
		if after.gates[i].status != w.gates[i].status {
			told = append(told, "gate is "+after.gates[i].status.String())
		}
	}
	if after.guarded.stage != w.guarded.stage {
		told = append(told, "the deployment is "+after.guarded.stage.String())
	}
	if len(told) == 0 {
		return ""
	}
	return "   → " + strings.Join(told, "; ")
}

func tellTime(r *record) string {
	return fmt.Sprint(r.Release.WakeAt.Sub(epoch()).Seconds() / tick.Seconds())
}

func tellRelease(r statemachine.Release) string {
	text := fmt.Sprintf("rev %d %s", r.Rev, r.Phase)
	if r.Failure != nil {
		text += " (" + string(r.Failure.Code) + ")"
	}
	parts := []string{text}
	for _, o := range r.Pending {
		part := "owes " + o.Kind.String()
		if o.Want != nil {
			part += " " + o.Want.String()
		}
		parts = append(parts, part)
	}
	if !r.Running() {
		parts = append(parts, "settled")
	}
	return strings.Join(parts, ", ")
}

func tellShifts(how int) string {
	switch how {
	case awsStops:
		return "somebody stops the deployment"
	case awsFails:
		return "the deployment fails"
	}
	return "the deployment goes on"
}

func (f flight) String() string {
	switch {
	case f.target == toGate:
		return map[bool]string{true: "Approved", false: "Rejected"}[f.approve]
	case f.target == toTable:
		return "the save of " + tellRelease(f.save.Saves[0].Next)
	case f.target == toDeployment && f.stop:
		return "stop the deployment"
	case f.target == toDeployment:
		return "continue past " + f.past.String()
	}
	return f.want.String()
}
