package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
)

// continued: a word to go on that was applied; law 4 for guarded releases.
func (s *step) continued() {
	for _, rec := range s.w.table.releases {
		r := rec.Release
		switch {
		case r.FirstShiftAt.IsZero():
			s.breaks("law 4", "the deployment is continued before it was looked at")
		case r.Phase == statemachine.RolledBack:
			s.breaks("law 3", "the deployment is continued after its rollback was confirmed")
		}
	}
}

// guards: laws 5 and 9 for a release whose traffic AWS moves.
func (s *step) guards(was, next statemachine.Release) {
	if !next.Plan.Guarded() || was.Phase == next.Phase {
		return
	}
	stage := s.w.guarded.stage
	switch next.Phase {
	case statemachine.Promoted:
		if stage != succeeded {
			s.breaks("law 5", "promoted, but the deployment is %s", stage)
		}
	case statemachine.RolledBack:
		if stage != stopped && stage != deployFail {
			s.breaks("law 5", "rolled back, but the deployment is %s", stage)
		}
	case statemachine.RollingBack:
		stops := slices.ContainsFunc(next.Pending, func(o statemachine.Order) bool { return o.Kind == statemachine.Stop && o.RetryAt.IsZero() })
		if !stops && s.w.guarded.runs() {
			s.breaks("law 9", "the rollback does not stop the deployment at once")
		}
	case statemachine.Queued, statemachine.Preflight, statemachine.Shifting, statemachine.Baking, statemachine.Gated,
		statemachine.Promoting, statemachine.Refused, statemachine.Superseded:
	}
}
