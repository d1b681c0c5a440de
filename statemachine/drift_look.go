package statemachine

import "fmt"

// lookDrift is the first target whose split is not the one this release left.
func (t *turn) lookDrift() (int, *Split) {
	l, ok := t.current()
	if !ok || t.contended() || len(t.old.Pending) > 0 {
		return -1, nil
	}
	for i, target := range t.old.Targets {
		seen := targetLook(l, target.Name)
		if t.old.movable(i) && seen != nil && seen.Split != nil && !seen.Split.ServesAs(*target.expected()) {
			return i, seen.Split
		}
	}
	return -1, nil
}

func (t *turn) lookDrifted() bool {
	i, _ := t.lookDrift()
	return i >= 0
}

func (t *turn) lookDriftCorrectable() bool {
	i, seen := t.lookDrift()
	return i >= 0 && t.old.Corrections == 0 && t.old.Targets[i].Written &&
		t.toShiftStep() > 0 && versionsWithin(*seen, t.old.Targets[i])
}

// toShiftStep is the last weight step up to now, or 0.
func (t *turn) toShiftStep() int {
	for step := min(t.old.Step, len(t.old.Plan.Steps)); step > 0; step-- {
		if t.old.Plan.Steps[step-1].WeightPct > 0 {
			return step
		}
	}
	return 0
}

// correctDrift repeats the current weight; the bake starts anew.
func (t *turn) correctDrift() {
	i, seen := t.lookDrift()
	t.next.Corrections++
	t.repeatWeight(i, seen)
	t.say(t.code, fmt.Sprintf("%s shows %s; repeating %s", t.old.Targets[i].Name, seen, t.old.Targets[i].expected()))
}

// repeatWeight orders the current weight of target i again; the bake starts anew,
// so only a promote may still cut it short: who approved did so after another one.
// from nil: whatever it shows.
func (t *turn) repeatWeight(i int, from *Split) {
	t.next.Step = t.toShiftStep()
	wish := t.next.Wish
	t.next.clearWaits()
	if wish != nil && wish.Verb == VerbPromote {
		t.next.Wish = wish
	}
	t.move(Shift, i, *t.old.Targets[i].Want, from)
}

func (t *turn) refuseLookDrift() {
	i, seen := t.lookDrift()
	t.failure = t.fail(CodeDrift, fmt.Sprintf("%s shows %s instead of %s, before this release wrote anything",
		t.old.Targets[i].Name, seen, t.old.Targets[i].expected()))
	t.refuseFailure()
}
