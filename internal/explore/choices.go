package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
)

// choices are all that can happen in a world.
func (m *model) choices(w *world) []choice {
	var all []choice
	begun := false
	for i, p := range w.workers {
		if p.busy() {
			all = m.working(all, w, i, p)
			continue
		}
		if !begun { // idle workers are alike
			all = m.beginning(all, w, i)
			begun = p.node == nil
		}
	}
	if m.mayTick(w) {
		all = append(all, choice{act: actTick})
	}
	for i := range w.flights {
		all = append(all, choice{act: actLand, arg: i}, choice{act: actVanish, arg: i})
	}
	return m.outside(all, w)
}

// working is what can become of a worker that is at a call, or at the end.
func (m *model) working(all []choice, w *world, i int, p place) []choice {
	n := p.node
	if w.left.Crash > 0 && !w.ended() {
		all = append(all, choice{actCrash, i, 0})
	}
	if n.done {
		all = append(all, choice{actSettle, i, 0})
		if w.left.Again > 0 {
			all = append(all, choice{actSettle, i, 1})
		}
		return all
	}
	add := func(h how) { all = append(all, choice{actStep, i, int(h)}) }
	add(howOK)
	c := n.next
	if w.left.Lost > 0 && c.what.writes() {
		add(howLost)
	}
	if m.mayFail(w, c) {
		add(howFail)
	}
	if c.what.late() && w.left.Late > 0 || c.what == callCommit && w.left.LateSave > 0 {
		add(howLate)
	}
	if (c.what.late() || c.what == callCommit) && w.left.Crash > 0 && p.node.clock == w.clock {
		add(howCrashLate)
	}
	if w.left.Denied > 0 && c.what == callWrite {
		add(howDenied)
	}
	if w.left.Stale > 0 && c.what == callObserve && w.targets[c.target].holds && m.s.Plan.Targets[c.target].Traits.Fenced {
		add(howStale)
	}
	return all
}

// beginning is what an idle worker can take up.
func (m *model) beginning(all []choice, w *world, i int) []choice {
	for r, rec := range w.table.releases {
		rests := w.down && w.workers[i].rests > w.clock
		if rec.Release.Running() && !rec.Release.WakeAt.After(at(w.clock)) && !rests {
			all = append(all, choice{actWake, i, r})
		}
	}
	for q, msg := range w.queue {
		if q > 0 && w.queue[q-1] == msg {
			continue
		}
		all = append(all, choice{actTake, i, q})
		for n := range w.table.releases {
			if m.s.Index && msg.event == eventAlarm {
				all = append(all, choice{actTake, i, q + (n+1)*knowing})
			}
		}
	}
	if w.left.Sweep > 0 || w.maySweep() {
		all = append(all, choice{actSweep, i, 0})
	}
	return all
}

// maySweep: what has no release is swept for whatever the budget says, though only
// when nobody is at work, to keep the model small.
func (w *world) maySweep() bool {
	return w.orphaned() && !slices.ContainsFunc(w.workers, place.busy)
}

// knowing is what actTake's argument counts the known release by.
const knowing = 1000

// outside is what others can do.
func (m *model) outside(all []choice, w *world) []choice {
	running := !w.settled()
	if w.left.Rise > 0 && !w.alarm.firing && running {
		all = append(all, choice{act: actRise})
	}
	if w.left.Fall > 0 && w.alarm.firing && running {
		all = append(all, choice{act: actFall})
	}
	if w.left.Dark > 0 && !w.alarm.dark && running {
		all = append(all, choice{act: actDark})
	}
	if w.alarm.dark && running {
		all = append(all, choice{act: actLight})
	}
	for q := range w.queue {
		if w.left.Lose > 0 {
			all = append(all, choice{act: actLose, arg: q})
		}
	}
	for i := range w.targets {
		if w.left.Drift > 0 && running && w.targets[i].shows.Canary != "" {
			all = append(all, choice{act: actDrift, arg: i})
		}
		if w.left.Foreign > 0 && running {
			all = append(all, choice{act: actForeign, arg: i})
		}
	}
	if w.left.Verbs > 0 && running {
		for _, v := range m.s.Verbs {
			all = append(all, choice{act: actVerb, arg: int(v)})
		}
	}
	if w.left.Person > 0 && w.gates[0].status == statemachine.GateOpen && w.gates[0].open && running {
		all = append(all, choice{act: actPerson, arg: 1}, choice{act: actPerson, arg: 2})
	}
	if w.left.Arrive > 0 {
		for i, g := range w.gates {
			if !g.waiting {
				all = append(all, choice{act: actArrive, arg: i})
			}
		}
	}
	if w.left.Down > 0 && running {
		all = append(all, choice{act: actDown})
	}
	if w.down {
		all = append(all, choice{act: actUp})
	}
	for i, t := range w.targets {
		if t.rolling {
			all = append(all, choice{act: actCarried, arg: i})
		}
	}
	if w.check.is == checkRuns {
		all = append(all, choice{act: actChecked, arg: checkPassed}, choice{act: actChecked, arg: checkFailed})
	}
	return append(all, w.guarded.choices(w)...)
}
