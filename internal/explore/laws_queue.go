package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
)

// deleted: law 1, for a message that will not come again. A person's answer at the
// gate is only a reason to look, so of its event nothing need be saved.
func (s *step) deleted(msg message) {
	switch msg.event {
	case eventGate:
	case eventAlarm:
		s.deletedAlarm(msg)
	case eventCommand:
		if !s.w.table.outcome(commandID(msg)) {
			s.breaks("law 1", "the command %s is deleted, but neither done nor refused", msg.verb)
		}
	case eventStarted:
		if s.w.guarded.runs() && !s.w.table.triggered(deploymentID) {
			s.breaks("law 1", "the deployment's start is deleted, but it runs and has no release")
		}
	default:
		if i := msg.event - eventArrived; s.w.gates[i].open && !s.w.table.triggered(actionName(i)) {
			s.breaks("law 1", "the event of %s is deleted, but its gate is open and has no release", gateName(i))
		}
	}
}

func (s *step) deletedAlarm(msg message) {
	if slices.Contains(s.w.ghost.heard, msg.stamp) {
		return
	}
	for _, rec := range s.w.table.releases {
		r := rec.Release
		if msg.stamp <= rec.after {
			continue
		}
		switch r.Phase {
		case statemachine.Preflight, statemachine.Shifting, statemachine.Baking, statemachine.Gated, statemachine.Promoting:
			known := r.Alarms[0].Baseline // until the first shift a saved look will do
			if r.FirstShiftAt.IsZero() {
				known = r.Alarms[0].Transition
			}
			if r.Failure == nil && stampOf(known) < msg.stamp {
				s.breaks("law 1", "the ALARM is deleted, but a release in %s has not recorded it", r.Phase)
			}
		case statemachine.Queued, statemachine.RollingBack, statemachine.Promoted, statemachine.RolledBack, statemachine.Refused, statemachine.Superseded:
		}
	}
}
