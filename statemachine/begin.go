package statemachine

// What a preflight look leads to. Restore point, phase and the first order are
// one save, before the first write.

func (t *turn) preflightRefuses() bool {
	v := t.judge()
	if v == nil {
		return false
	}
	return len(v.refusals) > 0 || (len(v.waits) > 0 && !t.held() && reached(t.old.PreflightUntil, t.now))
}

func (t *turn) preflightOK() bool {
	v := t.judge()
	return v != nil && !v.nothing && len(v.refusals) == 0 && len(v.waits) == 0
}

func (t *turn) nothingToDo() bool {
	v := t.judge()
	return v != nil && v.nothing && !t.held()
}

// newsOfWaiting: what preflight waits for is not what it waited for before.
func (t *turn) newsOfWaiting() bool {
	v := t.judge()
	return v != nil && len(v.waits) > 0 && texts(v.waits) != t.old.Waiting
}

func (t *turn) recordWaiting() {
	if t.verdict != nil {
		t.next.Waiting = texts(t.verdict.waits)
	} else {
		t.next.Waiting = t.notHealthy()
	}
	t.next.LookAt = t.now.Add(t.old.Lease)
	t.say(t.code, "waiting: "+t.next.Waiting)
}

func (t *turn) refuseVerdict() {
	t.failure = t.refusal()
	t.refuseFailure()
}

// refusal is what can't pass, else what did not pass in time.
func (t *turn) refusal() *Failure {
	problems := t.verdict.refusals
	if len(problems) == 0 {
		problems = t.verdict.waits
	}
	return t.fail(problems[0].Code, texts(problems))
}

// alarmInPreflight: the event is saved, which makes the look under way void. One
// that came before, or is older than what a saved look read, tells nothing new.
func (t *turn) alarmInPreflight() bool {
	in, ok := t.in.(AlarmEvent)
	if !ok || in.State != AlarmFiring || !t.guardedBy(in.Name) || t.overridden(in.Name) {
		return false
	}
	remembered := t.old.alarm(0, in.Name)
	return remembered == nil || in.At.After(remembered.Transition)
}

func (t *turn) voidLook() {
	in, _ := t.in.(AlarmEvent)
	if a := t.next.alarm(0, in.Name); a != nil {
		a.State, a.Transition = in.State, in.At
	}
	t.next.LookAt = t.now
	t.say(t.code, "alarm "+in.Name+" went to ALARM at "+clock(in.At)+"; looking again")
}

// begin saves the restore point and starts the clock of the deadline.
func (t *turn) begin() {
	l, _ := t.current()
	t.next.Targets = t.verdict.ready
	t.next.FirstShiftAt = t.now
	t.next.DeadlineAt = t.now.Add(t.old.Plan.Deadline)
	t.next.Waiting = ""
	t.next.LookAt = noTime
	t.next.FromVersion = t.fromVersion(l)
	for i := range t.next.Alarms {
		if a := alarmLook(l, i, t.next.Alarms[i].Name); a != nil {
			t.next.Alarms[i].Baseline = a.Transition
		}
	}
}

// fromVersion is the label people know of what runs now. Where roles swap, or a
// version is only a label, a side has none of its own: it is the one last promoted.
func (t *turn) fromVersion(l Look) string {
	for i, target := range t.next.Targets {
		if traits := t.old.Plan.Targets[i].Traits; !traits.SwapsRoles && !traits.Labelled {
			version, _ := target.Restore.One()
			return version
		}
	}
	if l.Slot != nil && l.Slot.Promoted != nil {
		return l.Slot.Promoted.Version
	}
	return ""
}

func (t *turn) beginShift() {
	l, _ := t.current()
	t.begin()
	t.startStep()
	t.say(t.code, t.text+t.warnings(l))
}

func (t *turn) beginGated() {
	l, _ := t.current()
	t.begin()
	t.askApproval()
	t.say(t.code, t.text+t.warnings(l))
}

func (t *turn) beginChecked() {
	l, _ := t.current()
	t.begin()
	t.orderCheck()
	t.say(t.code, t.text+t.warnings(l))
}

func (t *turn) beginPromote() {
	t.begin()
	t.startPromote()
}

// answerNothingToDo: nothing moves, the gate is answered Approved.
func (t *turn) answerNothingToDo() {
	t.next.Targets = t.verdict.ready
	for i := range t.next.Targets {
		t.next.Targets[i].Restore = nil
	}
	l, _ := t.current()
	t.next.FromVersion = t.fromVersionSeen(l)
	t.next.LookAt, t.next.Waiting = noTime, ""
	t.next.Pending = []Order{t.answer(true, "nothing to do: "+t.old.Version+" runs already")}
	text := "every target already shows " + t.old.Version
	if t.old.Kind == Forward {
		text += ", as the last release left it"
	}
	t.say(t.code, text)
}

func (t *turn) fromVersionSeen(l Look) string {
	if len(l.Targets) > 0 && l.Targets[0].Split != nil {
		return l.Targets[0].Split.Stable
	}
	return ""
}

func (t *turn) promoteNothing() {
	t.answerNothingToDo()
	t.next.Pending = nil
	t.next.FinishedAt, t.next.SettledAt = t.now, t.now
}
