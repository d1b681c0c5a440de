package statemachine

import "fmt"

// The gate is answered once, at the release's end; what it says then, and not
// what was ordered, is what counts.

// answer is an Answer order; the gate's adapter reads the token when it is sent.
func (t *turn) answer(approve bool, text string) Order {
	o := t.newOrder(Answer, "")
	o.Approve = approve
	o.Text = t.signed(text)
	return o
}

// signed is a text that people read outside Serin: whose it is, and no longer
// than a gate takes.
func (t *turn) signed(text string) string {
	const most = 512
	signed := []rune(fmt.Sprintf("serin %s: %s", t.old.ID, text))
	return string(signed[:min(len(signed), most)])
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
	o.Text = t.signed("rolled back: " + t.next.Failure.Text)
	t.next.Pending = append(t.next.Pending, o)
	t.say(t.code, "traffic is back, but "+orSomeone(t.next.Gate.By)+" had approved the gate; stopping the execution")
}

// unanswered: the answer was sent, but the gate does not show one yet. No news is
// neither yes nor no, so it is a try that failed.
func (t *turn) unanswered() {
	in, _ := t.in.(OrderDone)
	f := Fault{Code: FaultUnavailable, Error: "the gate does not show an answer yet"}
	if in.Gate != nil && in.Gate.Fault != nil {
		f = *in.Gate.Fault
	}
	t.in = OrderFailed{Key: in.Key, Fault: f}
	t.fault()
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
	if look.Ours {
		return look.Status.String() + ", as this release answered"
	}
	return look.Status.String() + " by " + orSomeone(look.By)
}
