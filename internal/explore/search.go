package explore

import (
	"slices"
	"time"
)

// Report is what an exploration found.
type Report struct {
	Scenario            Scenario
	States, Transitions int
	// Depth is how many steps the farthest state is from the first.
	Depth   int
	Took    time.Duration
	Replays int
	// Whole: every reachable state was seen.
	Whole bool
	// Law is the first one broken, Broken how; Trace is a shortest way there.
	Law, Broken string
	Trace       []string
	// Ends counts the states in which everything is settled.
	Ends int
}

// OK reports whether the whole model was explored and no law was broken.
func (r Report) OK() bool { return r.Law == "" && r.Whole }

// Limits end an exploration early.
type Limits struct {
	// States: no step farther is taken after that many were seen; 0: any number.
	// Depth: but up to that many steps from the first are taken in any case.
	States, Depth int
	// Until: nor once this time has come; zero: never.
	Until time.Time
	// Laws are those whose breach ends it; what breaks another one is gone on from.
	// Empty: all.
	Laws []string
}

// search is one exploration under way.
type search struct {
	m      *model
	limits Limits
	report Report
	seen   map[uint64]uint32
	// parents and steps lead back to the first state.
	parents []uint32
	steps   []uint16
	// fair are the moves that law 7 may use: from, to, from, to, …
	fair []uint32
	ends []uint32
}

type open struct {
	id uint32
	w  *world
}

// Explore visits every state that a scenario can reach, breadth first, until a
// law breaks or a limit is reached.
func Explore(sc Scenario, limits Limits) Report {
	begun := time.Now()
	s := &search{m: newModel(sc), limits: limits, seen: map[uint64]uint32{}}
	s.m.laws = limits.Laws
	s.report = Report{Scenario: sc}
	s.run()
	if s.report.Law == "" && s.report.Whole && sc.Live {
		s.live()
	}
	s.report.States, s.report.Ends = len(s.parents), len(s.ends)
	s.report.Took, s.report.Replays = time.Since(begun), s.m.replays
	return s.report
}

func (s *search) run() {
	first := s.m.initial()
	layer := []open{{0, first}}
	s.add(first, 0, 0)
	for depth := 0; len(layer) > 0; depth++ {
		s.report.Depth = depth
		if s.over(depth) {
			return
		}
		var next []open
		for _, o := range layer {
			var stop bool
			if next, stop = s.expand(o, next); stop {
				return
			}
		}
		layer = next
	}
	s.report.Whole = true
}

// over: what is that many steps away is not gone on from.
func (s *search) over(depth int) bool {
	l := s.limits
	enough := l.States > 0 && len(s.parents) > l.States
	late := !l.Until.IsZero() && time.Now().After(l.Until)
	return (enough || late) && depth >= l.Depth
}

// add notes a state; false if it was seen before.
func (s *search) add(w *world, parent uint32, step uint16) (uint32, bool) {
	h := w.hash()
	if id, ok := s.seen[h]; ok {
		return id, false
	}
	id := uint32(len(s.parents))
	s.seen[h] = id
	s.parents = append(s.parents, parent)
	s.steps = append(s.steps, step)
	if w.ended() {
		s.ends = append(s.ends, id)
	}
	return id, true
}

func (s *search) expand(o open, next []open) ([]open, bool) {
	for n, c := range s.m.choices(o.w) {
		w, broken := s.m.apply(o.w, c)
		s.report.Transitions++
		if broken.law != "" {
			s.report.Law, s.report.Broken = broken.law, broken.text
			s.report.Trace = append(s.trace(o.id), s.m.tell(o.w, w, c))
			return next, true
		}
		id, fresh := s.add(w, o.id, uint16(n))
		if s.m.s.Live && c.fair(o.w) {
			s.fair = append(s.fair, o.id, id)
		}
		if fresh {
			next = append(next, open{id, w})
		}
	}
	return next, false
}

// trace tells the shortest way to a state.
func (s *search) trace(id uint32) []string {
	var steps []uint16
	for at := id; at != 0; at = s.parents[at] {
		steps = append(steps, s.steps[at])
	}
	w := s.m.initial()
	var told []string
	for _, step := range slices.Backward(steps) {
		c := s.m.choices(w)[step]
		after, _ := s.m.apply(w, c)
		told = append(told, s.m.tell(w, after, c))
		w = after
	}
	return told
}
