package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// slots: law 6, and what the queue promises.
func (s *step) slots(c worker.Commit) {
	after := map[string]statemachine.Release{}
	for _, r := range s.w.table.releases {
		after[r.Release.ID] = r.Release
	}
	for _, save := range c.Saves {
		after[save.Next.ID] = save.Next
	}
	active, movers, triggers := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, r := range after {
		if triggers[r.Trigger.Key] {
			s.breaks("one release a trigger", "two releases of trigger %s", r.Trigger.Key)
		}
		triggers[r.Trigger.Key] = true
		if moves(r) {
			active[r.Canary]++
		}
		if moves(r) && !r.FirstShiftAt.IsZero() {
			for _, t := range r.Plan.Targets {
				movers[t.Name]++
			}
		}
	}
	for _, r := range after {
		if r.Phase == statemachine.Superseded && !s.overtaken(after, r) {
			s.breaks("queue", "release %s is superseded, and no newer one was seen", r.ID)
		}
	}
	for _, n := range active {
		if n > 1 {
			s.breaks("law 6", "%d releases of one canary at work", n)
		}
	}
	for name, n := range movers {
		if n > 1 {
			s.breaks("law 6", "%d releases move %s", n, name)
		}
	}
}

func (s *step) overtaken(all map[string]statemachine.Release, r statemachine.Release) bool {
	for _, o := range all {
		if o.Trigger.At.After(r.Trigger.At) {
			return true
		}
	}
	return false
}

// moves: the release may write a target, or something of it may still land.
func moves(r statemachine.Release) bool {
	switch r.Phase {
	case statemachine.Preflight, statemachine.Shifting, statemachine.Baking, statemachine.Gated, statemachine.Promoting,
		statemachine.RollingBack, statemachine.Promoted, statemachine.RolledBack:
		return r.Running()
	case statemachine.Queued, statemachine.Refused, statemachine.Superseded:
	}
	return false
}

// check is what must hold after every step.
func (s *step) check() {
	if len(s.w.targets) < 2 || s.w.ghost.skips {
		return
	}
	low, high := slices.Min(s.w.ghost.top), slices.Max(s.w.ghost.top)
	if high > low+1 {
		s.breaks("lock-step", "targets are %d rungs apart", high-low)
	}
}
