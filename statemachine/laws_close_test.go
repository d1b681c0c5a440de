package statemachine

import "time"

// Law 7: from every state, with AWS answering and everybody silent, wakes alone
// lead to the end. bound is far above what any wait of the plans below needs,
// counted in claims.
const bound = 400

// closes plays only that, in a world of its own: no events, no commands, no faults.
func (s *sim) closes() error {
	c := s.clone()
	clear(c.unread)
	c.flights, c.told, c.more = nil, nil, 0
	at, again := c.now, 0
	for range bound {
		if !c.r.Running() || c.broken != nil {
			return c.broken
		}
		c.pass(max(0, c.r.WakeAt.Sub(c.now)))
		if again++; !c.now.Equal(at) {
			at, again = c.now, 0
		}
		if again > len(c.r.Pending)+10 {
			c.breaks("busy: claimed %d times at one instant", again)
		}
		if c.fair(); c.r.Plan.Guarded() {
			c.awsGoes()
		}
	}
	if c.broken == nil {
		c.breaks("not settled after %d wakes: %s", bound, c.trace())
	}
	return c.broken
}

// fair is one wake as the loop plays it: claim, tell the time, look, and act until
// nothing is due.
func (s *sim) fair() {
	s.hands = [2]hand{}
	s.claim(0)
	rev := s.r.Rev
	s.feed(0, Wake{}, "wakes")
	if s.r.Rev == rev && s.r.Needs().Any() && s.r.Running() {
		s.feed(0, s.look(s.r, s.now), "looks")
	}
	s.acts()
}

// acts does the due orders of worker 0, each at once and well.
func (s *sim) acts() {
	for range 40 {
		h := &s.hands[0]
		if h.order == nil && (!s.owns(0) || !s.r.anyDue(s.now)) {
			return
		}
		s.now = s.now.Add(time.Millisecond)
		s.act(0, func(int) int { return 0 }, func() fate { return "ok" })
	}
}
