package explore

import (
	"errors"
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// readBack: an order on a target is done only after the target was read, last of
// all that was done to it.
func (s *step) readBack(by *node, was, next statemachine.Release, cause statemachine.Cause) {
	for _, p := range was.Pending {
		if _, kept := next.Order(p.Key); kept || p.Want == nil || cause.ID != p.Key || cause.Kind != statemachine.CauseOrder {
			continue
		}
		if t := next.Targets[slices.IndexFunc(next.Targets, func(t statemachine.Target) bool { return t.Name == p.Target })]; !t.Want.Same(*p.Want) {
			continue // it failed
		}
		last := by.lastOn(s.m, p.Target)
		if last == nil || last.of != callObserve {
			s.breaks("read back", "%s of %s is taken for done without reading it back", p.Kind, p.Target)
		} else if seen, _ := last.answer.value.(observation); seen.Split.Rolling {
			s.breaks("read back", "%s of %s is taken for done while AWS still carries it out", p.Kind, p.Target)
		}
	}
}

// lastOn is the place after the last call of this delivery to a target.
func (n *node) lastOn(m *model, name string) *node {
	for at := n; at != nil && at.begin == nil; at = at.parent {
		if at.of != callObserve && at.of != callWrite {
			continue
		}
		c := at.parent.next
		if m.name(c.target) == name {
			return at
		}
	}
	return nil
}

// owns: who writes made the order, or has claimed its wake.
func (s *step) owns(i int, c *call) {
	if !c.what.late() {
		return
	}
	for at := s.w.workers[i].node; at.parent != nil; at = at.parent { // also what an idle worker remembers
		if at.begin != nil {
			continue
		}
		if at.answer.err != nil && !errors.Is(at.answer.err, worker.ErrUnavailable) {
			continue
		}
		made := at.parent.next
		switch at.of {
		case callClaim:
			return
		case callTouch:
			return
		case callCommit:
			if next := made.commit.Saves; len(next) > 0 && next[0].Next.WakeAt.Equal(made.commit.At.Add(lease)) {
				return
			}
		case callLoad, callSlot, callTargetSlots, callTrigger, callOutcome, callPutOutcome, callRunning, callCanary, callObserve,
			callWrite, callAlarms, callGate, callAnswer, callStopExecution, callWaiting, callExecution, callClock,
			callFind, callDeployment, callContinue, callStop, callStart, callCheck:
		}
	}
	s.breaks("lease", "a worker acts on an order that it neither made nor claimed")
}

// rollsOn: law 9, a worker that saved a rollback goes on with it without the table.
func (s *step) rollsOn(c *call, a answer, next *node) {
	if c.what != callLoad || !errors.Is(a.err, worker.ErrUnavailable) || !next.beginning().wakes() || next.parent.begin == nil {
		return
	}
	until, ok := next.parent.parent.remembers()
	if ok && at(s.w.clock).Before(until) && (next.done || next.next.what != callObserve) {
		s.breaks("law 9", "a rollback that was saved waits for the table")
	}
}
