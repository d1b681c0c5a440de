package statemachine

import "fmt"

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
		if target.Written && t.next.movable(i) {
			t.move(Restore, i, *target.Restore, nil)
		}
	}
	t.say(failure.Code, failure.Text)
}

// gate answers.

// answer is an Answer order; the gate's adapter reads the token when it is sent.
func (t *turn) answer(approve bool, text string) Order {
	o := t.newOrder(Answer, "")
	o.Approve = approve
	o.Text = fmt.Sprintf("serin %s: %s", t.old.ID, text)
	return o
}

func (t *turn) answerApproved() {
	t.confirmOnly()
	t.next.clearWaits()
	t.next.Pending = append(t.next.Pending, t.answer(true, t.old.Version+" is promoted"))
	t.say(t.code, "every target is final; answering the gate Approved")
}

func (t *turn) answerRejected() {
	t.confirmOnly()
	t.next.Pending = append(t.next.Pending, t.answer(false, t.next.Failure.Text))
	t.say(t.code, "traffic is back; answering the gate Rejected")
}

// turnAnswer: while Approved is pending the gate is the arbiter, so the order
// turns into Rejected, under a new key.
func (t *turn) turnAnswer() {
	t.next.Failure = t.failure
	t.next.Stuck, t.next.Held = nil, nil
	t.next.Pending = []Order{t.answer(false, t.failure.Text)}
	t.say(t.failure.Code, t.failure.Text+"; the gate decides")
}

// stopExecution: a person approved what was rolled back; the pipeline must not
// go on with it.
func (t *turn) stopExecution() {
	if in, ok := t.in.(OrderDone); ok && in.Gate != nil {
		t.recordAnswer(in.Gate)
	}
	t.confirmOnly()
	o := t.newOrder(StopExecution, "")
	o.Text = fmt.Sprintf("serin %s: rolled back: %s", t.old.ID, t.next.Failure.Text)
	t.next.Pending = append(t.next.Pending, o)
	t.say(t.code, "traffic is back, but "+orSomeone(t.next.Gate.By)+" had approved the gate; stopping the execution")
}

func (t *turn) recordAnswer(look *GateLook) {
	if t.next.Gate == nil || look == nil {
		return
	}
	t.next.Gate.Status, t.next.Gate.By, t.next.Gate.Ours = look.Status, look.By, look.Ours
}

func answerCode(look *GateLook) Code {
	if look != nil && look.Status == GateGone {
		return CodeGateGone
	}
	return CodeGateRejected
}

func answerText(look *GateLook) string {
	if look == nil {
		return "nothing"
	}
	return look.Status.String() + " by " + orSomeone(look.By)
}

// ends.

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
	t.say(t.code, "all traffic is on "+orSomeVersion(t.old.FromVersion)+textAfter(t.next.Failure.Text)+t.byPerson())
}

func (t *turn) byPerson() string {
	if g := t.next.Gate; g != nil && g.Status == GateApproved {
		return "; the gate had been approved by " + orSomeone(g.By)
	}
	return ""
}

func orSomeVersion(v string) string {
	if v == "" {
		return "the old version"
	}
	return v
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

// refused: nothing was moved, so only the gate is left.

func (t *turn) refuseAsked() {
	c, _ := t.in.(Command)
	t.failure = t.commandFailure(c)
	t.refuseFailure()
}

func (t *turn) refuseRejected() {
	in, _ := t.in.(OrderDone)
	t.recordAnswer(in.Gate)
	t.failure = t.fail(answerCode(in.Gate), "the gate says "+answerText(in.Gate))
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
