package statemachine

import (
	"maps"
	"time"
)

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
	if fresh.Kind == Forward && (slot.Newest == "" || fresh.Trigger.Newer(slot.NewestOf)) {
		slot.Newest, slot.NewestOf = fresh.ID, fresh.Trigger
	}
	a := Admission{Slot: slot}
	switch {
	case active == nil:
		a.Slot.Active = fresh.ID
		a.New = begin(fresh, CodeCreated, now)
	case !fresh.Trigger.Newer(active.Trigger):
		a.New = supersede(fresh, "release "+active.ID+" of a newer trigger runs already", now)
	case next != nil && !fresh.Trigger.Newer(next.Trigger):
		a.New = supersede(fresh, "release "+next.ID+" of a newer trigger waits already", now)
	default:
		a.Slot.Next = fresh.ID
		a.New = enqueue(fresh, active.ID, now)
		if next != nil {
			overtaken := next.clone()
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

// begin starts preflight: one look, at once. A release that could not even be
// resolved is refused at birth.
func begin(r Release, code Code, now time.Time) Decision {
	t := newborn(r, now)
	if r.Failure != nil {
		t.failure = r.Failure
		t.refuseFailure()
		return t.born(t.failure.Code, t.failure.Text)
	}
	t.next.Phase = Preflight
	t.next.LookAt = now
	t.next.PreflightUntil = now.Add(r.Plan.PreflightWait)
	return t.born(code, "preflight of "+orVersion(r.Version)+" begins")
}

func enqueue(r Release, behind string, now time.Time) Decision {
	t := newborn(r, now)
	t.next.Phase = Queued
	return t.born(CodeQueued, "release "+behind+" runs")
}

// supersede ends a release that nothing was moved for: only its gate is left.
func supersede(r Release, text string, now time.Time) Decision {
	t := newborn(r, now)
	t.next.Phase = Superseded
	t.next.Failure = &Failure{Code: CodeSuperseded, Text: text, At: now}
	t.next.closeGate(t)
	return t.born(CodeSuperseded, text)
}

// newborn is a turn whose input is the admission itself.
func newborn(r Release, now time.Time) *turn {
	t := &turn{old: r, next: r.clone(), in: Wake{}, now: now, cause: Cause{Kind: CauseEvent, ID: r.Trigger.Key}}
	if r.Trigger.Kind == TriggerManual {
		t.cause.Kind = CauseCommand
	}
	t.old.Rev = r.Rev - 1
	t.old.Pending = nil
	return t
}

func (t *turn) born(code Code, text string) Decision {
	t.next.UpdatedAt = t.now
	t.next.WakeAt = t.wakeAt()
	return Decision{Next: t.next, Change: Decided, Reason: Reason{Code: code, Text: text, Cause: t.cause}}
}

func orVersion(v string) string {
	if v == "" {
		return "the new version"
	}
	return v
}

// HandOver is what Release decides: the slot without the settled release, and
// the one that waited, begun. One transaction with the settling save.
type HandOver struct {
	Slot Slot
	// Begun is the next release's decision; nil if none waits.
	Begun *Decision
}

// Release frees the slot of a settled release, keeps what it left, and begins
// the one that waits. next is the release that Slot.Next names, or nil.
func (s Slot) Release(settled Release, next *Release, now time.Time) HandOver {
	s = s.keep(settled)
	s.Active, s.Next = s.Next, ""
	h := HandOver{Slot: s}
	if next == nil {
		h.Slot.Active = ""
		return h
	}
	fresh := next.clone()
	fresh.Rev++
	d := begin(fresh, CodeBegun, now)
	d.Reason.Cause = Cause{Kind: CauseOrder, ID: settled.ID}
	h.Begun = &d
	if !d.Next.Running() {
		h.Slot.Active = ""
	}
	return h
}

// keep notes what a finished release left on the targets it moved.
func (s Slot) keep(r Release) Slot {
	if r.Phase != Promoted && r.Phase != RolledBack || r.Plan.Guarded() || r.FirstShiftAt.IsZero() {
		return s
	}
	left, before := map[string]Split{}, map[string]Split{}
	maps.Copy(left, s.Left)
	for i, target := range r.Targets {
		switch {
		case target.Foreign || target.Restore == nil:
			delete(left, target.Name)
		case target.Skip:
			left[target.Name], before[target.Name] = *target.Restore, *target.Restore
		default:
			left[target.Name], before[target.Name] = r.endSplit(i), *target.Restore
		}
	}
	s.Left = left
	if r.Phase == Promoted {
		s.Promoted = &Finished{Release: r.ID, Version: r.Version, FromVersion: r.FromVersion, Left: left, Before: before}
	}
	return s
}

// RevertOf says what a revert of the last promoted release goes back to, or why
// there is none.
func (s Slot) RevertOf(p Plan) (RevertTo, string, *Problem) {
	if s.Promoted == nil {
		return RevertTo{}, "", &Problem{Code: CodeRevertStale, Text: "no promoted release of " + s.Canary + " is known"}
	}
	to := RevertTo{Release: s.Promoted.Release}
	for _, spec := range p.Targets {
		before, ok := s.Promoted.Before[spec.Name]
		left, ok2 := s.Promoted.Left[spec.Name]
		if !ok || !ok2 {
			return RevertTo{}, "", &Problem{Code: CodeRevertStale,
				Text: "release " + s.Promoted.Release + " did not move " + spec.Name}
		}
		to.To, to.Expect = append(to.To, before), append(to.Expect, left)
	}
	return to, s.Promoted.FromVersion, nil
}
