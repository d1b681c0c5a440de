package statemachine

import "slices"

// lawForward is law 4: a move forward is made by a look of this rev that is
// healthy, begun after the bake or a person's promote, and nothing rang since
// preflight's look.
func (s *sim) lawForward(was Release, in Input, d Decision) {
	l, byLook := in.(Look)
	for _, o := range d.Next.Pending {
		if owed(was, o.Key) || !o.ForwardMove() || was.ended() {
			continue
		}
		if !byLook {
			continue // the next target of a step that a look permitted, or a person's resume
		}
		repeats := o.Kind == Shift && was.Phase != Preflight && o.Want.Same(*was.Targets[was.target(o.Target)].Want)
		switch {
		case l.Rev != was.Rev:
			s.breaks("%s made by a look of another rev", o.Key)
		case repeats:
		case was.Phase == Baking && was.Wish == nil && l.BegunAt.Before(was.BakeEnd):
			s.breaks("%s made by a look begun before the bake ended", o.Key)
		case was.Wish != nil && l.BegunAt.Before(was.Wish.At):
			s.breaks("%s made by a look begun before the person spoke", o.Key)
		case was.Phase == Gated && was.Wish == nil:
			s.breaks("%s made although nobody approved", o.Key)
		}
		for _, rang := range s.rings {
			if was.Phase != Preflight && !repeats && !rang.Before(was.FirstShiftAt) && rang.Before(l.BegunAt) {
				s.breaks("%s made although the alarm rang at %s", o.Key, since(rang))
			}
		}
	}
}

// lawLanding are laws 2 and 3 of a write that lands.
func (s *sim) lawLanding(f flight) {
	i := s.r.target(f.target)
	target := s.r.Targets[i]
	if s.foreign[f.target] || target.Restore == nil {
		return
	}
	back := f.want.Same(*target.Restore)
	rank, before := s.rank(i, f.want), s.rank(i, s.shows[f.target])
	switch {
	case rank < 0:
		s.breaks("%s shows %s, which no plan says", f.target, f.want)
	case s.r.Failure == nil && !s.r.ended() && rank < before:
		s.breaks("%s went from rung %d back to %d while moving forward", f.target, before, rank)
	case s.fenced(f.target) && !back && s.restored(i):
		s.breaks("%s landed on %s after its restore was confirmed", f.want, f.target)
	}
	for j := range s.r.Targets {
		other := s.rank(j, s.shows[s.r.Targets[j].Name])
		if s.r.Failure == nil && !s.r.ended() && j != i && !s.foreign[s.r.Targets[j].Name] &&
			s.r.Phase == Shifting && (rank-other > 1 || other-rank > 1) {
			s.breaks("%s is on rung %d, %s on %d", f.target, rank, s.r.Targets[j].Name, other)
		}
	}
}

// restored: the target's restore was read back.
func (s *sim) restored(i int) bool {
	target := s.r.Targets[i]
	if s.r.Failure == nil || !target.Written || (s.r.Phase != RollingBack && s.r.Phase != RolledBack) {
		return false
	}
	return !slices.ContainsFunc(s.r.Pending, func(o Order) bool { return o.Target == target.Name })
}

// rank is where a split stands on the target's ladder: 0 the restore point, then
// the steps, then the final form; -1 for what is not on it.
func (s *sim) rank(i int, split Split) int {
	if s.r.Targets[i].Restore == nil || split.ServesAs(*s.r.Targets[i].Restore) {
		return 0
	}
	rung := 0
	for step := range s.r.Plan.Steps {
		if s.r.Plan.Steps[step].WeightPct == 0 {
			continue
		}
		rung++
		if split.ServesAs(s.r.stepSplit(i, step+1)) {
			return rung
		}
	}
	if split.ServesAs(s.r.finalSplit(i)) {
		return rung + 1
	}
	return -1
}

// lawSettled are laws 5 and 7's end: one version, and the gate says as much.
func (s *sim) lawSettled() {
	for i, target := range s.r.Targets {
		if target.Restore == nil || target.Foreign || s.foreign[target.Name] || s.r.Phase == Refused {
			continue
		}
		if !s.shows[target.Name].ServesAs(s.r.endSplit(i)) {
			s.breaks("settled as %s, but %s shows %s", s.r.Phase, target.Name, s.shows[target.Name])
		}
	}
	if s.r.Plan.Guarded() {
		s.lawGuardedEnd()
	}
	if s.r.Gate == nil {
		return
	}
	switch s.r.Phase {
	case Promoted:
		if s.gate.Status != GateApproved {
			s.breaks("promoted, but the gate says %s", s.gate.Status)
		}
	case RolledBack, Refused:
		if s.gate.Status == GateOpen || (s.gate.Status == GateApproved && s.gate.Ours) {
			s.breaks("%s, but the gate says %s", s.r.Phase, s.gate.Status)
		}
	case Queued, Preflight, Shifting, Baking, Gated, Promoting, RollingBack, Superseded:
	}
}
