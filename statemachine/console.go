package statemachine

// gateClosed: before anything moved, somebody else answered the gate or ended
// its execution.
func (t *turn) gateClosed() bool {
	l, ok := t.look()
	if !ok {
		return false
	}
	t.failure = t.gateFailure(l)
	return t.failure != nil
}

// consoleApproved: a person approved the gate while the plan goes on.
func (t *turn) consoleApproved() bool {
	l, ok := t.look()
	return ok && t.gateWaits() && !t.answered() && l.Gate != nil && l.Gate.Status == GateApproved && !l.Gate.Ours
}

func (t *turn) recordConsole() {
	l, _ := t.look()
	t.recordAnswer(l.Gate)
	text := "the gate was approved in the console by " + orSomeone(l.Gate.By)
	moving := t.old.Phase == Shifting || t.old.Phase == Baking || t.old.Phase == Gated
	if t.old.Plan.Trigger.OnConsole == ConsolePromote && moving && !t.held() && !t.contended() {
		t.next.Wish = &Wish{Verb: VerbPromote, By: orSomeone(l.Gate.By), At: t.now}
		t.next.WaitUntil = noTime
		t.next.LookAt = latest(t.now, t.old.quiet())
		t.leaveCheck()
		t.say(t.code, text+"; promoting after one healthy look")
		return
	}
	t.say(t.code, text+"; the plan goes on")
}
