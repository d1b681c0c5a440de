package explore

import "fmt"

// live is law 7: from every state an end is reachable with wakes, answers and
// time alone, and a sweep where something has no release.
func (s *search) live() {
	if !s.m.wants("law 7") {
		return
	}
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
