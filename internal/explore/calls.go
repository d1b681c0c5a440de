package explore

import (
	"context"
	"errors"
	"fmt"

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
	if m.mayFail(w, c) {
		return false
	}
	switch c.what {
	case callSlot, callTargetSlots:
		return m.s.Gates == 0
	case callAlarms:
		return w.left.Rise == 0 && (w.left.Fall == 0 || !w.alarm.firing) && w.left.Dark == 0 && !w.alarm.dark
	case callGate:
		return m.s.Budget.Person == 0 && m.s.Budget.Late == 0 && m.s.Budget.Crash == 0
	case callLoad, callCommit, callClaim, callTouch, callTrigger, callOutcome, callPutOutcome, callRunning, callCanary,
		callObserve, callWrite, callAnswer, callStopExecution, callWaiting, callExecution, callClock,
		callFind, callDeployment, callContinue, callStop, callStart, callCheck:
	}
	return false
}

// mayFail: the call may be answered with a failure.
func (m *model) mayFail(w *world, c *call) bool {
	return w.left.Fail > 0 || (w.left.Outage > 0 && c.what.table())
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
