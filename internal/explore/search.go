package explore

import (
	"fmt"
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

// search is one exploration under way.
type search struct {
	m      *model
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
// law breaks or most states were seen.
func Explore(sc Scenario, most int) Report {
	begun := time.Now()
	s := &search{m: newModel(sc), seen: map[uint64]uint32{}}
	s.report = Report{Scenario: sc}
	s.run(most)
	if s.report.Law == "" && s.report.Whole && sc.Live {
		s.live()
	}
	s.report.States, s.report.Ends = len(s.parents), len(s.ends)
	s.report.Took, s.report.Replays = time.Since(begun), s.m.replays
	return s.report
}

func (s *search) run(most int) {
	first := s.m.initial()
	layer := []open{{0, first}}
	s.add(first, 0, 0)
	for depth := 0; len(layer) > 0; depth++ {
		s.report.Depth = depth
		var next []open
		for _, o := range layer {
			var stop bool
			if next, stop = s.expand(o, next); stop {
				return
			}
		}
		if len(s.parents) > most {
			return
		}
		layer = next
	}
	s.report.Whole = true
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
		if s.m.s.Live && c.fair() {
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

// live is law 7: from every state an end is reachable with wakes, answers and
// time alone.
func (s *search) live() {
	count := len(s.parents)
	// the moves backwards, packed by where they lead
	begin := make([]uint32, count+1)
	for n := 1; n < len(s.fair); n += 2 {
		begin[s.fair[n]+1]++
	}
	for n := range count {
		begin[n+1] += begin[n]
	}
	from, fill := make([]uint32, len(s.fair)/2), append([]uint32(nil), begin[:count]...)
	for n := 0; n < len(s.fair); n += 2 {
		to := s.fair[n+1]
		from[fill[to]] = s.fair[n]
		fill[to]++
	}
	good := make([]bool, count)
	todo := append([]uint32(nil), s.ends...)
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if good[at] {
			continue
		}
		good[at] = true
		todo = append(todo, from[begin[at]:begin[at+1]]...)
	}
	dead, first := 0, uint32(0)
	for id, ok := range good {
		if !ok {
			if dead == 0 {
				first = uint32(id)
			}
			dead++
		}
	}
	if dead > 0 {
		s.report.Law = "law 7"
		s.report.Broken = fmt.Sprintf("from %d states no end is reachable with wakes, answers and time alone", dead)
		s.report.Trace = s.trace(first)
	}
}
