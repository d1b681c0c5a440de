package statemachine

// The ends with nothing moved: refused and superseded. Only the gate is left.

func (t *turn) refuseAsked() {
	c, _ := t.in.(Command)
	t.failure = t.commandFailure(c)
	t.refuseFailure()
}

func (t *turn) refuseRejected() {
	in, _ := t.in.(OrderDone)
	t.recordAnswer(in.Gate)
	if t.failure = t.old.Failure; t.failure == nil {
		t.failure = t.fail(answerCode(in.Gate), "the gate says "+answerText(in.Gate))
	}
	t.refuseFailure()
}

func (t *turn) refuseDrift() {
	t.failure = t.fail(CodeDrift, t.driftText())
	t.refuseFailure()
}

func (t *turn) refuseFailure() {
	t.next.Failure = t.failure
	t.next.Phase = Refused
	if l, ok := t.look(); ok && l.Gate != nil && (l.Gate.Status == GateRejected || l.Gate.Status == GateGone) {
		t.recordAnswer(l.Gate)
	}
	t.next.closeGate(t)
	t.say(t.failure.Code, t.failure.Text)
}

// closeGate leaves only the gate's Rejected to a release that moved nothing; without an
// open gate it is settled.
func (r *Release) closeGate(t *turn) {
	r.clearWaits()
	r.Pending, r.Held, r.Stuck = nil, nil, nil
	r.FinishedAt = t.now
	if r.Gate != nil && (r.Gate.Status == GateOpen || r.Gate.Status == GateUnknown) {
		r.Pending = []Order{t.answer(false, r.Failure.Text)}
		return
	}
	r.SettledAt = t.now
}

func (t *turn) settleAnswered() {
	in, _ := t.in.(OrderDone)
	t.recordAnswer(in.Gate)
	t.next.Pending, t.next.Stuck = nil, nil
	t.next.SettledAt = t.now
	t.say(t.code, "the gate says "+answerText(in.Gate))
}
