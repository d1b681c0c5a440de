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

// driftFirst: somebody changed a target that this release has not written yet: no
// try of its first order can have landed.
func (t *turn) driftFirst() bool {
	o, _ := t.driftFault()
	if o == nil || o.Unanswered {
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
	return fmt.Sprintf("%s shows %s instead of %s", o.Target, shows, t.old.Targets[t.old.target(o.Target)].expected())
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
		text = fmt.Sprintf("%s shows %s instead of %s", name, seen, t.old.Targets[i].expected())
	}
	t.next.Stuck = &Stuck{
		Code: string(CodeContended), Resource: name, Error: text, Since: t.now, Attempts: t.old.Corrections,
		Advice: "find out who else changes " + name + "; then resume (one more correction), promote or rollback",
	}
	t.say(t.code, text)
}
