package statemachine

import "slices"

func preflightRows() []row {
	return []row{
		{onCommand, "rollback", asked(VerbRollback), Refused, CodeRollbackAsked, (*turn).refuseAsked},
		{onCommand, "pause", all(asked(VerbPause), not((*turn).held)), 0, CodePaused, (*turn).pause},
		{onCommand, "resume", all(asked(VerbResume), (*turn).held), 0, CodeResumed, (*turn).resume},
		{onTime, "held too long", (*turn).holdOver, Refused, CodeHoldTimeout, (*turn).refuseFailure},
		{onAlarm, "ALARM", (*turn).alarmInPreflight, 0, CodeAlarmInPreflight, (*turn).voidLook},
		{onLook, "gate closed", (*turn).gateClosed, Refused, CodeGateRejected, (*turn).refuseFailure},
		{onLook, "a person approved in the console", (*turn).consoleApproved, 0, CodeConsoleApproved, (*turn).recordConsole},
		{onLook, "cannot work, or waited too long", (*turn).preflightRefuses, Refused, CodeInvalid, (*turn).refuseVerdict},
		{onLook, "new version runs already, gate open", all((*turn).nothingToDo, (*turn).gateWaits), Promoting, CodeNothingToDo, (*turn).answerNothingToDo},
		{onLook, "new version runs already, no gate", (*turn).nothingToDo, Promoted, CodeNothingToDo, (*turn).promoteNothing},
		{onLook, "ok, revert", all((*turn).preflightOK, (*turn).planDone), Promoting, CodePromoteStarted, (*turn).beginPromote},
		{onLook, "ok, a person is asked first", all((*turn).preflightOK, (*turn).approvalNext), Gated, CodeApprovalAsked, (*turn).beginGated},
		{onLook, "ok, a check is run first", all((*turn).preflightOK, (*turn).checkNext), Gated, CodeCheckOrdered, (*turn).beginChecked},
		{onLook, "ok", (*turn).preflightOK, Shifting, CodeShiftStarted, (*turn).beginShift},
		{onLook, "not ok yet", (*turn).newsOfWaiting, 0, CodePreflightWaiting, (*turn).recordWaiting},
	}
}

func shiftingRows() []row {
	return append(failureRows(),
		row{onDone, "more targets, not held", all(done(Shift), (*turn).moreToShift, not((*turn).held)), 0, CodeTargetShifted, (*turn).shiftOn},
		row{onDone, "more targets, held", all(done(Shift), (*turn).moreToShift), 0, CodeTargetShifted, (*turn).confirmOnly},
		row{onDone, "all targets show the weight", done(Shift), Baking, CodeBakeStarted, (*turn).startBake},
		row{onFailed, "drift before the first write, nothing written", all((*turn).driftFirst, not((*turn).otherWritten)), Refused, CodeDrift, (*turn).refuseDrift},
		row{onFailed, "drift before the first write of one", (*turn).driftFirst, RollingBack, CodeDrift, (*turn).restoreLeaving},
		row{onFailed, "weight drifted, first time", (*turn).driftCorrectable, 0, CodeDrift, (*turn).overwriteDrift},
		row{onFailed, "drifted again, or to another version", (*turn).drifted, 0, CodeContended, (*turn).contend},
		row{onFailed, "failed", (*turn).mine, 0, CodeStuck, (*turn).fault},
		row{onLook, "a person approved in the console", (*turn).consoleApproved, 0, CodeConsoleApproved, (*turn).recordConsole},
		row{onLook, "nothing pending, weight drifted, first time", all((*turn).idle, (*turn).lookDriftCorrectable), 0, CodeDrift, (*turn).correctDrift},
		row{onLook, "nothing pending, drifted again, or to another version", all((*turn).idle, (*turn).lookDrifted), 0, CodeContended, (*turn).contend},
		row{onLook, "healthy, nothing pending", all((*turn).idle, (*turn).permits, (*turn).moreToShift), 0, CodeShiftStarted, (*turn).shiftOn},
		row{onLook, "healthy, nothing pending, all shown", all((*turn).idle, (*turn).permits), Baking, CodeBakeStarted, (*turn).startBake},
		row{onLook, "nothing pending, not healthy", all((*turn).idle, (*turn).newsOfBake), 0, CodeBakeWaiting, (*turn).recordWaiting},
		row{onCommand, "promote", all(asked(VerbPromote), not((*turn).held)), 0, CodePromoteAsked, (*turn).wishPromote},
		row{onCommand, "pause", all(asked(VerbPause), not((*turn).held)), 0, CodePaused, (*turn).pause},
		row{onCommand, "resume", all(asked(VerbResume), either((*turn).held, (*turn).contended)), 0, CodeResumed, (*turn).resume},
	)
}

