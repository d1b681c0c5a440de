package statemachine

import "time"

// Admission is what Admit decides. All of it is one transaction.
type Admission struct {
	// Slot is the slot to write, conditional on the rev it was read with.
	Slot Slot
	// New is the release as it begins, with its first line of history.
	New Decision
	// Overtaken is the release that waited until now; nil if none is superseded.
	Overtaken *Decision
	// Refused, when set, is why nothing is created at all: no slot, no release.
	Refused *Problem
}

// Admit decides what a new release of a canary becomes: it begins if nothing
// runs; else it waits, and one of the two that wait is superseded. Newer is by
// the trigger's own time, never by arrival. active and next are the releases
// that the slot names, nil where it names none.
func Admit(slot Slot, active, next *Release, fresh Release, now time.Time) Admission {
	byPerson := fresh.Revert != nil
	if byPerson && active != nil && !active.ended() {
		return Admission{Refused: &Problem{Code: CodeWrongPhase,
			Text: "release " + active.ID + " is " + active.Phase.String() + "; rollback is the verb while one runs"}}
	}
	if !byPerson && (slot.Newest == "" || fresh.Trigger.Newer(slot.NewestOf)) {
		slot.Newest, slot.NewestOf = fresh.ID, fresh.Trigger
	}
	if next != nil && next.Phase != Queued {
		next = nil // refused while it waited: it has left the queue
	}
	a := Admission{Slot: slot}
	switch {
	case active == nil:
		a.New = begin(fresh, CodeCreated, now)
		if a.New.Next.Running() {
			a.Slot.Active = fresh.ID
		}
	case !fresh.Trigger.Newer(active.Trigger):
		a.New = supersede(fresh, "release "+active.ID+" of a newer trigger runs already", now)
	case next != nil && !fresh.Trigger.Newer(next.Trigger):
		a.New = supersede(fresh, "release "+next.ID+" of a newer trigger waits already", now)
	default:
		a.Slot.Next = fresh.ID
		a.New = enqueue(fresh, active.ID, now)
		if next != nil {
			overtaken := next.draft()
			overtaken.Rev++
			d := supersede(overtaken, "release "+fresh.ID+" of a newer trigger took its place", now)
			a.Overtaken = &d
		}
	}
	return a
}

// ended: traffic is where it stays; only settling is left.
func (r Release) ended() bool {
	switch r.Phase {
	case Promoted, RolledBack, Refused, Superseded:
		return true
	case Queued, Preflight, Shifting, Baking, Gated, Promoting, RollingBack:
	}
	return false
}
