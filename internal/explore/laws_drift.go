package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
)

// began: laws 2 and 5 stand on the restore point, so it is what the look before the
// first write read, all on one version.
func (s *step) began(by *node, was, next statemachine.Release) {
	if !was.FirstShiftAt.IsZero() || next.FirstShiftAt.IsZero() {
		return
	}
	s.w.ghost.begins()
	for i, t := range next.Targets {
		last := by.lastOn(s.m, t.Name)
		if last == nil {
			s.breaks("law 5", "%s was not read before its first write", t.Name)
			continue
		}
		seen, _ := last.answer.value.(observation)
		v, one := t.Restore.One()
		if !one || v != seen.Split.Stable || (seen.Split.Canary != "" && !next.Plan.Adopt) {
			s.breaks("law 5", "%s showed %s, and its restore point is %s", t.Name, seen.Split, t.Restore)
		}
		s.w.ghost.foreign[i] = s.w.ghost.foreign[i] && !s.w.targets[i].shows.ServesAs(*t.Restore)
	}
}

// correcting: law 2, a correction of drift repeats the current weight. An order that
// waits is kept as it was.
func (s *step) correcting(was, next statemachine.Release) {
	if next.Corrections <= was.Corrections {
		return
	}
	for _, o := range next.Pending {
		if o.Want == nil {
			continue
		}
		i := slices.IndexFunc(next.Targets, func(t statemachine.Target) bool { return t.Name == o.Target })
		if old, kept := was.Order(o.Key); kept {
			if !old.Want.Same(*o.Want) {
				s.breaks("law 2", "a correction of drift turns %s into %s", old.Want, o.Want)
			}
		} else if rung := s.m.rung(*o.Want, base(next, i)); rung != s.w.ghost.top[i] {
			s.breaks("law 2", "a correction of drift takes %s to %s, which is not where it stood", o.Target, o.Want)
		}
	}
}

// undrifted: law 4, the look that permits a move saw each target where it was left.
func (s *step) undrifted(by *node, was, next statemachine.Release) {
	if was.Phase == statemachine.Preflight || next.Corrections > was.Corrections {
		return // began and correcting see to these
	}
	for i, t := range was.Targets {
		last := by.lastOn(s.m, t.Name)
		if last == nil || last.of != callObserve {
			s.breaks("law 4", "a forward move out of %s without a look at %s", was.Phase, t.Name)
			continue
		}
		seen, _ := last.answer.value.(observation)
		if s.m.rung(seen.Split, base(was, i)) != s.w.ghost.top[i] {
			s.breaks("law 4", "a forward move out of %s while %s shows %s", was.Phase, t.Name, seen.Split)
		}
	}
}
