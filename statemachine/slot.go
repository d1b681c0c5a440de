package statemachine

import (
	"maps"
	"time"
)

// Slot says which release of a canary runs and which one waits, and what the
// last one left behind. One item a canary, conditional on Rev.
type Slot struct {
	Canary string `json:"canary"`
	Rev    int64  `json:"rev"`
	// Active and Next are release ids; "" is none.
	Active string `json:"active,omitempty"`
	Next   string `json:"next,omitempty"`
	// Newest is the release of the newest trigger seen; a person's revert is none,
	// for nothing was deployed for it.
	Newest   string  `json:"newest,omitempty"`
	NewestOf Trigger `json:"newestOf,omitzero"`
	// Left is what the last finished release left, by target name.
	Left map[string]Split `json:"left,omitempty"`
	// Promoted is the last promoted release, which revert goes back from.
	Promoted *Finished `json:"promoted,omitempty"`
}

// Finished is what a promoted release left and what was there before.
type Finished struct {
	Release     string `json:"release"`
	Version     string `json:"version"`
	FromVersion string `json:"fromVersion"`
	// Newest is the release whose deploy was the last when Left and Before were
	// true of both sides: its own, or for a person's revert that of the reverted one.
	Newest string           `json:"newest"`
	Left   map[string]Split `json:"left"`
	Before map[string]Split `json:"before"`
}

// HandOver is what Release decides: the slot without the settled release, and
// the one that waited, begun. One transaction with the settling save.
type HandOver struct {
	Slot Slot
	// Begun is the next release's decision; nil if none waits.
	Begun *Decision
}

// Release frees the slot of a settled release, keeps what it left, and begins
// the one that waits. next is the release that Slot.Next names, or nil. A release
// that does not hold the slot (superseded, or refused while queued) frees nothing.
func (s Slot) Release(settled Release, next *Release, now time.Time) HandOver {
	if s.Active != settled.ID || settled.Running() {
		return HandOver{Slot: s}
	}
	s = s.keep(settled)
	s.Active, s.Next = s.Next, ""
	h := HandOver{Slot: s}
	if next == nil || next.Phase != Queued {
		h.Slot.Active = ""
		return h
	}
	fresh := next.draft()
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
		newest := r.ID
		if r.Revert != nil {
			newest = r.Revert.Newest
		}
		s.Promoted = &Finished{Release: r.ID, Version: r.Version, FromVersion: r.FromVersion, Newest: newest, Left: left, Before: before}
	}
	return s
}

// RevertOf says what a revert of the last promoted release goes back to, or why
// there is none. active is the release that the slot names, or nil: one that is
// promoted and only settles counts already.
func (s Slot) RevertOf(p Plan, active *Release) (RevertTo, string, *Problem) {
	if active != nil && active.Phase == Promoted {
		s = s.keep(*active)
	}
	if s.Promoted == nil {
		return RevertTo{}, "", &Problem{Code: CodeRevertStale, Text: "no promoted release of " + s.Canary + " is known"}
	}
	to := RevertTo{Release: s.Promoted.Release, Newest: s.Promoted.Newest}
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
