package statemachine

import (
	"fmt"
	"slices"
)

// newGuardedTable is the protocol for releases that AWS itself shifts: Serin
// waits at its points, continues it, or stops it with rollback. There is no
// gate, nothing to settle, and preflight never waits: traffic moves without it.
func newGuardedTable() table {
	ended := []row{
		{onLook, "deployment succeeded", deploymentIs(DeploymentSucceeded), Promoted, CodePromoted, (*turn).deploymentSucceeded},
		{onLook, "deployment failed, or stopped and rolled back", (*turn).deploymentOver, RolledBack, CodeDeploymentFailed, (*turn).deploymentFailed},
		{onLook, "AWS or somebody stops it", deploymentIs(DeploymentStopping), RollingBack, CodeStoppedElsewhere, (*turn).followStop},
	}
	forward := append([]row{
		{onAny, "failure: alarm, rollback, rejection, timeout or deadline", (*turn).failed, RollingBack, CodeAlarm, (*turn).stop},
	}, ended...)
	return table{
		Queued: {
			{onCommand, "rollback", asked(VerbRollback), RollingBack, CodeRollbackAsked, (*turn).stopAsked},
		},
		Preflight: append([]row{
			{onCommand, "rollback", asked(VerbRollback), RollingBack, CodeRollbackAsked, (*turn).stopAsked},
			{onAlarm, "ALARM", (*turn).alarmInPreflight, 0, CodeAlarmInPreflight, (*turn).voidLook},
		}, append(ended,
			row{onLook, "cannot work, in ALARM, or no data", (*turn).guardRefuses, RollingBack, CodeInvalid, (*turn).stopVerdict},
			row{onLook, "ok", (*turn).preflightOK, Shifting, CodeShiftStarted, (*turn).beginGuard},
		)...),
		Shifting: append(slices.Clip(forward),
			row{onLook, "waits at a step's point, approval", all((*turn).atStep, (*turn).stepAsks), Gated, CodeApprovalAsked, (*turn).arriveGated},
			row{onLook, "waits at a step's point, bake", (*turn).atStep, Baking, CodePointReached, (*turn).arriveBaking},
			row{onLook, "waits at a point without a step, healthy", all((*turn).atPoint, (*turn).guardPermits), 0, CodeContinued, (*turn).continueOn},
			row{onDone, "continued", done(Continue), 0, CodeContinued, (*turn).continued},
			row{onFailed, "failed", (*turn).mine, 0, CodeStuck, (*turn).fault},
			row{onCommand, "pause", all(asked(VerbPause), not((*turn).held)), 0, CodePaused, (*turn).pause},
			row{onCommand, "resume", all(asked(VerbResume), (*turn).held), 0, CodeResumed, (*turn).resume},
		),
		Baking: append(slices.Clip(forward),
			row{onLook, "healthy, bake over or promote asked", (*turn).permits, Shifting, CodeContinued, (*turn).continueOn},
			row{onLook, "bake over, not healthy", (*turn).newsOfBake, 0, CodeBakeWaiting, (*turn).recordWaiting},
			row{onCommand, "promote", all(asked(VerbPromote), not((*turn).held)), 0, CodePromoteAsked, (*turn).wishPromote},
			row{onCommand, "pause", all(asked(VerbPause), not((*turn).held)), 0, CodePaused, (*turn).pause},
			row{onCommand, "resume", all(asked(VerbResume), (*turn).held), 0, CodeResumed, (*turn).resume},
		),
		Gated: append(slices.Clip(forward),
			row{onTime, "approval timed out, onTimeout proceed", (*turn).approvalLapsed, 0, CodeApprovalTimeout, (*turn).wishLapsed},
			row{onLook, "healthy and approved", (*turn).permits, Shifting, CodeContinued, (*turn).continueOn},
			row{onLook, "approved, not healthy", (*turn).newsOfBake, 0, CodeBakeWaiting, (*turn).recordWaiting},
			row{onCommand, "approve", all(asked(VerbApprove), not((*turn).held), not((*turn).wished)), 0, CodeApproved, (*turn).wishApprove},
			row{onCommand, "promote", all(asked(VerbPromote), not((*turn).held)), 0, CodePromoteAsked, (*turn).wishPromote},
			row{onCommand, "pause", all(asked(VerbPause), not((*turn).held)), 0, CodePaused, (*turn).pause},
			row{onCommand, "resume", all(asked(VerbResume), (*turn).held), 0, CodeResumed, (*turn).resume},
		),
		RollingBack: {
			{onDone, "stop accepted", done(Stop), 0, CodeStopAccepted, (*turn).stopAccepted},
			{onLook, "deployment succeeded before the stop", deploymentIs(DeploymentSucceeded), Promoted, CodeTooLate, (*turn).deploymentSucceeded},
			{onLook, "stopped and rolled back", (*turn).deploymentOver, RolledBack, CodeRolledBack, (*turn).deploymentFailed},
			{onFailed, "failed", (*turn).mine, 0, CodeStuck, (*turn).fault},
		},
	}
}

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
		if a := alarmLook(l, t.next.Alarms[i].Name); a != nil {
			t.next.Alarms[i].Baseline = a.Transition
		}
	}
	t.say(t.code, "guarding "+t.old.Plan.Deployment.Kind+" "+t.old.Deployment.ID+t.warnings(l))
}

