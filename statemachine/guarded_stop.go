package statemachine

// guardRefuses: traffic moves without Serin, so what a release with targets
// would wait for stops the deployment at once. What could not be read is read
// again until preflightWait ends.
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
	return len(v.refusals) > 0 || (len(v.waits) > 0 && reached(t.old.PreflightUntil, t.now))
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
	t.failure = t.refusal()
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
	o.Text = t.signed(t.failure.Text)
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
