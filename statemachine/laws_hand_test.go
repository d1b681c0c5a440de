package statemachine

import (
	"time"

	"pgregory.net/rapid"
)

// hand is a worker: what it has in hand between two of its steps. It may stall
// between any two for as long as it likes, or crash and lose all of it.
type hand struct {
	// lease is the wake it wrote: while that is the release's, it owns the orders.
	lease   time.Time
	look    *Look
	order   *Order
	token   int
	checked bool
	issued  bool
	outcome Input
}

// fate is what becomes of a call.
type fate string

// fates are those of a world; in some, AWS answers badly.
func fates() [][]fate {
	return [][]fate{
		{"ok", "ok", "ok", "ok", "lost", "late", "never", "denied", "throttled"},
		{"ok", "late", "late", "lost"},
	}
}

// owns: nobody saved or claimed since it wrote its lease, and that has not ended.
func (s *sim) owns(who int) bool {
	return s.r.Running() && s.hands[who].lease.Equal(s.r.WakeAt) && s.now.Before(s.r.WakeAt)
}

// work is the next thing a worker has to do: an order's next step, a due wake, or
// a look, which it may bring at once or keep in hand.
func (s *sim) work(rt *rapid.T, who int) {
	h := &s.hands[who]
	switch {
	case h.order != nil, s.owns(who) && s.r.anyDue(s.now):
		s.act(who, func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "order") },
			func() fate { return rapid.SampledFrom(s.fates).Draw(rt, "fate") })
	case h.look != nil && rapid.Bool().Draw(rt, "bring"):
		s.feed(who, *h.look, "brings a look begun "+since(h.look.BegunAt))
		h.look = nil
	case s.r.Running() && !s.r.WakeAt.After(s.now):
		s.claim(who)
		s.feed(who, Wake{}, "wakes")
		fallthrough
	default:
		l := s.look(s.r, s.now)
		h.look = &l
	}
}

// claim moves a wake that is due.
func (s *sim) claim(who int) {
	if !s.r.Running() || s.r.WakeAt.After(s.now) {
		return
	}
	s.r.WakeAt = s.now.Add(s.r.Lease)
	s.hands[who].lease = s.r.WakeAt
	s.tell("W%d claims until %s", who, since(s.r.WakeAt))
}

// act does the next step of an order: take it and read, check, write, read back,
// bring the outcome.
func (s *sim) act(who int, pick func(n int) int, how func() fate) {
	h := &s.hands[who]
	switch {
	case h.outcome != nil:
		in := h.outcome
		h.order, h.outcome, h.checked, h.issued = nil, nil, false, false
		s.feed(who, in, "brings "+outcomeOf(in))
	case h.order == nil:
		s.take(who, pick)
	case h.issued:
		s.readBack(h)
	case !h.checked:
		// Re-read the release: order and lease must still be mine.
		if h.checked = s.r.order(h.order.Key) != nil && s.owns(who); !h.checked {
			h.order = nil
		}
	case s.now.Add(s.r.CallTimeout).After(h.lease):
		h.order, h.checked = nil, false // the call might end after the lease
	default:
		s.issue(h, how())
	}
}

// take picks a due order and reads the target and its token.
func (s *sim) take(who int, pick func(n int) int) {
	h := &s.hands[who]
	var due []Order
	for _, o := range s.r.Pending {
		if o.Due(s.now) {
			due = append(due, o)
		}
	}
	if len(due) == 0 || !s.owns(who) {
		return
	}
	o := due[pick(len(due))]
	h.order, h.checked, h.issued = &o, false, false
	if o.Want == nil {
		return
	}
	seen := s.read(o.Target)
	h.token = s.tokens[o.Target]
	mustWrite := o.Kind == Restore && s.fenced(o.Target) && !o.Landed
	switch {
	case seen.Same(*o.Want) && !mustWrite && seen.Rolling:
		h.outcome = rollingOn(o, seen, false)
	case seen.Same(*o.Want) && !mustWrite:
		h.outcome = OrderDone{Key: o.Key, Seen: &seen}
	case o.ForwardMove() && o.From != nil && !seen.ServesAs(*o.From):
		h.outcome = OrderFailed{Key: o.Key, Fault: Fault{Code: FaultDrift, Error: "drift", Seen: &seen}}
	}
}