func bakingRows() []row {
	return append(failureRows(),
		row{onLook, "a person approved in the console", (*turn).consoleApproved, 0, CodeConsoleApproved, (*turn).recordConsole},
		row{onLook, "weight drifted, first time", all((*turn).lookDriftCorrectable, not((*turn).held)), Shifting, CodeDrift, (*turn).correctDrift},
		row{onLook, "drifted again, or to another version", all((*turn).lookDrifted, not((*turn).held)), 0, CodeContended, (*turn).contend},
		row{onLook, "healthy, promote asked or plan done", all((*turn).permits, either((*turn).promoteWished, (*turn).planDone)), Promoting, CodePromoteStarted, (*turn).startPromote},
		row{onLook, "healthy, bake over, approval next", all((*turn).permits, (*turn).approvalNext), Gated, CodeApprovalAsked, (*turn).askApproval},
		row{onLook, "healthy, bake over, check next", all((*turn).permits, (*turn).checkNext), Gated, CodeCheckOrdered, (*turn).orderCheck},
		row{onLook, "healthy, bake over, weight next", (*turn).permits, Shifting, CodeShiftStarted, (*turn).startStep},
		row{onLook, "bake over, not healthy", (*turn).newsOfBake, 0, CodeBakeWaiting, (*turn).recordWaiting},
		row{onCommand, "promote, contended", all(asked(VerbPromote), not((*turn).held), (*turn).contended), Shifting, CodePromoteAsked, (*turn).wishPromote},
		row{onCommand, "promote", all(asked(VerbPromote), not((*turn).held)), 0, CodePromoteAsked, (*turn).wishPromote},
		row{onCommand, "pause", all(asked(VerbPause), not((*turn).held)), 0, CodePaused, (*turn).pause},
		row{onCommand, "resume, contended", all(asked(VerbResume), (*turn).contended), Shifting, CodeResumed, (*turn).resume},
		row{onCommand, "resume", all(asked(VerbResume), (*turn).held), 0, CodeResumed, (*turn).resume},
	)
}

func gatedRows() []row {
	return slices.Concat([]row{
		{onAny, "failure, nothing written", all(not((*turn).anyWritten), (*turn).failed), Refused, CodeAlarm, (*turn).refuseFailure},
	}, failureRows(), askedRows(), []row{
		{onLook, "a person approved in the console", (*turn).consoleApproved, 0, CodeConsoleApproved, (*turn).recordConsole},
		{onLook, "drift before the first write, nothing written", all((*turn).lookDrifted, not((*turn).anyWritten)), Refused, CodeDrift, (*turn).refuseLookDrift},
		{onLook, "weight drifted, first time", all((*turn).lookDriftCorrectable, not((*turn).held)), Shifting, CodeDrift, (*turn).correctDrift},
		{onLook, "drifted again, or to another version", all((*turn).lookDrifted, not((*turn).held)), 0, CodeContended, (*turn).contend},
		{onLook, "healthy, promote asked, or approved and plan done", all((*turn).permits, either((*turn).promoteWished, (*turn).planDone)), Promoting, CodePromoteStarted, (*turn).startPromote},
		{onLook, "healthy, approved, approval next", all((*turn).permits, (*turn).approvalNext), Gated, CodeApprovalAsked, (*turn).askApproval},
		{onLook, "healthy, approved, check next", all((*turn).permits, (*turn).checkNext), Gated, CodeCheckOrdered, (*turn).orderCheck},
		{onLook, "healthy, approved, weight next", (*turn).permits, Shifting, CodeShiftStarted, (*turn).startStep},
		{onLook, "approved, not healthy", (*turn).newsOfBake, 0, CodeBakeWaiting, (*turn).recordWaiting},
		{onCommand, "approve", all(asked(VerbApprove), not((*turn).checking), not((*turn).held), not((*turn).contended), not((*turn).wished)), 0, CodeApproved, (*turn).wishApprove},
		{onCommand, "promote, contended", all(asked(VerbPromote), not((*turn).held), (*turn).contended), Shifting, CodePromoteAsked, (*turn).wishPromote},
		{onCommand, "promote", all(asked(VerbPromote), not((*turn).held)), 0, CodePromoteAsked, (*turn).wishPromote},
		{onCommand, "pause", all(asked(VerbPause), not((*turn).held)), 0, CodePaused, (*turn).pause},
		{onCommand, "resume, contended", all(asked(VerbResume), (*turn).contended), Shifting, CodeResumed, (*turn).resume},
		{onCommand, "resume", all(asked(VerbResume), (*turn).held), 0, CodeResumed, (*turn).resume},
	})
}

