package explore

import (
	"fmt"

	"github.com/serinhq/serin/statemachine"
)

// tell says one step in a line: when, who, what, and what it changed.
func (m *model) tell(w, after *world, c choice) string {
	return fmt.Sprintf("t=%-2d %s%s", w.clock, m.tellAct(w, c), changes(w, after))
}

func (m *model) tellAct(w *world, c choice) string {
	who := fmt.Sprintf("w%d ", c.worker+1)
	switch c.act {
	case actStep:
		return who + tellCall(w.workers[c.worker].node.next) + tellHow(how(c.arg))
	case actSettle:
		if c.arg == 1 {
			return who + "deletes its message, which comes again"
		}
		return who + "deletes its message"
	case actCrash:
		return who + "crashes"
	case actWake:
		return who + "wakes " + w.table.releases[c.arg].Release.ID + " and loads it"
	case actTake:
		known := ""
		if n := c.arg / knowing; n > 0 {
			known = ", with " + w.table.releases[n-1].Release.ID + " for the running release"
		}
		return who + "takes " + tellMessage(w.queue[c.arg%knowing]) + known
	case actSweep:
		return who + "sweeps"
	case actTick:
		return "time passes"
	case actLand:
		return "a call on its way lands: " + w.flights[c.arg].String()
	case actVanish:
		return "a call on its way is lost: " + w.flights[c.arg].String()
	case actRise:
		return "the alarm goes to ALARM"
	case actFall:
		return "the alarm goes to OK"
	case actDark:
		return "the alarm has no data"
	case actLight:
		return "the alarm has data again and is OK"
	case actLose:
		return tellMessage(w.queue[c.arg]) + " is lost"
	case actDrift:
		return "somebody sets another weight on " + m.name(c.arg)
	case actForeign:
		return "somebody sets another version on " + m.name(c.arg)
	case actVerb:
		return fmt.Sprintf("the operator, who sees rev %d, says %s", w.table.releases[0].Release.Rev, statemachine.Verb(c.arg))
	case actPerson:
		return []string{"", "a person approves the gate", "a person rejects the gate"}[c.arg]
	case actArrive:
		return "execution " + gateName(c.arg) + " comes to the gate"
	case actDown:
		return "the table does not answer from here on"
	case actUp:
		return "the table answers again"
	case actShifts:
		return tellShifts(c.arg)
	case actCarried:
		return m.name(c.arg) + " is carried out"
	case actChecked:
		return []string{"", "the check passes", "the check fails"}[c.arg]
	}
	return "?"
}

func tellCall(c *call) string {
	switch c.what {
	case callWrite:
		return fmt.Sprintf("writes %s with token %q", c.want.Split, c.have)
	case callAnswer:
		return map[bool]string{true: "answers the gate Approved", false: "answers the gate Rejected"}[c.approve]
	case callCommit:
		return "saves"
	case callObserve:
		return "observes the target"
	case callLoad, callClaim, callTouch, callSlot, callTargetSlots, callTrigger, callOutcome, callPutOutcome, callRunning,
		callCanary, callAlarms, callGate, callStopExecution, callWaiting, callExecution, callClock,
		callFind, callDeployment, callContinue, callStop, callStart, callCheck:
	}
	return c.what.String()
}

func tellHow(h how) string {
	return []string{"", ": applied, the answer is lost", ": fails", ": given up on, still on its way", ": denied", ": an old reading", ": crashes, the call on its way"}[h]
}
