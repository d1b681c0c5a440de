package infra_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
)

// drive takes every trial through its rounds until all are over or ctx ends. A new one begins every so often.
func (x *torment) drive(ctx context.Context, began time.Time, every time.Duration) (over bool) {
	looked := time.Time{}
	for sleep(ctx, 200*time.Millisecond) {
		if time.Since(looked) > time.Second {
			x.readPhases()
			looked = time.Now()
		}
		x.readLedger() // last, so that it has what the end of a release left
		for len(x.results) > 0 {
			(<-x.results).busy = false
		}
		left := 0
		for i, t := range x.trials {
			if r := x.current(t); r != nil {
				left++
				if time.Since(began) > time.Duration(i)*every {
					x.step(r)
				}
			}
		}
		if left == 0 {
			return true
		}
	}
	return false
}

// current is the trial's round that is not over yet. What a person began may be over before its command line is.
func (x *torment) current(t *trial) *round {
	n := min(x.ended[t.name], len(t.rounds))
	for _, r := range t.rounds[:n] {
		r.begun = true
	}
	if n == len(t.rounds) {
		return nil
	}
	return t.rounds[n]
}

// unended says which rounds are not over, and how far they came.
func (x *torment) unended() string {
	var b strings.Builder
	for _, t := range x.trials {
		if r := x.current(t); r != nil {
			fmt.Fprintf(&b, "\n%s (%s), release %d, meant to end: %s: begun %t, version %q, from %q, deployment point %d, phases %v, command line runs %t",
				t.name, t.kind, r.n, r.end, r.begun, r.version, r.before, x.points[r.id()], x.phases[t.name], r.busy)
			for _, m := range t.movers {
				fmt.Fprintf(&b, ", %s shows %q, began at %q", m.resource, x.shown[m.resource], x.from[m.resource])
			}
		}
	}
	return b.String()
}

// step does what a round needs next.
func (x *torment) step(r *round) {
	if r.busy {
		return
	}
	if !r.begun {
		if r.apart && x.unsettled(r.name) != 0 {
			return
		}
		if r.n > 0 && r.rounds[r.n-1].alarmed {
			r.rounds[r.n-1].alarmed = false
			x.chaos(r.trial, x.alarms.SetState(r.name, "OK", calmText))
		}
		for _, m := range r.movers {
			if !r.tried { // one that a person starts may have begun when it is looked for
				r.before = x.from[m.resource]
				x.from[m.resource] = x.shown[m.resource]
			}
		}
		r.tried = true
		if r.end == endReverted {
			x.personReverts(r)
		} else {
			r.begin(r)
		}
		return
	}
	if r.drive != nil {
		r.drive(r)
	}
	if r.tends != nil {
		r.tends(r)
	}
	level, top := x.level(r)
	switch {
	case x.phases[r.name]["gated"] && r.end == endDenied:
		x.verb(r, "reject", r.name)
	case x.phases[r.name]["gated"]:
		x.verb(r, "approve", r.name)
	case level >= r.at:
		x.happens(r, level == top)
	}
}

// happens does what is to happen to a round that has shown enough.
func (x *torment) happens(r *round, last bool) {
	switch r.end {
	case endPromoted:
		if last {
			x.verb(r, "promote", r.name)
		}
	case endRolledBack:
		x.verb(r, "rollback", r.name)
	case endApproved:
		if !r.answered {
			x.personAnswers(r, types.ApprovalStatusApproved)
		}
	case endGateRejected:
		if !r.answered {
			x.personAnswers(r, types.ApprovalStatusRejected)
		}
	case endAlarm, endVisit:
		x.alarm(r)
	case endApprovedAndAlarm:
		if !r.answered {
			x.personAnswers(r, types.ApprovalStatusApproved)
		}
		x.alarm(r)
	case endByItself, endDenied, endCheckFailed, endReverted:
	}
}

// alarm has a round's alarm go off, once.
func (x *torment) alarm(r *round) {
	if r.alarmed || r.alarm != nil {
		return
	}
	event := x.alarms.SetState(r.name, "ALARM", alarmText)
	r.alarm, r.alarmed = event, true
	x.chaos(r.trial, event)
	if r.end == endVisit {
		r.alarmed = false
		x.chaos(r.trial, x.alarms.SetState(r.name, "OK", calmText))
	}
}

// level is how many steps of the plan every mover of a round shows, and top how many there are.
func (x *torment) level(r *round) (level, top int) {
	if r.drive != nil {
		if x.points[r.id()] >= awstest.PointShifting {
			return mostRounds, mostRounds
		}
		return 0, mostRounds
	}
	level, top = r.top(), r.top()
	for _, m := range r.movers {
		if m.aside {
			continue
		}
		at := 0
		for i, text := range m.ladder(x.from[m.resource], r) {
			if text == x.shown[m.resource] {
				at = i
			}
		}
		level = min(level, at)
	}
	return level, top
}