func promotingRows() []row {
	return []row{
		{onDone, "gate says Approved", all(done(Answer), (*turn).answeredApproved), Promoted, CodePromoted, (*turn).finishPromoted},
		{onDone, "gate says Rejected or is gone, traffic moved", all(done(Answer), (*turn).answeredNo, (*turn).anyWritten), RollingBack, CodeGateRejected, (*turn).restoreRejected},
		{onDone, "gate says Rejected or is gone, nothing moved", all(done(Answer), (*turn).answeredNo), Refused, CodeGateRejected, (*turn).refuseRejected},
		{onDone, "gate shows no answer yet", done(Answer), 0, CodeStuck, (*turn).unanswered},
		{onAny, "failure while Approved is pending", all((*turn).answering, (*turn).anyWritten, (*turn).failed), 0, CodeAnswering, (*turn).turnAnswer},
		{onCommand, "rollback while Approved is pending, nothing moved", all((*turn).answering, asked(VerbRollback), (*turn).failed), 0, CodeAnswering, (*turn).turnAnswer},
		{onAny, "failure, nothing written", all(not((*turn).anyWritten), not((*turn).answered), (*turn).failed), Refused, CodeAlarm, (*turn).refuseFailure},
		{onAny, "failure before the last final form", all((*turn).anyWritten, not((*turn).answered), (*turn).failed), RollingBack, CodeAlarm, (*turn).restore},
		{onDone, "more targets, not held", all(done(Promote), (*turn).moreToPromote, not((*turn).held)), 0, CodeTargetPromoted, (*turn).promoteOn},
		{onDone, "held", all(done(Promote), (*turn).held), 0, CodeTargetPromoted, (*turn).confirmOnly},
		{onDone, "all final, gate open", all(done(Promote), (*turn).gateWaits), 0, CodeAnswering, (*turn).answerApproved},
		{onDone, "all final, no gate to answer", done(Promote), Promoted, CodePromoted, (*turn).finishPromoted},
		{onFailed, "drift before the first write, nothing written", all((*turn).driftFirst, not((*turn).otherWritten)), Refused, CodeDrift, (*turn).refuseDrift},
		{onFailed, "drift before the first write of one", (*turn).driftFirst, RollingBack, CodeDrift, (*turn).restoreLeaving},
		{onFailed, "weight drifted, first time", (*turn).driftCorrectable, 0, CodeDrift, (*turn).overwriteDrift},
		{onFailed, "drifted again, or to another version", (*turn).drifted, 0, CodeContended, (*turn).contend},
		{onFailed, "failed", (*turn).mine, 0, CodeStuck, (*turn).fault},
		{onLook, "a person approved in the console", (*turn).consoleApproved, 0, CodeConsoleApproved, (*turn).recordConsole},
		{onLook, "drifted", all((*turn).idle, (*turn).lookDrifted), 0, CodeContended, (*turn).contend},
		{onLook, "healthy, nothing pending", all((*turn).idle, (*turn).permits, (*turn).moreToPromote), 0, CodePromoteStarted, (*turn).promoteOn},
		{onLook, "healthy, all final, gate open", all((*turn).idle, (*turn).permits, (*turn).gateWaits), 0, CodeAnswering, (*turn).answerApproved},
		{onLook, "healthy, all final, no gate to answer", all((*turn).idle, (*turn).permits), Promoted, CodePromoted, (*turn).finishPromoted},
		{onLook, "nothing pending, not healthy", all((*turn).idle, (*turn).newsOfBake), 0, CodeBakeWaiting, (*turn).recordWaiting},
		{onCommand, "pause", all(asked(VerbPause), not((*turn).held), not((*turn).answered)), 0, CodePaused, (*turn).pause},
		{onCommand, "resume", all(asked(VerbResume), either((*turn).held, (*turn).contended)), 0, CodeResumed, (*turn).resume},
		{onCommand, "promote, contended", all(asked(VerbPromote), not((*turn).held), (*turn).contended), 0, CodePromoteAsked, (*turn).wishPromote},
	}
}

