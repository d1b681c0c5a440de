package statemachine

import (
	"fmt"
	"strings"
	"time"
)

// stepSplit is what target i shows in a step: its weight, or the target's
// ceiling where that is lower. 100 shows 100.
func (r Release) stepSplit(i, step int) Split {
	weight := r.Plan.Steps[step-1].WeightPct
	if ceiling := r.Plan.Targets[i].Traits.CeilingPct; ceiling > 0 && weight < 100 {
		weight = min(weight, ceiling)
	}
	target := r.Targets[i]
	stable, _ := target.Restore.One()
	return Split{Stable: stable, Canary: target.Canary, WeightPct: weight, Form: target.Restore.Form}
}

// finalSplit is target i with all traffic on the new version. Where roles swap
// and both sides were attached, both stay.
func (r Release) finalSplit(i int) Split {
	if r.Revert != nil {
		return r.Revert.To[i]
	}
	target := r.Targets[i]
	final := Split{Stable: target.Canary, Form: target.Restore.Form}
	if r.Plan.Targets[i].Traits.SwapsRoles && target.Restore.Canary != "" {
		final.Canary = target.Restore.Stable
		if final.Canary == target.Canary {
			final.Canary = target.Restore.Canary
		}
	}
	return final
}

// movable: the release has something to do on target i.
func (r Release) movable(i int) bool { return !r.Targets[i].Skip && !r.Targets[i].Foreign }

// toShift is the first target that does not show the step yet, or -1.
func (r Release) toShift() int {
	if r.Step < 1 || r.Step > len(r.Plan.Steps) || r.Plan.Steps[r.Step-1].WeightPct == 0 {
		return -1
	}
	for i := range r.Targets {
		if r.movable(i) && !r.Targets[i].Want.Same(r.stepSplit(i, r.Step)) {
			return i
		}
	}
	return -1
}

// toPromote is the first target that has not its final form yet, or -1.
func (r Release) toPromote() int {
	for i := range r.Targets {
		if r.movable(i) && !r.Targets[i].Want.Same(r.finalSplit(i)) {
			return i
		}
	}
	return -1
}

// moreToShift and moreToPromote ask what is left once the input is recorded.
func (t *turn) moreToShift() bool   { return t.recorded().toShift() >= 0 }
func (t *turn) moreToPromote() bool { return t.recorded().toPromote() >= 0 }

// recorded is the release with an OrderDone's split noted.
func (t *turn) recorded() Release {
	r := t.old.clone()
	if o := t.order(); o != nil {
		r.confirm(*o)
	}
	return r
}

// confirm notes that an order's split was read back.
func (r *Release) confirm(o Order) {
	if i := r.target(o.Target); i >= 0 && o.Want != nil {
		want := *o.Want
		r.Targets[i].Want = &want
	}
}

// newOrder makes an order with the key of the save that is being decided.
func (t *turn) newOrder(kind OrderKind, name string) Order {
	return Order{Kind: kind, Target: name, Since: t.now,
		Key: fmt.Sprintf("%s/%d/%s/%s", t.old.ID, t.old.Rev+1, kind, name)}
}

// move makes the order that brings target i to want. Without a fence it waits
// until nothing of the last one can still land.
func (t *turn) move(kind OrderKind, i int, want Split, from *Split) {
	target := &t.next.Targets[i]
	o := t.newOrder(kind, target.Name)
	o.Want, o.From = &want, from
	if o.ForwardMove() && target.QuietUntil.After(t.now) {
		o.RetryAt = target.QuietUntil
	}
	target.Written = true
	t.next.Pending = append(t.next.Pending, o)
}

// startStep begins the next weight.
func (t *turn) startStep() {
	t.next.Step++
	t.next.clearWaits()
	t.shiftOn()
}

