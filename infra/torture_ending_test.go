package infra_test

// ending is what happens to a release under torture, and so how it must end.
type ending int

const (
	endByItself         ending = iota + 1 // nothing happens: promoted
	endPromoted                           // a person promotes it in its last bake
	endApproved                           // a person approves the gate in the console meanwhile: the plan goes on
	endAlarm                              // an alarm that stays
	endVisit                              // an alarm that comes and goes at once
	endRolledBack                         // a person rolls it back
	endDenied                             // a person rejects the approval step
	endGateRejected                       // a person rejects the gate in the console
	endApprovedAndAlarm                   // a person approves the gate in the console, then the alarm comes
	endCheckFailed                        // a check says no
	endReverted                           // a person reverts the release before: promoted, back to what was there
)

func (e ending) String() string {
	return [...]string{
		"by itself", "promoted by a person", "gate approved by a person", "alarm", "alarm that came and went", "rolled back by a person",
		"approval rejected", "gate rejected by a person", "alarm after a person approved",
		"check failed", "reverts the one before",
	}[e-1]
}

// phase is how a release ends so, and answer how its gate is answered.
func (e ending) phase() string {
	if e == endByItself || e == endPromoted || e == endApproved || e == endReverted {
		return "promoted"
	}
	return "rolled_back"
}

func (e ending) answer() string {
	if e == endApprovedAndAlarm || e.phase() == "promoted" {
		return "Approved"
	}
	return "Rejected"
}
