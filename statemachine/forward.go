package statemachine

import (
	"fmt"
	"strings"
	"time"
)

// moreToShift and moreToPromote ask what is left once the input is recorded.
func (t *turn) moreToShift() bool   { return t.recorded().toShift() >= 0 }
func (t *turn) moreToPromote() bool { return t.recorded().toPromote() >= 0 }

// startStep begins the next weight.
func (t *turn) startStep() {
	t.next.Step++
	t.next.clearWaits()
	t.shiftOn()
}

// shiftOn orders the first target that does not show the step's weight yet. Where
// all do (a ceiling), one more look says so and the bake begins.
func (t *turn) shiftOn() {
	t.confirmOnly()
	i := t.next.toShift()
	if i < 0 {
		t.next.LookAt = t.now
		t.say(t.code, t.next.names()+" can show no more, and shows it already")
		return
	}
	want := t.next.stepSplit(i, t.next.Step)
	t.move(Shift, i, want, t.next.Targets[i].expected())
	t.say(t.code, fmt.Sprintf("shifting %s to %s", t.next.Targets[i].Name, want))
}

// startBake begins the bake once every target shows the step's weight. Clients
// see that only when what they keep has ended, so the longest lag is added; and it
// lasts at least until a fence-less target is quiet.
func (t *turn) startBake() {
	t.confirmOnly()
	step := t.next.Plan.Steps[t.next.Step-1]
	t.next.LookAt, t.next.Waiting = noTime, ""
	lag := t.next.lag()
	t.next.BakeEnd = latest(t.now.Add(step.Bake+lag), t.next.quiet())
	if t.next.Wish != nil {
		t.next.LookAt = latest(t.now, t.next.quiet())
	}
	t.say(t.code, fmt.Sprintf("%s on %s, baking %s%s", percent(step.WeightPct), t.next.names(), t.next.BakeEnd.Sub(t.now), lagText(lag)))
}

func lagText(lag time.Duration) string {
	if lag == 0 {
		return ""
	}
	return ", " + lag.String() + " of it for what clients keep"
}

// lag is how long clients of what this release moved may go on showing what was
// there before.
func (r Release) lag() time.Duration {
	longest := time.Duration(0)
	for _, target := range r.Targets {
		if target.Written {
			longest = max(longest, target.Lag)
		}
	}
	return longest
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
	r.Wish, r.Check, r.Waiting = nil, nil, ""
}

func (r Release) names() string {
	names := make([]string, 0, len(r.Targets))
	for i, target := range r.Targets {
		if r.movable(i) {
			names = append(names, r.Plan.Targets[i].Kind+" "+target.Name)
		}
	}
	return strings.Join(names, ", ")
}
