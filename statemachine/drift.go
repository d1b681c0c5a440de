package statemachine

import "fmt"

// Drift: a target shows what neither this release nor its restore point
// explains. Serin's plan wins once over what it has changed itself, and never
// over what it has not yet changed.

// driftFault is a forward order's failure by drift.
func (t *turn) driftFault() (*Order, *Split) {
	in, ok := t.in.(OrderFailed)
	if !ok || in.Fault.Code != FaultDrift {
		return nil, nil
	}
	o := t.old.order(in.Key)
	if o == nil || (o.Kind != Shift && o.Kind != Promote) {
		return nil, nil
	}
	return o, in.Fault.Seen
}

// driftFirst: somebody changed a target that this release has not written yet.
func (t *turn) driftFirst() bool {
	o, _ := t.driftFault()
	if o == nil || o.Attempts > 0 {
		return false
	}
	target := t.old.Targets[t.old.target(o.Target)]
	return target.Want.Same(*target.Restore)
}

// otherWritten: an order was made for another target as well.
func (t *turn) otherWritten() bool {
	o, _ := t.driftFault()
	for _, target := range t.old.Targets {
		if target.Written && (o == nil || target.Name != o.Target) {
			return true
		}
	}
	return false
}

func (t *turn) drifted() bool {
	o, _ := t.driftFault()
	return o != nil
}

// driftCorrectable: only the weight differs, and for the first time.
func (t *turn) driftCorrectable() bool {
	o, seen := t.driftFault()
	return o != nil && seen != nil && t.old.Corrections == 0 && t.weightOnly(o.Target, *seen)
}

func (t *turn) weightOnly(name string, seen Split) bool {
	target := t.old.Targets[t.old.target(name)]
	return versionsWithin(seen, target)
}

// versionsWithin: the split names no version but the two of this release, in
// either role.
func versionsWithin(s Split, target Target) bool {
	stable, _ := target.Restore.One()
	if s.Stable == target.Canary {
		return s.Canary == stable
	}
	return s.Stable == stable && (s.Canary == "" || s.Canary == target.Canary)
}

// overwriteDrift lets the plan win once: the order now expects what was seen.
func (t *turn) overwriteDrift() {
	o, seen := t.driftFault()
	t.next.Corrections++
	pending := t.next.order(o.Key)
	pending.From, pending.RetryAt = seen, noTime
	t.say(t.code, t.driftText()+"; writing the plan's split once more")
}

func (t *turn) driftText() string {
	o, seen := t.driftFault()
	if o == nil {
		return ""
	}
	shows := "something else"
	if seen != nil {
		shows = seen.String()
	}
	return fmt.Sprintf("%s shows %s instead of %s", o.Target, shows, t.old.Targets[t.old.target(o.Target)].Want)
}

// lookDrift is the first target whose split is not the one this release left.
func (t *turn) lookDrift() (int, *Split) {
	l, ok := t.current()
	if !ok || t.contended() || len(t.old.Pending) > 0 {
		return -1, nil
	}
	for i, target := range t.old.Targets {
		seen := targetLook(l, target.Name)
		if t.old.movable(i) && seen != nil && seen.Split != nil && !seen.Split.Same(*target.Want) {
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
	t.say(t.code, fmt.Sprintf("%s shows %s; repeating %s", t.old.Targets[i].Name, seen, t.old.Targets[i].Want))
}

// repeatWeight orders the current weight of target i again. from nil: whatever
// it shows.
func (t *turn) repeatWeight(i int, from *Split) {
	t.next.Step = t.toShiftStep()
	wish := t.next.Wish
	t.next.clearWaits()
	t.next.Wish = wish
	t.move(Shift, i, *t.old.Targets[i].Want, from)
}

func (t *turn) refuseLookDrift() {
	i, seen := t.lookDrift()
	t.failure = t.fail(CodeDrift, fmt.Sprintf("%s shows %s instead of %s, before this release wrote anything",
		t.old.Targets[i].Name, seen, t.old.Targets[i].Want))
	t.refuseFailure()
}

// contend stops: nothing moves until a person or the deadline.
func (t *turn) contend() {
	name, text := "", ""
	if o, _ := t.driftFault(); o != nil {
		name, text = o.Target, t.driftText()
		t.drop(o.Key)
	} else {
		i, seen := t.lookDrift()
		name = t.old.Targets[i].Name
		text = fmt.Sprintf("%s shows %s instead of %s", name, seen, t.old.Targets[i].Want)
	}
	t.next.Stuck = &Stuck{
		Code: string(CodeContended), Resource: name, Error: text, Since: t.now, Attempts: t.old.Corrections,
		Advice: "find out who else changes " + name + "; then resume (one more correction), promote or rollback",
	}
	t.say(t.code, text)
}
