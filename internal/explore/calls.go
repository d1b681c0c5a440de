package explore

import (
	"context"
	"errors"
	"fmt"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func refOf(r *record) worker.Ref { return worker.Ref{Canary: r.Release.Canary, ID: r.Release.ID} }

// unavailable is what a caller sees of an answer that never comes.
func unavailable() error {
	return fmt.Errorf("%w: %w", worker.ErrUnavailable, context.DeadlineExceeded)
}

// call makes the call that worker i stands at, answers it, and lets the worker
// run to its next call.
func (s *step) call(i int, h how) {
	n := s.m.stall(i, s.w.workers[i].node, s.w.clock)
	s.w.workers[i].node = n
	if n.done {
		s.returned(i)
		return
	}
	c := n.next
	if !c.deadline.IsZero() && !at(s.w.clock).Before(c.deadline) {
		h = howFail // its context has ended: it is not sent
	}
	if s.w.down && c.what.table() {
		h = howFail
	}
	s.owns(i, c)
	a := s.answer(i, c, h)
	if h == howCrashLate {
		s.crash(i)
		return
	}
	if r, ok := a.value.(*record); ok && a.err == nil && r.op.by(i, s.w.workers[i].delivery) {
		a.mine = r.op.n
	}
	next := s.m.resume(i, n, a, s.w.clock)
	s.w.workers[i].node = next
	if c.what == callClaim && next.beginning().wakes() && errors.Is(a.err, worker.ErrConflict) && !next.done && next.next.what.acts() {
		s.breaks("claim", "a worker that lost its claim goes on to %s", next.next.what)
	}
	s.rollsOn(c, a, next)
	switch {
	case next.done:
		s.returned(i)
	case s.m.fused(s.w, next.next):
		s.call(i, howOK)
	}
}

// fused: what the call reads can't change any more, or but by saves that are
// conditional on it, so it is made in one step with the call before.
func (m *model) fused(w *world, c *call) bool {
	switch c.what {
	case callSlot, callTargetSlots:
		return m.s.Gates == 0
	case callAlarms:
		return w.left.Rise == 0 && (w.left.Fall == 0 || !w.alarm.firing)
	case callGate:
		return m.s.Budget.Person == 0 && m.s.Budget.Late == 0 && m.s.Budget.Crash == 0
	case callLoad, callCommit, callClaim, callTouch, callTrigger, callOutcome, callPutOutcome, callRunning, callCanary,
		callObserve, callWrite, callAnswer, callStopExecution, callWaiting, callExecution, callClock,
		callFind, callDeployment, callContinue, callStop, callStart, callCheck:
	}
	return false
}

func (s *step) answer(i int, c *call, h how) answer {
	left := &s.w.left
	switch h {
	case howOK:
		return s.apply(i, c)
	case howLost:
		left.Lost--
		s.apply(i, c)
		return answered(nil, unavailable())
	case howFail:
		s.spendFailure(c)
		return answered(nil, unavailable())
	case howLate, howCrashLate:
		s.fly(i, c)
		switch {
		case h == howCrashLate:
			left.Crash--
		case c.what == callCommit:
			left.LateSave--
		default:
			left.Late--
		}
		return answered(nil, unavailable())
	case howDenied:
		left.Denied--
		return answered(nil, worker.ErrDenied)
	case howStale:
		left.Stale--
		t := s.w.targets[c.target]
		return answered(observation{t.before, tokenText(t.beforeToken)}, nil)
	}
	panic("unknown way to answer")
}

func (s *step) spendFailure(c *call) {
	switch {
	case !c.deadline.IsZero() && !at(s.w.clock).Before(c.deadline):
	case s.w.down && c.what.table():
	case s.w.left.Outage > 0 && c.what.table():
		s.w.left.Outage--
	case s.w.left.Fail > 0:
		s.w.left.Fail--
	}
}

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
			open = append(open, worker.OpenGate{Execution: gateName(i), ActionExecution: "a-" + gateName(i), StartedAt: stamp(i + 1)})
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
		f.target, f.want, f.have = c.target, c.want, stampToken(c.have)
		f.by, f.kind = s.orderOf(i, c)
	case callAnswer:
		s.answering(c)
		f.target, f.gate = toGate, gateIndex(c.gate.Execution)
	case callCommit:
		f.target, f.save, f.node = toTable, &c.commit, s.w.workers[i].node
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
		if at.of == callCommit && at.answer.err == nil && at.begin == nil {
			return at.parent.next.commit.Saves[0].Next
		}
	}
	return statemachine.Release{}
}

func (a alarm) look(queries []worker.AlarmQuery) []statemachine.AlarmLook {
	looks := make([]statemachine.AlarmLook, 0, len(queries))
	for _, q := range queries {
		l := statemachine.AlarmLook{Name: q.Name, State: statemachine.AlarmOK, Transition: stamp(a.n)}
		if a.firing {
			l.State = statemachine.AlarmFiring
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
