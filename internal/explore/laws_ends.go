package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// obeys: a command acts on what its operator saw.
func (s *step) obeys(c worker.Commit, save worker.Save) {
	verb, rev := commandOf(c.Outcome.Command)
	if verb == statemachine.VerbPromote {
		s.w.ghost.skips = true
	}
	if verb != statemachine.VerbRollback && rev != save.WasRev {
		s.breaks("command", "%s was meant for rev %d and is applied to rev %d", verb, rev, save.WasRev)
	}
}

// back: law 9, and that a rollback ends with every restore read back.
func (s *step) back(was, next statemachine.Release, cause statemachine.Cause) {
	if next.Phase == statemachine.RollingBack && was.Phase != statemachine.RollingBack {
		for i, t := range next.Targets {
			wants := (t.Written || t.Adopted != nil) && !t.Skip && !t.Foreign
			if wants != slices.ContainsFunc(next.Pending, func(o statemachine.Order) bool {
				return o.Kind == statemachine.Restore && o.Target == t.Name && o.RetryAt.IsZero()
			}) {
				s.breaks("law 9", "the rollback does not go to %s at once", s.m.name(i))
			}
		}
	}
	for _, p := range was.Pending {
		if _, kept := next.Order(p.Key); !kept && p.Kind == statemachine.Restore && cause.ID != p.Key {
			s.breaks("law 9", "%s gives up the restore of %s", next.Phase, p.Target)
		}
	}
	if was.Phase == statemachine.RollingBack && next.Phase != statemachine.RollingBack && next.Phase != statemachine.RolledBack &&
		s.w.guarded.stage != succeeded {
		s.breaks("law 9", "a rollback becomes %s", next.Phase)
	}
}

// settling: law 5.
func (s *step) settling(was, next statemachine.Release) {
	if next.Running() || !was.Running() || next.FirstShiftAt.IsZero() {
		return
	}
	for i, t := range s.w.targets {
		want := base(next, i)
		if next.Phase == statemachine.Promoted {
			want = canary
		}
		v, one := t.shows.One()
		if !s.w.ghost.foreign[i] && (!one || v != want) {
			s.breaks("law 5", "settled as %s while %s shows %s", next.Phase, s.m.name(i), t.shows)
		}
	}
}

// touching: law 8, a save without history counts attempts and moves the wake.
func (s *step) touching(was, next statemachine.Release) {
	same := was.Phase == next.Phase && was.Step == next.Step && (was.Failure == nil) == (next.Failure == nil) && len(was.Pending) == len(next.Pending)
	for _, o := range was.Pending {
		_, kept := next.Order(o.Key)
		same = same && kept
	}
	if !same {
		s.breaks("law 8", "%s becomes %s without a history entry", was.Phase, next.Phase)
	}
}
