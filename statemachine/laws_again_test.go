package statemachine

import (
	"fmt"
	"strconv"
)

// admit begins the next release: the slot is free.
func (s *sim) admit() {
	a := Admit(s.slot, nil, nil, New(s.spec, s.now), s.now)
	s.slot, s.r = a.Slot, a.New.Next
	s.tell("admitted: %s", a.New.Reason.Text)
}

// again frees the slot, and begins a release of the next version while there are
// more. What the last one still had under way must never land again.
func (s *sim) again() {
	s.slot = s.slot.Release(s.r, nil, s.now).Slot
	if s.slot.Active != "" {
		s.breaks("the slot is still held by %s", s.slot.Active)
	}
	if s.more--; s.more < 0 || s.r.Kind == Revert || s.r.Plan.Guarded() || len(s.foreign) > 0 || s.broken != nil {
		return
	}
	for who := range s.hands {
		s.hands[who].look = nil // it was of the last release
	}
	s.spec.ID += "'"
	s.spec.Trigger.At = s.now
	s.spec.Trigger.Key = s.spec.ID
	if s.spec.Gate != nil {
		s.spec.Gate = &Gate{Execution: s.spec.ID, ActionExecution: s.spec.ID, Status: GateOpen}
		s.gate = GateLook{Status: GateOpen}
	}
	s.spec.Canaries = append([]string(nil), s.spec.Canaries...)
	for i, target := range s.r.Targets {
		shows, _ := s.shows[target.Name].One()
		if s.idle[target.Name] != "" {
			s.idle[target.Name] = map[string]string{"green": "blue", "blue": "green"}[shows]
			continue
		}
		n, err := strconv.Atoi(shows)
		if err != nil {
			s.breaks("%s shows %s: %w", target.Name, shows, err)
			return
		}
		s.spec.Canaries[i] = strconv.Itoa(n + 1)
	}
	s.spec.Version = fmt.Sprintf("after %s", s.r.Version)
	s.admit()
}
