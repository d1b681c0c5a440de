package statemachine

import (
	"pgregory.net/rapid"
)

// alarmAction changes the alarm; its event may be lost.
func (s *sim) alarmAction(rt *rapid.T) {
	if len(s.r.Alarms) == 0 {
		return
	}
	state := rapid.SampledFrom([]AlarmState{AlarmOK, AlarmOK, AlarmFiring, AlarmNoData, AlarmBlind}).Draw(rt, "state")
	was := s.alarms["x"].State
	s.ring("x", state, s.now)
	s.tell("alarm x is %s", state)
	if state == AlarmFiring && was != AlarmFiring {
		s.rings = append(s.rings, s.now)
	}
	if was != state && rapid.Bool().Draw(rt, "event") {
		s.inbox = append(s.inbox, AlarmEvent{ID: "e", Name: "x", State: state, At: s.now})
	}
}

// eventAction delivers any event, once more or for the first time, in any order.
func (s *sim) eventAction(rt *rapid.T) {
	if len(s.inbox) > 0 {
		e := s.inbox[rapid.IntRange(0, len(s.inbox)-1).Draw(rt, "event")]
		s.feed(0, e, "delivers "+e.State.String()+" of "+since(e.At))
	}
}

// commandAction is a person's verb, for this rev, an old one, or none.
func (s *sim) commandAction(rt *rapid.T) {
	verb := Verb(rapid.IntRange(1, len(verbWords())).Draw(rt, "verb"))
	rev := s.r.Rev - int64(rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(rt, "behind"))
	if verb == VerbRollback && rapid.Bool().Draw(rt, "no rev") {
		rev = 0
	}
	was := s.r
	d := s.feed(0, Command{ID: "c", Verb: verb, Rev: rev, Actor: "ann", Reason: "because"}, "asks "+verb.String())
	if d.Change != Unchanged && rev != was.Rev && rev != 0 {
		s.breaks("%s for rev %d was applied to rev %d", verb, rev, was.Rev)
	}
}

// rollbackAction is the verb that needs no rev, and may come twice.
func (s *sim) rollbackAction(*rapid.T) {
	s.feed(1, Command{ID: "c", Verb: VerbRollback, Actor: "ann", Reason: "because"}, "asks rollback")
}

// lateAction is the race that settling is for: an owner's call is out without an
// answer while a rollback is asked and done beside it.
func (s *sim) lateAction(rt *rapid.T) {
	for who := range s.hands {
		for _, o := range s.r.Pending {
			if o.Want == nil || !o.Due(s.now) || !s.owns(who) || s.now.Add(s.r.CallTimeout).After(s.hands[who].lease) {
				continue
			}
			until := s.now.Add(s.r.CallTimeout)
			s.flights = append(s.flights, flight{
				release: s.r.ID, target: o.Target, want: *o.Want, token: s.tokens[o.Target], until: until,
			})
			s.tell("W%d calls for %s and waits", who, o.Key)
			if rapid.Bool().Draw(rt, "rollback") {
				s.rollbackAction(rt)
			}
			s.hands = [2]hand{{lease: s.r.WakeAt}, {}}
			s.acts()
			for range rapid.IntRange(0, 3).Draw(rt, "wakes meanwhile") {
				if wake := s.r.WakeAt; s.broken == nil && wake.Before(until) {
					s.pass(max(0, wake.Sub(s.now)))
					s.fair()
				}
			}
			return
		}
	}
}

// checkAction is what the check says from now on.
func (s *sim) checkAction(rt *rapid.T) {
	s.check.Status = rapid.SampledFrom([]CheckStatus{CheckPass, CheckPass, CheckWait, CheckFail}).Draw(rt, "check")
	s.tell("the check says %s", s.check.Status)
}

// personAction answers the gate in the console.
func (s *sim) personAction(rt *rapid.T) {
	if s.r.Gate == nil || s.gate.Status != GateOpen {
		return
	}
	s.gate = GateLook{By: "bob", Status: rapid.SampledFrom([]GateStatus{GateApproved, GateRejected, GateGone}).Draw(rt, "answer")}
	s.tell("bob answers the gate: %s", s.gate.Status)
}

// foreignAction is somebody else's write, seldom.
func (s *sim) foreignAction(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "seldom") != 0 {
		return
	}
	target := s.r.Targets[rapid.IntRange(0, len(s.r.Targets)-1).Draw(rt, "target")]
	split := Split{Stable: "other"}
	if rapid.Bool().Draw(rt, "weight") {
		split = Split{Stable: s.shows[target.Name].Stable, Canary: target.Canary, WeightPct: 33}
	}
	s.shows[target.Name], s.foreign[target.Name] = split, true
	s.tokens[target.Name]++
	s.tell("somebody makes %s show %s", target.Name, split)
}

// unreadAction makes something unreadable, or readable again.
func (s *sim) unreadAction(rt *rapid.T) {
	what := rapid.SampledFrom([]string{"x", "a", "gate", "deployment", "check"}).Draw(rt, "what")
	if _, bad := s.unread[what]; bad {
		delete(s.unread, what)
		s.tell("%s can be read again", what)
		return
	}
	f := Fault{Code: FaultThrottled, Error: "throttled"}
	if rapid.IntRange(0, 9).Draw(rt, "denied") == 0 {
		f = Fault{Code: FaultDenied, Call: "call", Resource: what, Error: "denied"}
	}
	s.unread[what] = f
	s.tell("%s can't be read: %s", what, f.Code)
}

// bringAction brings a look that a worker has in hand, and keeps it: it may come again.
func (s *sim) bringAction(rt *rapid.T) {
	who := rapid.IntRange(0, 1).Draw(rt, "worker")
	if l := s.hands[who].look; l != nil {
		s.feed(who, *l, "brings again a look begun "+since(l.BegunAt))
	}
}

// crashAction loses all that a worker has in hand.
func (s *sim) crashAction(rt *rapid.T) {
	who := rapid.IntRange(0, 1).Draw(rt, "worker")
	s.hands[who] = hand{}
	s.tell("W%d crashes", who)
}
