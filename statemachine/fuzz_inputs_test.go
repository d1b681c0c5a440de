package statemachine

import "time"

// anything makes inputs that may be anything, half of them true, half of them not: every field of them is drawn from bytes,
// so that a fuzzer that changes a byte changes one thing.
type anything struct {
	bytes []byte
	s     *sim
}

// intN takes a byte, or two for a wide choice; behind the last there are zeros without end.
func (a *anything) intN(n int) int {
	drawn := 0
	for most := 1; most < max(n, 2); most *= 256 { // a choice of one takes a byte, too
		drawn *= 256
		if len(a.bytes) > 0 {
			drawn += int(a.bytes[0])
			a.bytes = a.bytes[1:]
		}
	}
	return drawn % n
}

func (a *anything) input() Input {
	r := a.s.r
	switch kind := a.intN(12); {
	case kind < 2:
		return Wake{}
	case kind < 4:
		a.s.check.Status = CheckStatus(1 + a.intN(len(checkStatusWords())))
		return a.s.look(r, a.s.now)
	case kind < 6:
		if n := a.intN(max(1, len(r.Pending))); n < len(r.Pending) {
			return a.s.perform(r, r.Pending[n])
		}
		return Wake{}
	case kind < 7:
		return a.look()
	case kind < 8:
		return AlarmEvent{ID: "e", Name: a.name(), State: AlarmState(a.intN(8)), At: a.time(), Muted: a.intN(2) == 0}
	case kind < 10:
		return Command{ID: "c", Verb: Verb(a.intN(8)), Rev: r.Rev - int64(a.intN(2)), Actor: a.name(), Reason: "r"}
	case kind < 11:
		done := OrderDone{Key: a.key()}
		if a.intN(2) == 0 {
			done.Gate, done.Seen = a.gate(), a.split()
		}
		return done
	}
	return OrderFailed{Key: a.key(), Fault: a.fault(), Landed: a.intN(2) == 0}
}

func (a *anything) name() string { return []string{"x", "a", "b", "", "nobody"}[a.intN(5)] }

func (a *anything) time() time.Time {
	if a.intN(5) == 0 {
		return time.Time{}
	}
	return a.s.now.Add(time.Duration(a.intN(7200)-3600) * time.Second)
}

func (a *anything) key() string {
	if n := len(a.s.r.Pending); n > 0 && a.intN(4) > 0 {
		return a.s.r.Pending[a.intN(n)].Key
	}
	return "r/1/shift/a"
}

func (a *anything) fault() Fault {
	f := Fault{Code: FaultCode(a.intN(10)), Error: "e"}
	if a.intN(2) == 0 {
		f.Seen = a.split()
	}
	return f
}

func (a *anything) split() *Split {
	if a.intN(6) == 0 {
		return nil
	}
	versions := []string{"42", "43", "7", "8", "blue", "green", ""}
	return &Split{Stable: versions[a.intN(7)], Canary: versions[a.intN(7)], WeightPct: float64(a.intN(5) * 25), Rolling: a.intN(5) == 0}
}

func (a *anything) gate() *GateLook {
	return &GateLook{Status: GateStatus(a.intN(7)), By: a.name(), Ours: a.intN(2) == 0}
}

// look is one that may lack anything, be of any rev, and say what can't be.
func (a *anything) look() Look {
	l := Look{ID: "l", Rev: a.s.r.Rev - int64(a.intN(2)), BegunAt: a.time()}
	for range a.intN(3) {
		seen := AlarmLook{Name: a.name(), State: AlarmState(a.intN(8)), Transition: a.time(), Visited: a.time(), Muted: a.intN(2) == 0}
		if a.intN(3) == 0 {
			f := a.fault()
			seen.Fault = &f
		}
		l.Alarms = append(l.Alarms, seen)
	}
	for range a.intN(3) {
		seen := TargetLook{Name: a.name(), Canary: []string{"", "43", "green"}[a.intN(3)]}
		if seen.Split = a.split(); seen.Split == nil || a.intN(4) == 0 {
			f := a.fault()
			seen.Fault = &f
		}
		l.Targets = append(l.Targets, seen)
	}
	if a.intN(2) == 0 {
		l.Gate = a.gate()
	}
	if a.intN(2) == 0 {
		l.Deployment = &DeploymentLook{Status: DeploymentStatus(a.intN(9)), Point: Point(a.intN(9)), WaitKey: a.name()}
	}
	if a.intN(2) == 0 {
		l.Check = &CheckLook{Key: a.key(), Status: CheckStatus(a.intN(6)), Text: a.name()}
		if run := a.s.r.Check; run != nil && a.intN(2) == 0 {
			l.Check.Key = run.Key
		}
	}
	if a.intN(2) == 0 {
		l.Slot = &a.s.slot
	}
	if a.intN(6) == 0 {
		l.Problems = []Problem{{Code: CodeInvalid, Text: "p", Wait: a.intN(2) == 0}}
	}
	return l
}
