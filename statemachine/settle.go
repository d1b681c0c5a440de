package statemachine

import "strings"

// Settling: after the end every target is looked at once more, when no write of
// this release can land any more. Its own late writes are put right and settling
// starts anew; what somebody else wrote is left.

// settleLook is a look that began once nothing can land any more.
func (t *turn) settleLook() (Look, bool) {
	l, ok := t.current()
	return l, ok && len(t.old.Pending) == 0 && reached(t.old.SettleAt, l.BegunAt)
}

// endSplit is what target i must show now that the release has ended.
func (r Release) endSplit(i int) Split {
	if r.Phase == Promoted {
		return r.finalSplit(i)
	}
	return *r.Targets[i].Restore
}

// lateWrite: some target shows a split of this release's own plan that is not
// its end.
func (t *turn) lateWrite() bool {
	l, ok := t.settleLook()
	if !ok {
		return false
	}
	for i := range t.old.Targets {
		if t.late(l, i) {
			return true
		}
	}
	return false
}

func (t *turn) late(l Look, i int) bool {
	target := t.old.Targets[i]
	seen := targetLook(l, target.Name)
	if !target.Written || seen == nil || seen.Split == nil || seen.Split.ServesAs(t.old.endSplit(i)) {
		return false
	}
	return t.old.ownSplit(i, *seen.Split)
}

// ownSplit: the plan of this release could have written it.
func (r Release) ownSplit(i int, s Split) bool {
	if s.ServesAs(r.finalSplit(i)) || s.ServesAs(*r.Targets[i].Restore) {
		return true
	}
	for step := range r.Plan.Steps {
		if r.Plan.Steps[step].WeightPct > 0 && s.ServesAs(r.stepSplit(i, step+1)) {
			return true
		}
	}
	return false
}

func (t *turn) putRight() {
	l, _ := t.settleLook()
	kind := Restore
	if t.old.Phase == Promoted {
		kind = Promote
	}
	var names []string
	for i := range t.old.Targets {
		if t.late(l, i) {
			names = append(names, t.old.Targets[i].Name)
			t.move(kind, i, t.old.endSplit(i), nil)
		}
	}
	t.say(t.code, "a late write of this release landed on "+strings.Join(names, ", ")+"; putting it right")
}

func (t *turn) settleAnew() {
	t.confirmOnly()
	t.next.SettleAt = t.now.Add(t.old.Lease + t.old.CallTimeout)
}

// unread: a target could not be read in a settle look.
func (t *turn) unread() *Fault {
	l, _ := t.settleLook()
	for _, target := range t.old.Targets {
		if !target.Written {
			continue
		}
		seen := targetLook(l, target.Name)
		switch {
		case seen == nil:
			return &Fault{Code: FaultUnavailable, Error: target.Name + " was not read"}
		case seen.Fault != nil && seen.Fault.Code != FaultGone:
			return seen.Fault
		}
	}
	return nil
}

func (t *turn) settleBlocked() bool {
	_, ok := t.settleLook()
	return ok && t.old.Stuck == nil && t.unread() != nil && t.unread().Final()
}

func (t *turn) stickSettle() {
	f := *t.unread()
	t.next.Stuck = t.stuckOn("", f, 1)
	t.next.LookAt = t.now.Add(t.old.Lease)
	t.say(t.code, "the release can't be settled: "+f.Error)
}

func (t *turn) settles() bool {
	_, ok := t.settleLook()
	return ok && t.unread() == nil
}

func (t *turn) settle() {
	l, _ := t.settleLook()
	t.next.SettledAt, t.next.SettleAt = t.now, noTime
	t.next.Stuck = nil
	var foreign []string
	for i := range t.old.Targets {
		target := &t.next.Targets[i]
		seen := targetLook(l, target.Name)
		if !target.Written || seen == nil || seen.Split == nil || seen.Split.ServesAs(t.old.endSplit(i)) {
			continue
		}
		target.Foreign = true
		foreign = append(foreign, target.Name+" shows "+seen.Split.String())
	}
	if len(foreign) > 0 {
		t.say(CodeForeign, "settled; somebody else changed what this release left: "+strings.Join(foreign, ", "))
		return
	}
	t.say(t.code, "nothing of this release can land any more")
}