func rollingBackRows() []row {
	return []row{
		{onDone, "more targets to restore", all(done(Restore), (*turn).othersPending), 0, CodeTargetRestored, (*turn).confirmOnly},
		{onDone, "all restored, gate open", all(done(Restore), (*turn).gateWaits), 0, CodeTargetRestored, (*turn).answerRejected},
		{onDone, "all restored, a person had approved the gate", all(done(Restore), (*turn).gateApproved), 0, CodeTargetRestored, (*turn).stopExecution},
		{onDone, "all restored, no gate to answer", done(Restore), RolledBack, CodeRolledBack, (*turn).finishRolledBack},
		{onDone, "gate says Approved by a person", all(done(Answer), (*turn).answeredApproved), 0, CodeConsoleApproved, (*turn).stopExecution},
		{onDone, "gate says Rejected or is gone", all(done(Answer), (*turn).answeredNo), RolledBack, CodeRolledBack, (*turn).finishRolledBack},
		{onDone, "gate shows no answer yet", done(Answer), 0, CodeStuck, (*turn).unanswered},
		{onDone, "execution stopped", done(StopExecution), RolledBack, CodeRolledBack, (*turn).finishRolledBack},
		{onFailed, "failed", (*turn).mine, 0, CodeStuck, (*turn).fault},
	}
}

func settleRows() []row {
	return []row{
		{onLook, "a target can't be read for good", (*turn).settleBlocked, 0, CodeStuck, (*turn).stickSettle},
		{onLook, "a late write of this release", (*turn).lateWrite, 0, CodePutRight, (*turn).putRight},
		{onLook, "nothing to do", (*turn).settles, 0, CodeSettled, (*turn).settle},
		{onDone, "more to put right", all((*turn).mine, (*turn).othersPending), 0, CodePutRight, (*turn).confirmOnly},
		{onDone, "put right", (*turn).mine, 0, CodePutRight, (*turn).settleAnew},
		{onFailed, "failed", (*turn).mine, 0, CodeStuck, (*turn).fault},
	}
}

// stageRows stand before settling's: a stage that is rolled back, or not, is
// done before that.
func stageRows() []row {
	return []row{
		{onDone, "stage rolled back", done(RollbackStage), 0, CodeStageRolledBack, (*turn).stageRolledBack},
		{onFailed, "stage can't be rolled back, or is busy for too long", (*turn).stageStays, 0, CodeStageStays, (*turn).leaveStage},
	}
}

// askedRows are those of a step that asks, the same for targets and deployments.
func askedRows() []row {
	return []row{
		{onTime, "approval or check timed out, onTimeout proceed", (*turn).lapsed, 0, CodeApprovalTimeout, (*turn).wishLapsed},
		{onDone, "check started", done(Check), 0, CodeCheckStarted, (*turn).checkStarted},
		{onFailed, "check not started", (*turn).mine, 0, CodeStuck, (*turn).fault},
		{onLook, "check passed", (*turn).checkPassed, 0, CodeCheckPassed, (*turn).recordPass},
	}
}

// closedRows are those of refused and superseded: only the gate is left.
func closedRows() []row {
	return []row{
		{onDone, "gate answered, or gone", all(done(Answer), either((*turn).answeredApproved, (*turn).answeredNo)), 0, CodeGateAnswered, (*turn).settleAnswered},
		{onDone, "gate shows no answer yet", done(Answer), 0, CodeStuck, (*turn).unanswered},
		{onFailed, "failed", (*turn).mine, 0, CodeStuck, (*turn).fault},
	}
}

// failureRows stand first in every phase that moves forward.
func failureRows() []row {
	return []row{
		{onAny, "failure: alarm, rejection, rollback, denial, timeout or deadline", (*turn).failed, RollingBack, CodeAlarm, (*turn).restore},
	}
}
