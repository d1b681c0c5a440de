package statemachine

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// sim is a little world around one release: targets that keep a token or none,
// writes under way, a gate, an alarm, two workers, and a person or two. What the
// core decides is real; the workers keep the order of things of worker's package
// comment.
type sim struct {
	*world
	now     time.Time
	r       Release
	hands   [2]hand
	tokens  map[string]int
	flights []flight
	inbox   []AlarmEvent
	rings   []time.Time
	told    []string
	broken  error
	// foreign: somebody else wrote these targets, so their ledgers say nothing.
	foreign map[string]bool
	fates   []fate
	// spec makes the next release of the canary, as often as more says.
	spec Spec
	more int
	// rolls: AWS takes a while to carry a write out; carried says when it has.
	rolls   bool
	carried map[string]time.Time
	// stage is how far AWS is with a guarded deployment, and since when it waits.
	stage      int
	waitsSince time.Time
	// closed is the state that was last seen to close.
	closed string
}

// flight is a write whose answer is out: it lands or vanishes before until.
type flight struct {
	release string
	target  string
	want    Split
	token   int
	until   time.Time
}

func (s *sim) fenced(target string) bool {
	return s.r.Plan.Targets[s.r.target(target)].Traits.Fenced
}

func (s *sim) tell(format string, args ...any) {
	s.told = append(s.told, fmt.Sprintf("[%s] %s", s.now.Sub(start), fmt.Sprintf(format, args...)))
}

func (s *sim) breaks(format string, args ...any) {
	if s.broken == nil {
		s.broken = fmt.Errorf(format, args...)
	}
}

// trace is what happened, for people.
func (s *sim) trace() string { return strings.Join(s.told, "\n") }

// clone is another world in the same state.
func (s *sim) clone() *sim {
	c := *s
	c.world, c.tokens, c.foreign, c.carried = s.world.clone(), maps.Clone(s.tokens), maps.Clone(s.foreign), maps.Clone(s.carried)
	c.flights, c.inbox, c.told = slices.Clone(s.flights), slices.Clone(s.inbox), slices.Clone(s.told)
	return &c
}

// pass lets time go on; a write that has not landed in its call's time never does.
func (s *sim) pass(d time.Duration) {
	s.now = s.now.Add(d)
	s.flights = slices.DeleteFunc(s.flights, func(f flight) bool { return f.until.Before(s.now) })
}

// feed gives the saved release an input and saves what becomes of it. The worker
// that wrote a new wake owns the orders.
func (s *sim) feed(who int, in Input, what string) Decision {
	was := s.r
	d := Advance(was, in, s.now)
	s.tell("W%d %s: %s", who, what, strings.TrimSpace(tell(was, d, s.now)))
	if err := lawsOfStep(was, in, s.now, d); err != nil {
		s.breaks("%w", err)
	}
	s.lawForward(was, in, d)
	s.r = d.Next
	if d.Change != Unchanged && !d.Next.WakeAt.Equal(was.WakeAt) {
		s.hands[who].lease = d.Next.WakeAt
	}
	if was.Running() && !d.Next.Running() {
		s.lawSettled()
		s.again()
	}
	return d
}

// read is what a target shows, and whether AWS still carries it out.
func (s *sim) read(target string) Split {
	seen := s.shows[target]
	seen.Rolling = s.now.Before(s.carried[target])
	return seen
}

// show is a write that lands.
func (s *sim) show(f flight, by string) {
	if s.fenced(f.target) && s.tokens[f.target] != f.token {
		s.tell("%s of %s on %s meets a newer token", by, f.want, f.target)
		return
	}
	if f.release != s.r.ID {
		s.breaks("%s of release %s landed on %s after it was settled", f.want, f.release, f.target)
		return
	}
	s.lawLanding(f)
	s.shows[f.target] = f.want
	s.tokens[f.target]++
	if s.rolls {
		s.carried[f.target] = s.now.Add(20 * time.Second)
	}
	s.tell("%s: %s shows %s", by, f.target, f.want)
}
