package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// rung is a split's place in the plan of target i: 0 the restore point, 1… the
// weights, then the final form; -1 what no plan says.
func (m *model) rung(s statemachine.Split) int {
	if v, ok := s.One(); ok {
		switch v {
		case stable:
			return 0
		case canary:
			return m.top()
		}
		return -1
	}
	if s.Stable != stable || s.Canary != canary {
		return -1
	}
	if n := slices.Index(m.weights(), s.WeightPct); n >= 0 {
		return n + 1
	}
	return -1
}

// weights are the plan's rungs below all traffic on the new version.
func (m *model) weights() []float64 {
	var all []float64
	for _, st := range m.s.Plan.Steps {
		if st.WeightPct > 0 && st.WeightPct < 100 {
			all = append(all, st.WeightPct)
		}
	}
	return all
}

// top is the rung of all traffic on the new version.
func (m *model) top() int { return len(m.weights()) + 1 }

// shown is a write of ours that was applied: laws 2, 3 and 5 speak of it.
func (s *step) shown(i int, split statemachine.Split, by string, kind statemachine.OrderKind) {
	t := &s.w.targets[i]
	changes := !t.shows.ServesAs(split)
	rung, top := s.m.rung(split), s.w.ghost.top[i]
	r := s.w.table.find(by)
	if rung < 0 && !s.w.ghost.foreign[i] {
		s.breaks("law 2", "%s shows %s, which is no rung of the plan", s.m.name(i), split)
	}
	forward := kind == statemachine.Shift || (kind == statemachine.Promote && (r == nil || r.Release.Phase != statemachine.Promoted))
	if r != nil && changes {
		s.shownFor(i, r.Release, split, rung, top, forward)
	}
	if forward {
		s.w.ghost.top[i] = max(top, rung)
	}
	t.set(split, s.w.clock)
}

func (s *step) shownFor(i int, r statemachine.Release, split statemachine.Split, rung, top int, forward bool) {
	name := s.m.name(i)
	switch {
	case !r.Running() && !s.w.ghost.foreign[i]:
		s.breaks("law 5", "%s is changed to %s after the release was settled", name, split)
	case r.Phase == statemachine.RolledBack && forward && s.m.fenced(i):
		s.breaks("law 3", "a forward write lands on %s after its restore was confirmed", name)
	case r.Failure != nil && forward && s.m.fenced(i) && s.restored(r, i):
		s.breaks("law 3", "a forward write lands on %s after its restore was confirmed", name)
	case s.w.ghost.foreign[i]:
	case r.Failure == nil && forward && rung < top:
		s.breaks("law 2", "%s goes back to %s", name, split)
	case r.Failure == nil && !forward && r.Phase != statemachine.Promoted:
		s.breaks("law 2", "%s is restored although nothing failed", name)
	case r.Phase == statemachine.Promoted && rung < s.m.top():
		s.breaks("law 2", "%s goes back to %s after it was promoted", name, split)
	case forward && rung > top+1 && !s.w.ghost.skips:
		s.breaks("law 2", "%s skips to %s", name, split)
	}
}

// restored: the release has confirmed its Restore of target i.
func (s *step) restored(r statemachine.Release, i int) bool {
	if r.Phase != statemachine.RollingBack {
		return false
	}
	for _, o := range r.Pending {
		if o.Kind == statemachine.Restore && o.Target == s.m.name(i) {
			return false
		}
	}
	return r.Targets[i].Written
}

func (m *model) name(i int) string { return m.s.Plan.Targets[i].Name }

// saving is a transaction about to be applied.
func (s *step) saving(by *node, c worker.Commit) {
	for n, save := range c.Saves {
		was := statemachine.Release{}
		if r := s.w.table.find(save.Next.ID); r != nil {
			was = r.Release
		}
		s.savingOne(by, was, save)
		if n == 0 && c.Outcome != nil && c.Outcome.Done {
			s.obeys(c, save)
		}
	}
	s.slots(c)
}

