package explore

import (
	"fmt"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// apply is what the call does, and its answer.
func (s *step) apply(i int, c *call) answer {
	w := s.w
	switch c.what {
	case callLoad, callCommit, callClaim, callTouch, callSlot, callTargetSlots, callTrigger, callOutcome, callPutOutcome, callRunning, callCanary:
		return s.applyTable(i, c)
	case callObserve:
		t := w.targets[c.target]
		token := worker.Token("")
		if s.m.fenced(c.target) {
			token = tokenText(t.token)
		}
		shows := t.shows
		shows.Rolling = t.rolling
		return answered(observation{shows, token}, nil)
	case callWrite:
		return s.write(i, c)
	case callAlarms:
		return answered(w.alarm.look(c.queries), nil)
	case callGate:
		return answered(w.gates[gateIndex(c.gate.Execution)].look(c.release), nil)
	case callAnswer:
		s.answering(c)
		g := &w.gates[gateIndex(c.gate.Execution)]
		g.answer(c.release, c.approve)
		return answered(g.look(c.release), nil)
	case callStopExecution:
		w.gates[gateIndex(c.name)].stopped = true
		return answered(nil, nil)
	case callWaiting:
		return answered(w.openGates(), nil)
	case callClock:
		return answered(nil, nil)
	case callFind, callDeployment, callContinue, callStop:
		return s.applyGuarded(c)
	case callStart, callCheck:
		return answered(s.w.check.apply(c), nil)
	case callExecution:
	}
	panic("unknown call " + c.what.String())
}

func (w *world) openGates() []worker.OpenGate {
	var open []worker.OpenGate
	for i, g := range w.gates {
		if g.open {
			open = append(open, worker.OpenGate{Execution: gateName(i), ActionExecution: actionName(i), StartedAt: stamp(i + 1)})
		}
	}
	return open
}

// write is a target's: with a fence it needs the present token.
func (s *step) write(i int, c *call) answer {
	if s.m.fenced(c.target) && c.have != tokenText(s.w.targets[c.target].token) {
		return answered(nil, worker.ErrConflict)
	}
	release, kind := s.orderOf(i, c)
	s.shown(c.target, c.want.Split, release, kind)
	return answered(nil, nil)
}

// fly puts a call on its way without an answer.
func (s *step) fly(i int, c *call) {
	f := flight{until: s.w.clock + 1, by: c.release, approve: c.approve}
	switch c.what { //nolint:exhaustive // the others are never late
	case callWrite:
		f.target, f.want, f.have = c.target, *c.want, stampToken(c.have)
		f.by, f.kind = s.orderOf(i, c)
	case callAnswer:
		s.answering(c)
		f.target, f.gate = toGate, gateIndex(c.gate.Execution)
	case callCommit:
		f.target, f.save, f.node = toTable, c.commit, s.w.workers[i].node
	default:
		f.target, f.stop, f.past = toDeployment, c.what == callStop, c.past
	}
	s.w.flights = append(s.w.flights, f)
}

func stampToken(t worker.Token) int {
	var n int
	_, _ = fmt.Sscan(string(t), &n)
	return n
}

// orderOf is the release that a worker writes for, by what it last loaded or
// saved, and the sort of its order.
func (s *step) orderOf(i int, c *call) (release string, kind statemachine.OrderKind) {
	r := s.w.workers[i].node.release()
	for _, o := range r.Pending {
		if o.Want != nil && s.m.s.Plan.Targets[c.target].Name == o.Target && o.Want.Same(c.want.Split) {
			kind = o.Kind
		}
	}
	return r.ID, kind
}

// release is the release as the worker at n last read or saved it.
func (n *node) release() statemachine.Release {
	for at := n; at != nil && at.parent != nil; at = at.parent {
		if r, ok := at.answer.value.(*record); ok && at.answer.err == nil {
			return r.Release
		}
		if at.of == callCommit && at.answer.err == nil && at.begin == nil && len(at.parent.next.commit.Saves) > 0 {
			return at.parent.next.commit.Saves[0].Next
		}
	}
	return statemachine.Release{}
}

func (a alarm) look(queries []worker.AlarmQuery) []statemachine.AlarmLook {
	looks := make([]statemachine.AlarmLook, 0, len(queries))
	for _, q := range queries {
		l := statemachine.AlarmLook{Name: q.Name, State: statemachine.AlarmOK, Transition: stamp(a.n)}
		switch {
		case a.firing:
			l.State = statemachine.AlarmFiring
		case a.dark:
			l.State = statemachine.AlarmNoData
		}
		if !q.Since.IsZero() && !q.Since.Equal(l.Transition) && a.rose > stampOf(q.Since) {
			l.Visited = stamp(a.rose)
		}
		looks = append(looks, l)
	}
	return looks
}

func (g gate) look(release string) statemachine.GateLook {
	l := statemachine.GateLook{Status: g.status}
	switch {
	case g.byUs:
		l.By, l.Ours = "serin", g.ours == release
	case !g.open:
		l.By = "a person"
	}
	return l
}
