package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
)

// answering: what the gate is told, and when.
func (s *step) answering(c *call) {
	rec := s.w.table.find(c.release)
	if rec == nil || !s.w.gates[gateIndex(c.gate.Execution)].open {
		return
	}
	r := rec.Release
	if !c.approve && r.Phase == statemachine.RollingBack && slices.ContainsFunc(r.Pending, func(o statemachine.Order) bool { return o.Kind == statemachine.Restore }) {
		s.breaks("gate", "the gate is answered Rejected before traffic is back")
	}
	for i, t := range s.w.targets {
		if v, _ := t.shows.One(); c.approve && v != canary && !s.w.ghost.foreign[i] && !r.Targets[i].Skip {
			s.breaks("gate", "the gate is answered Approved while %s shows %s", s.m.name(i), t.shows)
		}
	}
}

// gateAgrees: the gate says what the release came to.
func (s *step) gateAgrees(was, next statemachine.Release) {
	if next.Gate == nil {
		return
	}
	g, ends := s.w.gates[gateIndex(next.Gate.Execution)], was.Phase != next.Phase
	switch next.Phase {
	case statemachine.Promoted:
		if ends && g.status != statemachine.GateApproved {
			s.breaks("gate", "promoted, but the gate says %s", g.status)
		}
	case statemachine.RolledBack:
		if ends && (g.status == statemachine.GateOpen || (g.status == statemachine.GateApproved && (g.byUs || !g.stopped))) {
			s.breaks("gate", "rolled back, but the gate says %s", g.status)
		}
	case statemachine.Refused, statemachine.Superseded:
		if !next.Running() && (g.status == statemachine.GateOpen || (g.status == statemachine.GateApproved && g.byUs)) {
			s.breaks("gate", "%s and settled, but the gate says %s", next.Phase, g.status)
		}
	case statemachine.Queued, statemachine.Preflight, statemachine.Shifting, statemachine.Baking, statemachine.Gated,
		statemachine.Promoting, statemachine.RollingBack:
	}
}

func (s *step) approved(r statemachine.Release) bool {
	return r.Gate != nil && s.w.gates[gateIndex(r.Gate.Execution)].status == statemachine.GateApproved
}
