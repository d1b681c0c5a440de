package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// saving is a transaction about to be applied.
func (s *step) saving(by *node, c worker.Commit) {
	for n, save := range c.Saves {
		was := statemachine.Release{}
		if r := s.w.table.find(save.Next.ID); r != nil {
			was = r.Release
		}
		s.savingOne(by, was, save)
		if n == 0 && c.Outcome != nil && c.Outcome.Done {
			s.obeys(c, save)
		}
	}
	s.slots(c)
}

func (s *step) savingOne(by *node, was statemachine.Release, save worker.Save) {
	next := save.Next
	s.began(by, was, next)
	s.correcting(was, next)
	if save.Entry.Seq != next.Rev || next.Rev != was.Rev+1 {
		s.breaks("law 8", "rev %d after %d has history entry %d", next.Rev, was.Rev, save.Entry.Seq)
	}
	if n := slices.IndexFunc(s.w.queue, func(m message) bool {
		return m.event == eventAlarm && alarmCause(m.stamp) == save.Entry.Cause.ID
	}); n >= 0 {
		s.w.ghost.hear(s.w.queue[n].stamp)
	} else if save.Entry.Cause.Kind == statemachine.CauseEvent && save.Entry.Cause.ID == alarmCause(s.w.alarm.rose) {
		s.w.ghost.hear(s.w.alarm.rose)
	}
	if was.Failure != nil && next.Phase == statemachine.Promoted && was.Phase != statemachine.Promoted && !s.approved(next) && s.w.guarded.stage != succeeded {
		s.breaks("law 3", "promoted although a failure was recorded")
	}
	if next.Running() && next.WakeAt.IsZero() {
		s.breaks("law 7", "a release in %s has no wake_at", next.Phase)
	}
	s.forward(by, was, next, save.Entry.Cause)
	s.back(was, next, save.Entry.Cause)
	s.readBack(by, was, next, save.Entry.Cause)
	s.gateAgrees(was, next)
	s.settling(was, next)
	s.guards(was, next)
	s.tells(was, save)
}

// tells: law 8, what a line of history says.
func (s *step) tells(was statemachine.Release, save worker.Save) {
	e := save.Entry
	if e.From != was.Phase || e.To != save.Next.Phase || e.Code == "" || e.Text == "" || e.Cause.Kind == 0 {
		s.breaks("law 8", "the change from %s to %s has the history entry %+v", was.Phase, save.Next.Phase, e)
	}
}

// begins: what was brought to which rung is a new release's own.
func (g *ghost) begins() {
	clear(g.top)
	g.skips = false
}

func (g *ghost) hear(n int) {
	if !slices.Contains(g.heard, n) {
		g.heard = append(slices.Clip(g.heard), n)
		slices.Sort(g.heard)
	}
}

// forward: law 4, and the first half of law 3, for every new forward order.
func (s *step) forward(by *node, was, next statemachine.Release, cause statemachine.Cause) {
	for _, o := range next.Pending {
		if _, old := was.Order(o.Key); old || !o.ForwardMove() || next.Phase == statemachine.Promoted {
			continue
		}
		if next.Failure != nil {
			s.breaks("law 3", "%s is ordered although a failure was recorded", o.Kind)
		}
		for _, p := range was.Pending {
			if _, kept := next.Order(p.Key); !kept && p.ForwardMove() && cause.ID != p.Key {
				s.breaks("law 2", "%s replaces a pending %s", o.Kind, p.Kind)
			}
		}
		if movesOn(was, next) {
			s.looked(by, was)
			s.undrifted(by, was, next)
			if was.Check != nil && s.w.check.is != checkPassed && !s.w.ghost.skips {
				s.breaks("law 4", "a forward move out of a check that has not passed")
			}
		}
	}
}

// movesOn: the release leaves a rung, rather than bringing the next target to it.
func movesOn(was, next statemachine.Release) bool {
	return was.Phase != next.Phase || (was.Step != next.Step)
}

// looked: the worker's last look at the alarm began after this bake's end, or a
// person's word, and said healthy.
func (s *step) looked(by *node, was statemachine.Release) {
	look := by.lastAlarms()
	if look == nil {
		s.breaks("law 4", "a forward move out of %s without a look at the alarm", was.Phase)
		return
	}
	seen, _ := look.answer.value.([]statemachine.AlarmLook)
	switch {
	case len(seen) == 0 || seen[0].State != statemachine.AlarmOK:
		s.breaks("law 4", "a forward move out of %s although the look was not healthy", was.Phase)
	case was.Phase == statemachine.Preflight:
	case s.w.alarm.rose > stampOf(was.Alarms[0].Baseline) && s.w.alarm.rose < stampOf(seen[0].Transition): // what rose since the look is an event's
		s.breaks("law 4", "a forward move out of %s after the alarm came and went", was.Phase)
	case was.Wish != nil && at(look.clock).Before(was.Wish.At):
		s.breaks("law 4", "a forward move on a look taken before a person asked")
	case was.Wish == nil && was.Phase == statemachine.Baking && at(look.clock).Before(was.BakeEnd):
		s.breaks("law 4", "a forward move on a look taken before the bake's end")
	}
}

// lastAlarms is the place after the delivery's last reading of the alarm.
func (n *node) lastAlarms() *node {
	for at := n; at != nil && at.begin == nil; at = at.parent {
		if at.of == callAlarms {
			return at
		}
	}
	return nil
}
