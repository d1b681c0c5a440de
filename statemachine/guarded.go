package statemachine

import (
	"fmt"
	"slices"
)

// The way forward of a guarded deployment: it waits at points, and Serin lets it
// go on.

func (t *turn) deploymentLook() *DeploymentLook {
	if l, ok := t.look(); ok {
		return l.Deployment
	}
	return nil
}

func deploymentIs(status DeploymentStatus) guard {
	return func(t *turn) bool {
		d := t.deploymentLook()
		return d != nil && d.Status == status
	}
}

// deploymentOver: it ended without success; where a rollback deployment follows,
// that has ended too.
func (t *turn) deploymentOver() bool {
	d := t.deploymentLook()
	return d != nil && (d.Status == DeploymentFailed || d.Status == DeploymentStopped)
}

// recordDeployment keeps what the look says of it.
func (t *turn) recordDeployment() {
	d := t.deploymentLook()
	if d == nil {
		return
	}
	t.next.Deployment.Status = d.Status
	t.next.Deployment.Point, t.next.Deployment.Until = d.Point, d.Until
	t.next.Deployment.RollbackID = d.RollbackID
	if d.WeightPct != nil {
		t.next.Deployment.WeightPct = d.WeightPct
	}
}

func (t *turn) beginGuard() {
	l, _ := t.current()
	t.recordDeployment()
	t.next.FirstShiftAt = t.now
	t.next.DeadlineAt = t.now.Add(t.old.Plan.Deadline)
	t.next.LookAt, t.next.Waiting = noTime, ""
	for i := range t.next.Alarms {
		if a := alarmLook(l, i, t.next.Alarms[i].Name); a != nil {
			t.next.Alarms[i].Baseline = a.Transition
		}
	}
	t.say(t.code, "guarding "+t.old.Plan.Deployment.Kind+" "+t.old.Deployment.ID+t.warnings(l))
}

// atPoint: it waits somewhere it was not yet continued from.
func (t *turn) atPoint() bool {
	l, current := t.current()
	d := l.Deployment
	return current && d != nil && d.Status == DeploymentWaiting && len(t.old.Pending) == 0 &&
		!t.held() && d.WaitKey != t.old.Deployment.WaitKey
}

// atStep: a step not done yet names the point.
func (t *turn) atStep() bool { return t.atPoint() && t.stepAt() > 0 }

// stepAt is the step that the point is for, or 0. Of those at the point, the next
// one; before a traffic step, where none is left, the last one once more.
func (t *turn) stepAt() int {
	d := t.deploymentLook()
	if t.old.Deployment.Hurry {
		return 0
	}
	for i := t.old.Step; i < len(t.old.Plan.Steps); i++ {
		if t.old.Plan.Steps[i].At == d.Point {
			return i + 1
		}
	}
	for i := min(t.old.Step, len(t.old.Plan.Steps)); i > 0 && d.Point == PointShift; i-- {
		if t.old.Plan.Steps[i-1].At == PointShift {
			return i
		}
	}
	return 0
}

func (t *turn) stepAsks() bool   { return t.old.Plan.Steps[t.stepAt()-1].Approval != nil }
func (t *turn) stepChecks() bool { return t.old.Plan.Steps[t.stepAt()-1].Check != nil }

// skipped: a step names the point, but the verb promote went past it.
func (t *turn) skipped() bool {
	d := t.deploymentLook()
	return slices.ContainsFunc(t.old.Plan.Steps, func(s Step) bool { return s.At == d.Point })
}

// guardPermits: a look of this rev that is healthy. There is no bake to wait for.
func (t *turn) guardPermits() bool {
	l, ok := t.current()
	return ok && !t.held() && t.unhealthy(l) == ""
}

// leaveToAWS: no step names the point, so AWS's own wait decides, and alarms
// guard on. The deadline does not cut that wait short.
func (t *turn) leaveToAWS() {
	t.recordDeployment()
	d := t.deploymentLook()
	t.next.Deployment.WaitKey = d.WaitKey
	t.next.DeadlineAt, t.next.LookAt = latest(t.next.DeadlineAt, d.Until), noTime
	t.say(t.code, "waiting at "+d.Point.String()+", which no step names, until "+clock(d.Until)+" by AWS's own setting")
}

func (t *turn) arriveChecked() {
	t.arrive()
	t.next.Step = t.stepAt() - 1
	t.orderCheck()
	t.say(t.code, t.text+"; waiting at "+t.deploymentLook().Point.String())
}

// arrive notes the wait that the step is for.
func (t *turn) arrive() {
	t.recordDeployment()
	t.next.Deployment.Reached = t.deploymentLook().WaitKey
}

func (t *turn) arriveGated() {
	t.arrive()
	t.next.Step = t.stepAt() - 1
	t.askApproval()
	t.say(t.code, t.text+"; waiting at "+t.deploymentLook().Point.String())
}

func (t *turn) arriveBaking() {
	t.arrive()
	t.next.Step = t.stepAt()
	t.next.clearWaits()
	t.next.BakeEnd = t.now.Add(t.next.Plan.Steps[t.next.Step-1].Bake)
	t.say(t.code, fmt.Sprintf("waiting at %s, baking %s", t.deploymentLook().Point, t.next.Plan.Steps[t.next.Step-1].Bake))
}

// continueOn orders AWS to go past the point it waits at, unless that is another
// one by now. After a promote no later step asks or bakes.
func (t *turn) continueOn() {
	d := t.deploymentLook()
	t.recordDeployment()
	if t.promoteWished() {
		t.next.Step, t.next.Deployment.Hurry = len(t.next.Plan.Steps), true
	}
	t.next.clearWaits()
	t.next.LookAt = t.now
	if d.Status != DeploymentWaiting || (t.old.Phase != Shifting && d.WaitKey != t.old.Deployment.Reached) {
		t.say(t.code, "no longer waiting there; AWS went on")
		return
	}
	o := t.newOrder(Continue, "")
	o.WaitKey = d.WaitKey
	t.next.Pending = []Order{o}
	t.say(t.code, "continuing past "+d.Point.String())
}

func (t *turn) continued() {
	o := t.order()
	t.next.Deployment.WaitKey = o.WaitKey
	t.drop(o.Key)
	t.next.LookAt = t.now
	t.say(t.code, "continued; AWS shifts on")
}

func (r Release) guardedNeeds() Needs {
	switch r.Phase {
	case Preflight:
		return Needs{Alarms: true, Deployment: true, Preflight: true}
	case Shifting, Baking, Gated:
		return Needs{Alarms: true, Deployment: true, Check: r.checkRuns()}
	case RollingBack:
		return Needs{Deployment: true}
	case Queued, Promoting, Promoted, RolledBack, Refused, Superseded:
		return Needs{}
	}
	return Needs{}
}
