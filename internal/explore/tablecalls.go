package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func (s *step) applyTable(i int, c *call) answer {
	t := &s.w.table
	switch c.what {
	case callLoad:
		if r := t.find(c.ref.ID); r != nil {
			return answered(r, nil)
		}
		return answered(nil, worker.ErrNotFound)
	case callCommit:
		return answered(nil, s.commit(s.w.workers[i].node, *c.commit))
	case callClaim:
		return answered(nil, s.claim(c))
	case callTouch:
		return answered(nil, s.touch(c))
	case callSlot:
		return answered(*t.slot(c.name), nil)
	case callTargetSlots:
		return answered(slices.Clone(t.held), nil)
	case callTrigger:
		if slices.Contains(t.triggers, c.name) {
			return answered(nil, nil)
		}
		return answered(nil, worker.ErrNotFound)
	case callOutcome:
		if t.outcome(c.name) {
			return answered(nil, nil)
		}
		return answered(nil, worker.ErrNotFound)
	case callPutOutcome:
		if t.outcome(c.outcome.Command) {
			return answered(nil, worker.ErrConflict)
		}
		t.outcomes = append(t.outcomes, *c.outcome)
		return answered(nil, nil)
	case callRunning:
		var running []worker.Stored
		for _, r := range t.releases {
			if r.Release.Running() {
				running = append(running, r.Stored)
			}
		}
		return answered(running, nil)
	case callCanary, callObserve, callWrite, callAlarms, callGate, callAnswer, callStopExecution, callWaiting, callExecution, callClock,
		callFind, callDeployment, callContinue, callStop, callStart, callCheck:
	}
	panic("no call to the table: " + c.what.String())
}

func (t *table) outcome(command string) bool {
	return slices.ContainsFunc(t.outcomes, func(o worker.Outcome) bool { return o.Command == command })
}

// commit is one transaction: all of it or nothing.
func (s *step) commit(n *node, c worker.Commit) error {
	t := &s.w.table
	if !t.holdsFor(c) {
		return worker.ErrConflict
	}
	s.saving(n, c)
	for _, save := range c.Saves {
		fresh := newRecord(save.Next, c.OpID, c.By)
		fresh.after = s.beganAfter(t.find(save.Next.ID), save.Next)
		t.put(fresh)
	}
	t.slotHash = 0
	if c.Slot != nil {
		slot := t.slot(c.Slot.Canary)
		*slot = *c.Slot
		slot.Rev++
	}
	for _, held := range c.TargetSlots {
		held.Rev++
		t.held[t.heldIndex(held)] = held
	}
	if c.Trigger != nil {
		t.triggers = append(t.triggers, c.Trigger.Source+"/"+c.Trigger.Key)
	}
	if c.Outcome != nil {
		t.outcomes = append(t.outcomes, *c.Outcome)
	}
	return nil
}

// beganAfter is the last ALARM before a release began.
func (s *step) beganAfter(was *record, next statemachine.Release) int {
	switch {
	case next.Phase == statemachine.Preflight && (was == nil || was.Release.Phase == statemachine.Queued):
		return s.w.alarm.rose
	case was == nil:
		return 0
	}
	return was.after
}

// holdsFor: every condition of the transaction holds.
func (t *table) holdsFor(c worker.Commit) bool {
	for _, save := range c.Saves {
		have := t.find(save.Next.ID)
		if (have == nil) != (save.WasRev == 0) || (have != nil && have.Release.Rev != save.WasRev) {
			return false
		}
	}
	if c.Slot != nil && c.Slot.Rev != t.slot(c.Slot.Canary).Rev {
		return false
	}
	for _, held := range c.TargetSlots {
		if t.held[t.heldIndex(held)].Rev != held.Rev {
			return false
		}
	}
	if c.Trigger != nil && slices.Contains(t.triggers, c.Trigger.Source+"/"+c.Trigger.Key) {
		return false
	}
	return c.Outcome == nil || !t.outcome(c.Outcome.Command)
}

func (t *table) heldIndex(held worker.TargetSlot) int {
	return slices.IndexFunc(t.held, func(h worker.TargetSlot) bool { return h.Kind == held.Kind && h.ID == held.ID })
}

func (t *table) put(r *record) {
	for i := range t.releases {
		if t.releases[i].Release.ID == r.Release.ID {
			t.releases[i] = r
			return
		}
	}
	t.releases = append(t.releases, r)
	slices.SortFunc(t.releases, func(a, b *record) int { return stampOf(a.Release.Trigger.At) - stampOf(b.Release.Trigger.At) })
}

func (s *step) claim(c *call) error {
	r := s.w.table.find(c.ref.ID)
	if r == nil || r.Release.Rev != c.rev || !r.Release.WakeAt.Equal(c.was) {
		return worker.ErrConflict
	}
	next := r.Release
	next.WakeAt = c.until
	s.w.table.replace(r, next)
	return nil
}

func (s *step) touch(c *call) error {
	r := s.w.table.find(c.next.ID)
	if r == nil || r.Release.Rev != c.next.Rev || !r.Release.WakeAt.Equal(c.was) {
		return worker.ErrConflict
	}
	s.touching(r.Release, *c.next)
	s.w.table.replace(r, *c.next)
	return nil
}

// replace keeps a release without a new save.
func (t *table) replace(was *record, next statemachine.Release) {
	fresh := newRecord(next, was.OpID, was.SavedBy)
	fresh.after = was.after
	t.put(fresh)
}
