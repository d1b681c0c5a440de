package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
)

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
	case actDark:
		w.left.Dark--
		w.alarm.firing, w.alarm.dark, w.alarm.n = false, true, w.alarm.n+1
	case actLight:
		w.alarm.dark, w.alarm.n = false, w.alarm.n+1
	case actDrift:
		w.left.Drift--
		t := w.targets[c.arg].shows
		t.WeightPct = 77
		w.targets[c.arg].set(t, w.clock)
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
		s.forget()
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
