package explore

import (
	"fmt"
	"slices"
)

// violation is a law that was broken, and how.
type violation struct{ law, text string }

// apply makes one thing happen. The violation is empty when every law held.
func (m *model) apply(w *world, c choice) (*world, violation) {
	s := &step{m: m, w: w.clone(), was: w}
	switch c.act {
	case actStep:
		s.call(c.worker, how(c.arg))
	case actSettle:
		s.settle(c.worker, c.arg == 1)
	case actCrash:
		s.w.left.Crash--
		s.crash(c.worker)
	case actWake:
		s.begin(c.worker, begin{ref: refOf(w.table.releases[c.arg])})
	case actTake:
		b := m.begins(w.queue[c.arg%knowing])
		if n := c.arg / knowing; n > 0 {
			b.knows = w.table.releases[n-1].Release.ID
		}
		s.begin(c.worker, b)
	case actSweep:
		s.w.left.Sweep = max(0, s.w.left.Sweep-1)
		s.begin(c.worker, begin{sweep: true})
	case actTick:
		s.w.left.Stall -= int8(w.stalled())
		s.w.clock++
		s.forget()
	case actLand:
		s.land(c.arg)
	case actVanish:
		s.w.flights = slices.Delete(s.w.flights, c.arg, c.arg+1)
	case actLose:
		s.w.left.Lose--
		s.w.queue = slices.Delete(s.w.queue, c.arg, c.arg+1)
	case actRise, actFall, actDrift, actForeign, actVerb, actPerson, actArrive, actDown, actUp, actDark, actLight:
		s.outside(c)
	case actShifts:
		s.awsShifts(c.arg)
	case actCarried:
		s.w.targets[c.arg].rolling = false
	case actChecked:
		s.w.check.is = checkState(c.arg)
	}
	s.check()
	return s.w, s.broken
}

// step is one thing happening.
type step struct {
	m      *model
	was, w *world
	broken violation
}

// breaks notes the first law that was broken, of those that are looked for.
func (s *step) breaks(law, format string, args ...any) {
	if s.broken.law == "" && s.m.wants(law) {
		s.broken = violation{law, fmt.Sprintf(format, args...)}
	}
}
