package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
)

// rung is a split's place in the plan, for a release that began at version base: 0
// the restore point, 1… the weights, then the final form; -1 what no plan says.
func (m *model) rung(s statemachine.Split, base string) int {
	if v, ok := s.One(); ok {
		switch v {
		case base:
			return 0
		case canary:
			return m.top()
		}
		return -1
	}
	if s.Stable != base || s.Canary != canary {
		return -1
	}
	if n := slices.Index(m.weights(), s.WeightPct); n >= 0 {
		return n + 1
	}
	return -1
}

// base is the one version that target i showed when the release began.
func base(r statemachine.Release, i int) string {
	if i < len(r.Targets) && r.Targets[i].Restore != nil {
		if v, one := r.Targets[i].Restore.One(); one {
			return v
		}
	}
	return stable
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
	t, r := &s.w.targets[i], statemachine.Release{}
	rec := s.w.table.find(by)
	if rec != nil {
		r = rec.Release
	}
	rung, top := s.m.rung(split, base(r, i)), s.w.ghost.top[i]
	if rung < 0 {
		s.breaks("law 2", "%s shows %s, which is no rung of the plan", s.m.name(i), split)
	}
	forward := kind == statemachine.Shift || (kind == statemachine.Promote && r.Phase != statemachine.Promoted)
	if rec != nil && !t.shows.ServesAs(split) {
		s.shownFor(i, r, split, rung, top, forward)
	}
	if forward {
		s.w.ghost.top[i] = max(top, rung)
	}
	s.w.ghost.foreign[i] = false
	t.set(split, s.w.clock)
}

func (s *step) shownFor(i int, r statemachine.Release, split statemachine.Split, rung, top int, forward bool) {
	name := s.m.name(i)
	switch {
	case !r.Running():
		s.breaks("law 5", "%s is changed to %s after the release was settled", name, split)
	case r.Phase == statemachine.RolledBack && forward && s.m.fenced(i):
		s.breaks("law 3", "a forward write lands on %s after its restore was confirmed", name)
	case r.Failure != nil && forward && s.m.fenced(i) && s.restored(r, i):
		s.breaks("law 3", "a forward write lands on %s after its restore was confirmed", name)
	case s.w.ghost.foreign[i] && forward && s.m.fenced(i):
		s.breaks("law 2", "%s is moved on to %s over somebody else's version", name, split)
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
