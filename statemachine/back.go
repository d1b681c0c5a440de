package statemachine

// The way back: traffic first, every target at once, then the gate.

// restore turns the release back. A forward order that was pending is gone with
// its key.
func (t *turn) restore() { t.turnBack(*t.failure) }

// restoreRejected: the gate, which is the arbiter, says no.
func (t *turn) restoreRejected() {
	in, _ := t.in.(OrderDone)
	t.recordAnswer(in.Gate)
	failure := t.old.Failure
	if failure == nil {
		failure = t.fail(answerCode(in.Gate), "the gate says "+answerText(in.Gate))
	}
	t.turnBack(*failure)
}

// restoreLeaving turns back, but leaves the target that somebody else changed
// before this release wrote it.
func (t *turn) restoreLeaving() {
	o := t.order()
	t.next.Targets[t.old.target(o.Target)].Foreign = true
	t.turnBack(*t.fail(CodeDrift, t.driftText()))
}

func (t *turn) turnBack(failure Failure) {
	if t.next.Failure == nil {
		t.next.Failure = &failure
	}
	t.next.Phase = RollingBack
	t.next.clearWaits()
	t.next.Held, t.next.Stuck, t.next.Pending = nil, nil, nil
	for i, target := range t.next.Targets {
		if (target.Written || target.Adopted != nil) && t.next.movable(i) {
			t.move(Restore, i, *target.Restore, nil)
		}
	}
	t.say(failure.Code, failure.Text)
}