// shiftOn orders the first target that does not show the step's weight yet.
func (t *turn) shiftOn() {
	t.confirmOnly()
	i := t.next.toShift()
	if i < 0 {
		t.startBake()
		t.next.Phase = Baking
		return
	}
	want := t.next.stepSplit(i, t.next.Step)
	t.move(Shift, i, want, t.next.Targets[i].Want)
	t.say(t.code, fmt.Sprintf("shifting %s to %s", t.next.Targets[i].Name, want))
}

// confirmOnly records what the order did and drops it.
func (t *turn) confirmOnly() {
	o := t.order()
	if o == nil {
		return
	}
	t.drop(o.Key)
	t.next.confirm(*o)
	i := t.next.target(o.Target)
	if i < 0 {
		return
	}
	in, _ := t.in.(OrderDone)
	if in.Seen != nil {
		t.next.Targets[i].Seen, t.next.Targets[i].SeenAt = in.Seen, t.now
	}
	if !t.old.Plan.Targets[i].Traits.Fenced {
		t.next.Targets[i].QuietUntil = t.now.Add(t.old.Lease + t.old.CallTimeout)
	}
	if o.Want != nil {
		t.say(t.code, fmt.Sprintf("%s shows %s", o.Target, o.Want))
	}
}

func (t *turn) drop(key string) {
	kept := t.next.Pending[:0:0]
	for _, o := range t.next.Pending {
		if o.Key != key {
			kept = append(kept, o)
		}
	}
	t.next.Pending = kept
	if t.next.Stuck != nil && t.next.Stuck.Key == key {
		t.next.Stuck = nil
	}
}

// startBake begins the bake once every target shows the step's weight; it lasts
// at least until a fence-less target is quiet.
func (t *turn) startBake() {
	t.confirmOnly()
	step := t.next.Plan.Steps[t.next.Step-1]
	t.next.LookAt = noTime
	t.next.BakeEnd = latest(t.now.Add(step.Bake), t.next.quiet())
	if t.next.Wish != nil {
		t.next.LookAt = latest(t.now, t.next.quiet())
	}
	t.say(t.code, fmt.Sprintf("%s on %s, baking %s", percent(step.WeightPct), t.next.names(), t.next.BakeEnd.Sub(t.now)))
}

// quiet is when no late write of this release can land on a fence-less target.
func (r Release) quiet() time.Time {
	quiet := noTime
	for _, target := range r.Targets {
		quiet = latest(quiet, target.QuietUntil)
	}
	return quiet
}

// startPromote begins the final form.
func (t *turn) startPromote() {
	t.next.clearWaits()
	t.promoteOn()
}

func (t *turn) promoteOn() {
	t.confirmOnly()
	i := t.next.toPromote()
	if i < 0 {
		t.finalForm()
		return
	}
	want := t.next.finalSplit(i)
	t.move(Promote, i, want, t.next.Targets[i].Want)
	t.say(t.code, fmt.Sprintf("promoting %s to %s", t.next.Targets[i].Name, want))
}

// finalForm: nothing is left to promote. Reached without an outcome only when a
// plan's last weight was the final form already.
func (t *turn) finalForm() {
	if t.gateWaits() {
		t.answerApproved()
		return
	}
	t.finishPromoted()
	t.next.Phase = Promoted
}

func (t *turn) askApproval() {
	t.next.Step++
	t.next.clearWaits()
	approval := t.next.Plan.Steps[t.next.Step-1].Approval
	t.next.WaitUntil = t.now.Add(approval.Timeout)
	t.say(t.code, "a person is asked to approve, until "+clock(t.next.WaitUntil))
}

// clearWaits forgets what the last wait was for.
func (r *Release) clearWaits() {
	r.BakeEnd, r.WaitUntil, r.LookAt = noTime, noTime, noTime
	r.Wish, r.Waiting = nil, ""
}

func (r Release) names() string {
	names := make([]string, 0, len(r.Targets))
	for i, target := range r.Targets {
		names = append(names, r.Plan.Targets[i].Kind+" "+target.Name)
	}
	return strings.Join(names, ", ")
}
