package statemachine

// A check step: an order starts a validation that runs elsewhere, looks read what
// comes of it. A pass is a word like a person's: it takes effect with a healthy
// look begun after it.

// String is the check as people name it: "codebuild smoke".
func (c CheckRun) String() string { return c.Kind + " " + c.Name }

func (t *turn) checking() bool { return t.old.Check != nil }

func (t *turn) checkNext() bool {
	return !t.planDone() && t.old.Plan.Steps[t.old.Step].Check != nil
}

// orderCheck begins the next step, which is a check.
func (t *turn) orderCheck() {
	t.next.Step++
	t.next.clearWaits()
	spec := t.next.Plan.Steps[t.next.Step-1].Check
	o := t.newOrder(Check, "")
	t.next.Check = &CheckRun{Key: o.Key, Kind: spec.Kind, Name: spec.Name, Since: t.now}
	t.next.WaitUntil = t.now.Add(spec.Timeout)
	t.next.Pending = append(t.next.Pending, o)
	t.say(t.code, "check "+t.next.Check.String()+" decides, until "+clock(t.next.WaitUntil))
}

func (t *turn) checkStarted() {
	in, _ := t.in.(OrderDone)
	t.drop(in.Key)
	t.next.Check.Run = in.Run
	t.next.LookAt = t.now
	t.say(t.code, "check "+t.next.Check.String()+" runs: "+in.Run)
}

// checkLook is what a look of this rev says of the check that runs.
func (t *turn) checkLook() *CheckLook {
	l, ok := t.current()
	if !ok || l.Check == nil || t.old.Check == nil || t.old.Wish != nil || l.Check.Key != t.old.Check.Key {
		return nil
	}
	return l.Check
}

func (t *turn) checkPassed() bool {
	seen := t.checkLook()
	return seen != nil && seen.Status == CheckPass && !t.contended()
}

func (t *turn) recordPass() {
	by := "check " + t.old.Check.String()
	t.next.Wish = &Wish{Verb: VerbApprove, By: by, At: t.now}
	t.next.WaitUntil = noTime
	t.next.LookAt = latest(t.now, t.old.quiet())
	t.say(t.code, by+" passed"+textAfter(t.checkLook().Text))
}

// checkFailure is a check that failed, or that can't be asked for good.
func (t *turn) checkFailure() *Failure {
	seen := t.checkLook()
	switch {
	case seen == nil:
	case seen.Status == CheckFail:
		return t.fail(CodeCheckFailed, "check "+t.old.Check.String()+" failed"+textAfter(seen.Text))
	case seen.Fault != nil && seen.Fault.Final():
		return t.faultFailure(*seen.Fault)
	}
	return nil
}

// leaveCheck: what the check says is no longer waited for.
func (t *turn) leaveCheck() {
	if t.old.Check != nil {
		t.drop(t.old.Check.Key)
	}
}
