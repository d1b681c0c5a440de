package explore

import (
	"slices"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// begin lets a worker take something up, and make its first call.
func (s *step) begin(i int, b begin) {
	p := s.w.workers[i]
	b.delivery = s.w.unused(i)
	p.delivery, p.idle, p.rests = b.delivery, false, 0
	p.node = s.m.start(i, p.node, b, s.w.clock)
	s.w.workers[i] = p
	switch {
	case p.node.done:
		s.returned(i)
	default:
		s.call(i, howOK)
	}
}

// unused is a number for a delivery that no release in the table was saved by.
func (w *world) unused(i int) int {
	for n := 0; ; n++ {
		taken := false
		for _, r := range w.table.releases {
			taken = taken || r.op.by(i, n)
		}
		for _, f := range w.flights {
			taken = taken || f.save != nil && opOf(f.save.OpID).by(i, n)
		}
		if !taken {
			return n
		}
	}
}

// returned: the worker's function has returned. A delivery is still to be settled.
func (s *step) returned(i int) {
	n := s.w.workers[i].node
	b := n.beginning()
	if b.event == nil && b.command == nil || !n.verdict.Ack {
		if n.verdict.Why != "" && !n.verdict.Ack && b.event == nil && b.command == nil {
			s.breaks("error", "a wake or sweep ends with: %s", n.verdict.Why)
		}
		s.rest(i)
	}
}

// mayBeOut: the table does not answer, or may yet stop to.
func (w *world) mayBeOut() bool { return w.down || w.left.Down > 0 }

// rest makes a worker idle. Where the table may be out it remembers the rollback
// that it saved; else it has nothing in memory that could matter.
func (s *step) rest(i int) {
	p := s.w.workers[i]
	if _, ok := p.node.remembers(); ok && s.w.mayBeOut() {
		at := p.node.memory()
		s.w.workers[i] = place{node: at, idle: true}
		if at != p.node {
			s.w.workers[i].rests = s.w.clock + 1
		}
		return
	}
	s.crash(i)
}

// crash is a worker's end; another one is started.
func (s *step) crash(i int) { s.w.workers[i] = place{} }

// forget ends what idle workers remember for too long to act on it.
func (s *step) forget() {
	for i, p := range s.w.workers {
		if p.idle && (s.w.clock-p.node.clock > 2*leaseTicks || !s.w.mayBeOut()) {
			s.crash(i)
		}
	}
}

// memory is the place since which this worker has nothing new to remember: what a
// wake that found no table tried is no part of it.
func (n *node) memory() *node {
	for at := n; at.parent != nil; at = at.parent {
		switch {
		case at.begin == nil && at.of == callCommit && at.answer.err == nil:
			return n
		case at.begin != nil && at.parent.parent != nil:
			return at.parent.memory()
		}
	}
	return n
}

// remembers: the last that this worker saved is a rollback it has to make so, and
// may for some time.
func (n *node) remembers() (until time.Time, ok bool) {
	for at := n; at != nil && at.parent != nil; at = at.parent {
		if at.of == callCommit && at.answer.err == nil && at.begin == nil && len(at.parent.next.commit.Saves) > 0 {
			c := at.parent.next.commit
			r := c.Saves[0].Next
			return c.At.Add(2*lease - tick), r.Phase == statemachine.RollingBack && len(r.Pending) > 0 && r.WakeAt.Equal(c.At.Add(lease))
		}
	}
	return until, false
}

func (n *node) beginning() *begin {
	for n.begin == nil {
		n = n.parent
	}
	return n.begin
}

// settle deletes the message of an acknowledged delivery; a forgotten delete lets
// it come again.
func (s *step) settle(i int, forgotten bool) {
	msg := s.w.workers[i].node.beginning().message
	s.rest(i)
	q := slices.Index(s.w.queue, msg)
	if q < 0 {
		return
	}
	if forgotten {
		s.w.left.Again--
	} else {
		s.w.queue = slices.Delete(s.w.queue, q, q+1)
	}
	s.deleted(msg)
}
