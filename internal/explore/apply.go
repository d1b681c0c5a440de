package explore

import (
	"fmt"
	"slices"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// violation is a law that was broken, and how.
type violation struct{ law, text string }

// apply makes one thing happen. The violation is empty when every law held.
func (m *model) apply(w *world, c choice) (*world, violation) {
	s := &step{m: m, w: w.clone(), was: w}
	switch c.act {
	case actStep:
		s.call(c.worker, how(c.arg))
	case actSettle:
		s.settle(c.worker, c.arg == 1)
	case actCrash:
		s.w.left.Crash--
		s.crash(c.worker)
	case actWake:
		s.begin(c.worker, begin{ref: refOf(w.table.releases[c.arg])})
	case actTake:
		b := m.begins(w.queue[c.arg%knowing])
		if n := c.arg / knowing; n > 0 {
			b.knows = w.table.releases[n-1].Release.ID
		}
		s.begin(c.worker, b)
	case actSweep:
		s.w.left.Sweep--
		s.begin(c.worker, begin{sweep: true})
	case actTick:
		s.w.left.Stall -= int8(w.stalled())
		s.w.clock++
		s.forget()
	case actLand:
		s.land(c.arg)
	case actVanish:
		s.w.flights = slices.Delete(s.w.flights, c.arg, c.arg+1)
	case actLose:
		s.w.left.Lose--
		s.w.queue = slices.Delete(s.w.queue, c.arg, c.arg+1)
	case actRise, actFall, actDrift, actForeign, actVerb, actPerson, actArrive, actDown, actUp:
		s.outside(c)
	case actShifts:
		s.awsShifts(c.arg)
	case actCarried:
		s.w.targets[c.arg].rolling = false
	case actChecked:
		s.w.check.is = checkState(c.arg)
	}
	s.check()
	return s.w, s.broken
}

// step is one thing happening.
type step struct {
	m      *model
	was, w *world
	broken violation
}

// breaks notes the first law that was broken.
func (s *step) breaks(law, format string, args ...any) {
	if s.broken.law == "" {
		s.broken = violation{law, fmt.Sprintf(format, args...)}
	}
}

// outside is what others do.
func (s *step) outside(c choice) {
	w := s.w
	switch c.act {
	case actRise:
		w.left.Rise--
		w.alarm = alarm{firing: true, n: w.alarm.n + 1, rose: w.alarm.n + 1}
		w.send(message{event: eventAlarm, stamp: w.alarm.n})
	case actFall:
		w.left.Fall--
		w.alarm.firing, w.alarm.n = false, w.alarm.n+1
	case actDrift:
		w.left.Drift--
		t := w.targets[c.arg].shows
		t.WeightPct = 77
		w.targets[c.arg].set(t, w.clock)
		w.ghost.foreign[c.arg] = true
	case actForeign:
		w.left.Foreign--
		w.targets[c.arg].set(statemachine.Split{Stable: "99"}, w.clock)
		w.ghost.foreign[c.arg] = true
	case actVerb:
		w.left.Verbs--
		w.send(message{event: eventCommand, verb: statemachine.Verb(c.arg), rev: w.table.releases[0].Release.Rev})
	case actPerson:
		w.left.Person--
		w.ghost.person = true
		w.gates[0].open = false
		w.gates[0].status = statemachine.GateApproved
		if c.arg == 2 {
			w.gates[0].status = statemachine.GateRejected
		}
		w.send(message{event: eventGate})
	case actArrive:
		w.left.Arrive--
		w.gates[c.arg].waiting, w.gates[c.arg].open = true, true
		w.send(message{event: eventArrived + c.arg})
	case actDown:
		w.left.Down--
		w.down = true
	case actUp:
		w.down = false
	case actStep, actSettle, actCrash, actWake, actTake, actSweep, actTick, actLand, actVanish, actLose, actShifts, actCarried, actChecked:
	}
}

// send puts a message into the queue, which has no order.
func (w *world) send(m message) {
	w.queue = append(w.queue, m)
	slices.SortFunc(w.queue, func(a, b message) int { return a.event*1000 + a.stamp - b.event*1000 - b.stamp })
}

// carriesOut is how long a slow target takes at most.
const carriesOut = 3

// set is a write that was applied.
func (t *target) set(s statemachine.Split, clock int) {
	t.before, t.beforeToken, t.holds = t.shows, t.token, true
	t.shows, t.rolling, t.until = s, t.slow, clock+carriesOut
	t.token++
}

// begin lets a worker take something up, and make its first call.
func (s *step) begin(i int, b begin) {
	p := s.w.workers[i]
	b.delivery = s.w.unused(i)
	p.delivery, p.idle = b.delivery, false
	p.node = s.m.start(i, p.node, b, s.w.clock)
	s.w.workers[i] = p
	switch {
	case p.node.done:
		s.returned(i)
	default:
		s.call(i, howOK)
	}
}

// unused is a number for a delivery that no release in the table was saved by.
func (w *world) unused(i int) int {
	for n := 0; ; n++ {
		taken := false
		for _, r := range w.table.releases {
			taken = taken || r.op.by(i, n)
		}
		for _, f := range w.flights {
			taken = taken || f.save != nil && opOf(f.save.OpID).by(i, n)
		}
		if !taken {
			return n
		}
	}
}

// returned: the worker's function has returned. A delivery is still to be settled.
func (s *step) returned(i int) {
	n := s.w.workers[i].node
	b := n.beginning()
	if b.event == nil && b.command == nil || !n.verdict.Ack {
		if n.verdict.Why != "" && !n.verdict.Ack && b.event == nil && b.command == nil {
			s.breaks("error", "a wake or sweep ends with: %s", n.verdict.Why)
		}
		s.rest(i)
	}
}

// rest makes a worker idle. Where the table may be out it remembers the rollback
// that it saved; else it has nothing in memory that could matter.
func (s *step) rest(i int) {
	p := s.w.workers[i]
	if _, ok := p.node.remembers(); ok && s.m.s.Budget.Down > 0 {
		s.w.workers[i] = place{node: p.node, idle: true}
		return
	}
	s.crash(i)
}

// crash is a worker's end; another one is started.
func (s *step) crash(i int) { s.w.workers[i] = place{} }

// forget ends what idle workers remember for too long to act on it.
func (s *step) forget() {
	for i, p := range s.w.workers {
		if p.idle && s.w.clock-p.node.clock > 2*leaseTicks {
			s.crash(i)
		}
	}
}

// remembers: the last that this worker saved is a rollback it has to make so, and
// may for some time.
func (n *node) remembers() (until time.Time, ok bool) {
	for at := n; at != nil && at.parent != nil; at = at.parent {
		if at.of == callCommit && at.answer.err == nil && at.begin == nil {
			c := at.parent.next.commit
			r := c.Saves[0].Next
			return c.At.Add(2*lease - tick), r.Phase == statemachine.RollingBack && len(r.Pending) > 0 && r.WakeAt.Equal(c.At.Add(lease))
		}
	}
	return until, false
}

func (n *node) beginning() *begin {
	for n.begin == nil {
		n = n.parent
	}
	return n.begin
}

// settle deletes the message of an acknowledged delivery; a forgotten delete lets
// it come again.
func (s *step) settle(i int, forgotten bool) {
	msg := s.w.workers[i].node.beginning().message
	s.rest(i)
	q := slices.Index(s.w.queue, msg)
	if q < 0 {
		return
	}
	if forgotten {
		s.w.left.Again--
	} else {
		s.w.queue = slices.Delete(s.w.queue, q, q+1)
	}
	s.deleted(msg)
}

// land applies a call whose caller has given up on it.
func (s *step) land(i int) {
	f := s.w.flights[i]
	s.w.flights = slices.Delete(s.w.flights, i, i+1)
	switch f.target {
	case toGate:
		s.w.gates[f.gate].answer(f.by, f.approve)
		return
	case toDeployment:
		s.told(f.stop, f.past)
		return
	case toTable:
		_ = s.commit(f.node, *f.save) // nobody hears what came of it
		return
	}
	t := &s.w.targets[f.target]
	if s.m.fenced(f.target) && f.have != t.token {
		return
	}
	s.shown(f.target, f.want.Split, f.by, f.kind)
}

func (m *model) fenced(i int) bool { return m.s.Plan.Targets[i].Traits.Fenced }

func (g *gate) answer(by string, approve bool) {
	if !g.open {
		return
	}
	g.open, g.byUs, g.ours = false, true, by
	g.status = statemachine.GateRejected
	if approve {
		g.status = statemachine.GateApproved
	}
}
