package explore

import (
	"fmt"
	"slices"

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
		s.w.workers[c.worker] = place{}
	case actWake:
		s.begin(c.worker, begin{ref: refOf(w.table.releases[c.arg])})
	case actTake:
		s.begin(c.worker, m.begins(w.queue[c.arg]))
	case actSweep:
		s.w.left.Sweep--
		s.begin(c.worker, begin{sweep: true})
	case actTick:
		s.w.left.Stall -= int8(w.stalled())
		s.w.clock++
	case actLand:
		s.land(c.arg)
	case actVanish:
		s.w.flights = slices.Delete(s.w.flights, c.arg, c.arg+1)
	case actLose:
		s.w.left.Lose--
		s.w.queue = slices.Delete(s.w.queue, c.arg, c.arg+1)
	case actRise, actFall, actDrift, actForeign, actVerb, actPerson, actArrive:
		s.outside(c)
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
		w.targets[c.arg].set(t)
		w.ghost.foreign[c.arg] = true
	case actForeign:
		w.left.Foreign--
		w.targets[c.arg].set(statemachine.Split{Stable: "99"})
		w.ghost.foreign[c.arg] = true
	case actVerb:
		w.left.Verbs--
		w.send(message{event: eventCommand, verb: statemachine.Verb(c.arg), rev: w.table.releases[0].Release.Rev})
	case actPerson:
		w.left.Person--
		w.ghost.person = true
		w.gates[0].open = false
		w.gates[0].status = statemachine.GateApproved
		if (c.arg-1)%2 == 1 {
			w.gates[0].status = statemachine.GateRejected
		}
		if c.arg > 2 {
			w.send(message{event: eventGate})
		}
	case actArrive:
		w.left.Arrive--
		w.gates[c.arg].waiting, w.gates[c.arg].open = true, true
		w.send(message{event: eventArrived + c.arg})
	case actStep, actSettle, actCrash, actWake, actTake, actSweep, actTick, actLand, actVanish, actLose:
	}
}

// send puts a message into the queue, which has no order.
func (w *world) send(m message) {
	w.queue = append(w.queue, m)
	slices.SortFunc(w.queue, func(a, b message) int { return a.event*1000 + a.stamp - b.event*1000 - b.stamp })
}

// set is a write that was applied.
func (t *target) set(s statemachine.Split) {
	t.before, t.beforeToken, t.holds = t.shows, t.token, true
	t.shows = s
	t.token++
}

// begin lets a worker take something up, and make its first call.
func (s *step) begin(i int, b begin) {
	p := s.w.workers[i]
	b.delivery = s.w.unused(i)
	p.delivery = b.delivery
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
			taken = taken || r.op.worker == i && r.op.delivery == n
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

// rest makes a worker idle.
func (s *step) rest(i int) { s.w.workers[i] = place{} }

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
	if f.target < 0 {
		s.w.gates[f.gate].answer(f.by, f.approve)
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
