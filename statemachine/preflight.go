package statemachine

// verdict is what one preflight look adds up to.
type verdict struct {
	// refusals can't pass by themselves; waits may.
	refusals, waits []Problem
	// nothing: every target already shows what this canary's last release left.
	nothing bool
	// ready are the targets as the release would begin with them.
	ready []Target
}

// judge adds up a look taken for this rev. Nil for any other input.
func (t *turn) judge() *verdict {
	l, ok := t.current()
	if !ok {
		return nil
	}
	if t.verdict != nil {
		return t.verdict
	}
	v := &verdict{}
	t.verdict = v
	v.add(l.Problems...)
	v.add(t.judgeGate(l.Gate)...)
	for i := range t.old.Targets {
		v.ready = append(v.ready, t.judgeTarget(v, l, i))
	}
	if v.nothing = len(v.refusals) == 0 && len(v.waits) == 0 && t.judgeMoved(v, l); v.nothing {
		return v
	}
	if t.old.Kind == Forward {
		for i, spec := range t.old.Plan.Alarms {
			v.add(t.judgeAlarm(spec, alarmLook(l, i, spec.Name))...)
		}
	}
	if t.held() {
		v.add(Problem{Code: CodePaused, Text: "held by " + t.old.Held.By, Wait: true})
	}
	return v
}

func (v *verdict) add(problems ...Problem) {
	for _, p := range problems {
		if p.Wait {
			v.waits = append(v.waits, p)
		} else {
			v.refusals = append(v.refusals, p)
		}
	}
}

// judgeGate: a gate that can't be read could not be answered in the end either.
func (t *turn) judgeGate(seen *GateLook) []Problem {
	switch {
	case !t.gateWaits():
	case seen == nil:
		return []Problem{{Code: CodeGateUnreadable, Text: "the gate was not read", Wait: true}}
	case seen.Status == GateUnknown:
		return []Problem{{Code: CodeGateUnreadable, Text: "the gate can't be read" + faultText(seen.Fault),
			Wait: seen.Fault == nil || !seen.Fault.Final()}}
	}
	return nil
}
