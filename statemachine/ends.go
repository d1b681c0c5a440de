package statemachine

// The ends with traffic moved: promoted and rolled back.

func (t *turn) finishPromoted() {
	if in, ok := t.in.(OrderDone); ok {
		t.recordAnswer(in.Gate)
	}
	t.finish()
	if t.next.Failure != nil {
		t.say(CodeTooLate, "promoted: the gate had said Approved before the failure counted: "+t.next.Failure.Text)
		return
	}
	t.say(t.code, t.old.Version+" has all traffic"+t.by())
}

// by tells who answered the gate when it was not this release.
func (t *turn) by() string {
	if g := t.next.Gate; g != nil && g.Status == GateApproved && !g.Ours {
		return "; the gate was approved by " + orSomeone(g.By)
	}
	return ""
}

func (t *turn) finishRolledBack() {
	if in, ok := t.in.(OrderDone); ok {
		t.recordAnswer(in.Gate)
	}
	t.finish()
	text := "all traffic is on " + orSomeVersion(t.old.FromVersion) + textAfter(t.next.Failure.Text) + t.byPerson()
	if lag := t.next.lag(); lag > 0 {
		t.next.EffectiveAt = t.now.Add(lag)
		text += "; effective by " + clock(t.next.EffectiveAt) + ", when what clients keep has ended"
	}
	t.say(t.code, text+t.rollStageBack())
}

func (t *turn) byPerson() string {
	if g := t.next.Gate; g != nil && g.Status == GateApproved {
		return "; the gate had been approved by " + orSomeone(g.By)
	}
	return ""
}

// finish ends the release but for settling. Where nothing of it can still land
// there is nothing to settle.
func (t *turn) finish() {
	t.confirmOnly()
	t.next.clearWaits()
	t.next.Pending, t.next.Stuck, t.next.Held = nil, nil, nil
	t.next.FinishedAt = t.now
	if t.old.Plan.Guarded() || !t.anyWritten() {
		t.next.SettledAt = t.now
		return
	}
	t.next.SettleAt = t.now.Add(t.old.Lease + t.old.CallTimeout)
}