func (s *step) savingOne(by *node, was statemachine.Release, save worker.Save) {
	next := save.Next
	if was.FirstShiftAt.IsZero() && !next.FirstShiftAt.IsZero() {
		s.w.ghost.begins()
	}
	if save.Entry.Seq != next.Rev || next.Rev != was.Rev+1 {
		s.breaks("law 8", "rev %d after %d has history entry %d", next.Rev, was.Rev, save.Entry.Seq)
	}
	if n := slices.IndexFunc(s.w.queue, func(m message) bool {
		return m.event == eventAlarm && alarmCause(m.stamp) == save.Entry.Cause.ID
	}); n >= 0 {
		s.w.ghost.hear(s.w.queue[n].stamp)
	} else if save.Entry.Cause.Kind == statemachine.CauseEvent && save.Entry.Cause.ID == alarmCause(s.w.alarm.rose) {
		s.w.ghost.hear(s.w.alarm.rose)
	}
	if was.Failure != nil && next.Phase == statemachine.Promoted && was.Phase != statemachine.Promoted && !s.approved(next) && s.w.guarded.stage != succeeded {
		s.breaks("law 3", "promoted although a failure was recorded")
	}
	if next.Running() && next.WakeAt.IsZero() {
		s.breaks("law 7", "a release in %s has no wake_at", next.Phase)
	}
	s.forward(by, was, next, save.Entry.Cause)
	s.back(was, next, save.Entry.Cause)
	s.readBack(by, was, next, save.Entry.Cause)
	s.gateAgrees(was, next)
	s.settling(was, next)
	s.guards(was, next)
	s.tells(was, save)
}

// tells: law 8, what a line of history says.
func (s *step) tells(was statemachine.Release, save worker.Save) {
	e := save.Entry
	if e.From != was.Phase || e.To != save.Next.Phase || e.Code == "" || e.Text == "" || e.Cause.Kind == 0 {
		s.breaks("law 8", "the change from %s to %s has the history entry %+v", was.Phase, save.Next.Phase, e)
	}
}

// begins: what was brought to which rung is a new release's own.
func (g *ghost) begins() {
	clear(g.top)
	g.skips = false
}

func (g *ghost) hear(n int) {
	if !slices.Contains(g.heard, n) {
		g.heard = append(slices.Clip(g.heard), n)
		slices.Sort(g.heard)
	}
}

// forward: law 4, and the first half of law 3, for every new forward order.
func (s *step) forward(by *node, was, next statemachine.Release, cause statemachine.Cause) {
	for _, o := range next.Pending {
		if _, old := was.Order(o.Key); old || !o.ForwardMove() || next.Phase == statemachine.Promoted {
			continue
		}
		if next.Failure != nil {
			s.breaks("law 3", "%s is ordered although a failure was recorded", o.Kind)
		}
		for _, p := range was.Pending {
			if _, kept := next.Order(p.Key); !kept && p.ForwardMove() && cause.ID != p.Key {
				s.breaks("law 2", "%s replaces a pending %s", o.Kind, p.Kind)
			}
		}
		if movesOn(was, next) {
			s.looked(by, was)
			if was.Check != nil && s.w.check.is != checkPassed && !s.w.ghost.skips {
				s.breaks("law 4", "a forward move out of a check that has not passed")
			}
		}
	}
}

// movesOn: the release leaves a rung, rather than bringing the next target to it.
func movesOn(was, next statemachine.Release) bool {
	return was.Phase != next.Phase || (was.Step != next.Step)
}

// looked: the worker's last look at the alarm began after this bake's end, or a
// person's word, and said healthy.
func (s *step) looked(by *node, was statemachine.Release) {
	look := by.lastAlarms()
	if look == nil {
		s.breaks("law 4", "a forward move out of %s without a look at the alarm", was.Phase)
		return
	}
	seen, _ := look.answer.value.([]statemachine.AlarmLook)
	switch {
	case len(seen) == 0 || seen[0].State != statemachine.AlarmOK:
		s.breaks("law 4", "a forward move out of %s although the look was not healthy", was.Phase)
	case was.Phase == statemachine.Preflight:
	case stampOf(seen[0].Transition) != stampOf(was.Alarms[0].Baseline) && s.w.alarm.rose > stampOf(was.Alarms[0].Baseline):
		s.breaks("law 4", "a forward move out of %s after the alarm came and went", was.Phase)
	case was.Wish != nil && at(look.clock).Before(was.Wish.At):
		s.breaks("law 4", "a forward move on a look taken before a person asked")
	case was.Wish == nil && was.Phase == statemachine.Baking && at(look.clock).Before(was.BakeEnd):
		s.breaks("law 4", "a forward move on a look taken before the bake's end")
	}
}

// lastAlarms is the place after the delivery's last reading of the alarm.
func (n *node) lastAlarms() *node {
	for at := n; at != nil && at.begin == nil; at = at.parent {
		if at.of == callAlarms {
			return at
		}
	}
	return nil
}