// guardRefuses: traffic moves without Serin, so what a release with targets
// would wait for stops the deployment at once. What could not be read is read
// again.
func (t *turn) guardRefuses() bool {
	v := t.judge()
	if v == nil {
		return false
	}
	if d := t.deploymentLook(); d != nil {
		v.add(d.Problems...)
	}
	kept := v.waits[:0]
	for _, w := range v.waits {
		if w.Code == CodeAlarm {
			v.refusals = append(v.refusals, w)
		} else {
			kept = append(kept, w)
		}
	}
	v.waits = kept
	if d := t.deploymentLook(); d == nil || d.Status == DeploymentUnknown {
		v.waits = append(v.waits, Problem{Code: CodeTargetUnreadable, Text: "the deployment could not be read", Wait: true})
	} else {
		v.waits = unreadOnly(v.waits)
	}
	return len(v.refusals) > 0
}

// unreadOnly drops waits for data: a guarded release never waits for those.
func unreadOnly(waits []Problem) []Problem {
	var kept []Problem
	for _, w := range waits {
		if w.Code != CodeNoData {
			kept = append(kept, w)
		}
	}
	return kept
}

func (t *turn) stopVerdict() {
	t.failure = t.fail(t.verdict.refusals[0].Code, texts(t.verdict.refusals))
	t.stop()
}

func (t *turn) stopAsked() {
	t.failure = t.commandFailure(t.command())
	t.stop()
}

// stop orders the stop with rollback.
func (t *turn) stop() {
	t.recordDeployment()
	t.next.Failure = t.failure
	t.next.clearWaits()
	t.next.Held, t.next.Stuck = nil, nil
	o := t.newOrder(Stop, "")
	o.Text = fmt.Sprintf("serin %s: %s", t.old.ID, t.failure.Text)
	t.next.Pending = []Order{o}
	t.say(t.failure.Code, t.failure.Text)
}

// stopAccepted: accepted is not done; looks say when.
func (t *turn) stopAccepted() {
	o := t.order()
	t.drop(o.Key)
	t.next.LookAt = t.now
	t.say(t.code, "the stop was accepted; following the rollback")
}

// followStop: not our stop, but the way is the same.
func (t *turn) followStop() {
	t.recordDeployment()
	d := t.deploymentLook()
	code := CodeStoppedElsewhere
	if d.ByAlarm {
		code = CodeStoppedByAWSAlarm
	}
	t.next.Failure = t.fail(code, "the deployment is being stopped, not by this release"+textAfter(d.Text))
	t.next.clearWaits()
	t.next.Held, t.next.Stuck, t.next.Pending = nil, nil, nil
	t.say(code, t.next.Failure.Text)
}

func (t *turn) deploymentSucceeded() {
	t.recordDeployment()
	t.finish()
	if t.next.Failure != nil {
		t.say(CodeTooLate, "the deployment had succeeded before the stop arrived: "+t.next.Failure.Text)
		return
	}
	t.say(CodePromoted, t.old.Plan.Deployment.Kind+" "+t.old.Deployment.ID+" succeeded")
}

func (t *turn) deploymentFailed() {
	t.recordDeployment()
	d := t.deploymentLook()
	if t.next.Failure == nil {
		code := CodeDeploymentFailed
		if d.ByAlarm {
			code = CodeStoppedByAWSAlarm
		}
		t.next.Failure = t.fail(code, "the deployment ended without success"+textAfter(d.Text))
	}
	t.finish()
	t.say(t.next.Failure.Code, t.next.Failure.Text)
	if t.old.Phase == RollingBack {
		t.say(CodeRolledBack, "the deployment was rolled back: "+t.next.Failure.Text)
	}
}

// atPoint: it waits somewhere it was not yet continued from.
func (t *turn) atPoint() bool {
	d := t.deploymentLook()
	return d != nil && d.Status == DeploymentWaiting && len(t.old.Pending) == 0 &&
		!t.held() && d.WaitKey != t.old.Deployment.WaitKey
}

// atStep: a step not done yet names the point.
func (t *turn) atStep() bool { return t.atPoint() && t.stepAt() > 0 }

func (t *turn) stepAt() int {
	d := t.deploymentLook()
	for i := t.old.Step; i < len(t.old.Plan.Steps); i++ {
		if t.old.Plan.Steps[i].At == d.Point {
			return i + 1
		}
	}
	return 0
}

func (t *turn) stepAsks() bool { return t.old.Plan.Steps[t.stepAt()-1].Approval != nil }

// guardPermits: a look of this rev that is healthy. There is no bake to wait for.
func (t *turn) guardPermits() bool {
	l, ok := t.current()
	return ok && !t.held() && t.unhealthy(l) == ""
}

func (t *turn) arriveGated() {
	t.recordDeployment()
	t.next.Step = t.stepAt() - 1
	t.askApproval()
	t.say(t.code, t.text+"; waiting at "+t.deploymentLook().Point.String())
}

func (t *turn) arriveBaking() {
	t.recordDeployment()
	t.next.Step = t.stepAt()
	t.next.clearWaits()
	t.next.BakeEnd = t.now.Add(t.next.Plan.Steps[t.next.Step-1].Bake)
	t.say(t.code, fmt.Sprintf("waiting at %s, baking %s", t.deploymentLook().Point, t.next.Plan.Steps[t.next.Step-1].Bake))
}

// continueOn orders AWS to go past the point it waits at.
func (t *turn) continueOn() {
	d := t.deploymentLook()
	t.recordDeployment()
	t.next.clearWaits()
	o := t.newOrder(Continue, "")
	o.WaitKey = d.WaitKey
	if d.Status == DeploymentWaiting {
		t.next.Pending = []Order{o}
		t.say(t.code, "continuing past "+d.Point.String())
		return
	}
	t.say(t.code, "no longer waiting; AWS goes on")
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
		return Needs{Alarms: true, Deployment: true}
	case RollingBack:
		return Needs{Deployment: true}
	case Queued, Promoting, Promoted, RolledBack, Refused, Superseded:
		return Needs{}
	}
	return Needs{}
}
