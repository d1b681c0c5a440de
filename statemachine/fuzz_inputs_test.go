package statemachine

import (
	"math/rand/v2"
	"time"
)

// anything makes inputs that may be anything: half of them true, half of them not.
type anything struct {
	*rand.Rand
	s *sim
}

func (a anything) input(kind byte) Input {
	r := a.s.r
	switch {
	case kind < 2:
		return Wake{}
	case kind < 4:
		return a.s.look(r, a.s.now)
	case kind < 6 && len(r.Pending) > 0:
		return a.s.perform(r, r.Pending[a.IntN(len(r.Pending))])
	case kind < 7:
		return a.look()
	case kind < 8:
		return AlarmEvent{ID: "e", Name: a.name(), State: AlarmState(a.IntN(8)), At: a.time(), Muted: a.IntN(2) == 0}
	case kind < 10:
		return Command{ID: "c", Verb: Verb(a.IntN(8)), Rev: r.Rev - int64(a.IntN(2)), Actor: a.name(), Reason: "r"}
	case kind < 11:
		done := OrderDone{Key: a.key()}
		if a.IntN(2) == 0 {
			done.Gate, done.Seen = a.gate(), a.split()
		}
		return done
	}
	return OrderFailed{Key: a.key(), Fault: a.fault(), Landed: a.IntN(2) == 0}
}

func (a anything) name() string { return []string{"x", "a", "b", "", "nobody"}[a.IntN(5)] }

func (a anything) time() time.Time {
	if a.IntN(5) == 0 {
		return time.Time{}
	}
	return a.s.now.Add(time.Duration(a.IntN(7200)-3600) * time.Second)
}

func (a anything) key() string {
	if n := len(a.s.r.Pending); n > 0 && a.IntN(4) > 0 {
		return a.s.r.Pending[a.IntN(n)].Key
	}
	return "r/1/shift/a"
}

func (a anything) fault() Fault {
	f := Fault{Code: FaultCode(a.IntN(10)), Error: "e"}
	if a.IntN(2) == 0 {
		f.Seen = a.split()
	}
	return f
}

func (a anything) split() *Split {
	if a.IntN(6) == 0 {
		return nil
	}
	versions := []string{"42", "43", "7", "8", "blue", "green", ""}
	return &Split{Stable: versions[a.IntN(7)], Canary: versions[a.IntN(7)], WeightPct: float64(a.IntN(5) * 25), Rolling: a.IntN(5) == 0}
}

func (a anything) gate() *GateLook {
	return &GateLook{Status: GateStatus(a.IntN(7)), By: a.name(), Ours: a.IntN(2) == 0}
}

// look is one that may lack anything, be of any rev, and say what can't be.
func (a anything) look() Look {
	l := Look{ID: "l", Rev: a.s.r.Rev - int64(a.IntN(2)), BegunAt: a.time()}
	for range a.IntN(3) {
		seen := AlarmLook{Name: a.name(), State: AlarmState(a.IntN(8)), Transition: a.time(), Visited: a.time(), Muted: a.IntN(2) == 0}
		if a.IntN(3) == 0 {
			f := a.fault()
			seen.Fault = &f
		}
		l.Alarms = append(l.Alarms, seen)
	}
	for range a.IntN(3) {
		seen := TargetLook{Name: a.name(), Canary: []string{"", "43", "green"}[a.IntN(3)]}
		if seen.Split = a.split(); seen.Split == nil || a.IntN(4) == 0 {
			f := a.fault()
			seen.Fault = &f
		}
		l.Targets = append(l.Targets, seen)
	}
	if a.IntN(2) == 0 {
		l.Gate = a.gate()
	}
	if a.IntN(2) == 0 {
		l.Deployment = &DeploymentLook{Status: DeploymentStatus(a.IntN(9)), Point: Point(a.IntN(9)), WaitKey: a.name()}
	}
	if a.IntN(2) == 0 {
		l.Check = &CheckLook{Key: a.key(), Status: CheckStatus(a.IntN(6)), Text: a.name()}
		if run := a.s.r.Check; run != nil && a.IntN(2) == 0 {
			l.Check.Key = run.Key
		}
	}
	if a.IntN(2) == 0 {
		l.Slot = &a.s.slot
	}
	if a.IntN(6) == 0 {
		l.Problems = []Problem{{Code: CodeInvalid, Text: "p", Wait: a.IntN(2) == 0}}
	}
	return l
}
