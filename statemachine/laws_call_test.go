package statemachine

import (
	"slices"

	"pgregory.net/rapid"
)

// issue makes the call.
func (s *sim) issue(h *hand, f fate) {
	o := *h.order
	failed := func(code FaultCode) {
		h.outcome = OrderFailed{Key: o.Key, Fault: Fault{Code: code, Call: "call", Resource: o.Target, Error: code.String()}}
	}
	write := flight{release: s.r.ID, target: o.Target, token: h.token, until: s.now.Add(s.r.CallTimeout)}
	if o.Want != nil {
		write.want = *o.Want
	}
	s.tell("  %s: %s", o.Key, f)
	switch f {
	case "denied":
		failed(FaultDenied)
		return
	case "throttled":
		failed(FaultThrottled)
		return
	case "never":
		failed(FaultUnavailable)
		return
	case "late":
		failed(FaultUnavailable)
		if o.Want != nil {
			s.flights = append(s.flights, write)
		}
		return
	}
	if o.Want == nil {
		done := s.perform(s.r, o)
		if h.outcome = done; f == "lost" {
			failed(FaultUnavailable)
		}
		return
	}
	if s.fenced(o.Target) && s.tokens[o.Target] != h.token {
		failed(FaultConflict)
		return
	}
	s.show(write, "write")
	if h.issued = true; f == "lost" {
		h.issued = false
		failed(FaultUnavailable)
	}
}

// readBack confirms a write; a fenced restore only when the token moved as well.
func (s *sim) readBack(h *hand) {
	seen := s.read(h.order.Target)
	moved := !s.fenced(h.order.Target) || s.tokens[h.order.Target] != h.token
	if seen.Same(*h.order.Want) && moved && seen.Rolling {
		h.outcome = rollingOn(*h.order, seen, true)
		return
	}
	if seen.Same(*h.order.Want) && moved {
		h.outcome = OrderDone{Key: h.order.Key, Seen: &seen}
		return
	}
	h.outcome = OrderFailed{Key: h.order.Key, Fault: Fault{Code: FaultUnavailable, Error: "not shown yet"}}
}

// rollingOn: what was asked is shown, and AWS still carries it out.
func rollingOn(o Order, seen Split, moved bool) OrderFailed {
	f := Fault{Code: FaultNotReady, Error: "carried out still", Seen: &seen}
	return OrderFailed{Key: o.Key, Fault: f, Landed: moved && o.Kind == Restore}
}

// land lets a write under way land.
func (s *sim) land(t *rapid.T) {
	if len(s.flights) == 0 {
		return
	}
	i := rapid.IntRange(0, len(s.flights)-1).Draw(t, "flight")
	f := s.flights[i]
	s.flights = slices.Delete(slices.Clone(s.flights), i, i+1)
	s.show(f, "late write")
}
