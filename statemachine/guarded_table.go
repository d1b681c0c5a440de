package statemachine

import "slices"

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
			row{onLook, "not read yet", (*turn).newsOfWaiting, 0, CodePreflightWaiting, (*turn).recordWaiting},
		)...),
		Shifting: append(slices.Clip(forward),
			row{onLook, "waits at a step's point, approval", all((*turn).atStep, (*turn).stepAsks), Gated, CodeApprovalAsked, (*turn).arriveGated},
			row{onLook, "waits at a step's point, check", all((*turn).atStep, (*turn).stepChecks), Gated, CodeCheckOrdered, (*turn).arriveChecked},
			row{onLook, "waits at a step's point, bake", (*turn).atStep, Baking, CodePointReached, (*turn).arriveBaking},
			row{onLook, "waits at a point whose step a person skipped, healthy", all((*turn).atPoint, (*turn).skipped, (*turn).guardPermits), 0, CodeContinued, (*turn).continueOn},
			row{onLook, "waits at a point whose step a person skipped, not healthy", all((*turn).atPoint, (*turn).skipped, (*turn).newsOfBake), 0, CodeBakeWaiting, (*turn).recordWaiting},
			row{onLook, "waits at a point without a step", all((*turn).atPoint, not((*turn).skipped)), 0, CodePointReached, (*turn).leaveToAWS},
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
		Gated: slices.Concat(forward, askedRows(), []row{
			{onLook, "healthy and approved", (*turn).permits, Shifting, CodeContinued, (*turn).continueOn},
			{onLook, "approved, not healthy", (*turn).newsOfBake, 0, CodeBakeWaiting, (*turn).recordWaiting},
			{onCommand, "approve", all(asked(VerbApprove), not((*turn).checking), not((*turn).held), not((*turn).wished)), 0, CodeApproved, (*turn).wishApprove},
			{onCommand, "promote", all(asked(VerbPromote), not((*turn).held)), 0, CodePromoteAsked, (*turn).wishPromote},
			{onCommand, "pause", all(asked(VerbPause), not((*turn).held)), 0, CodePaused, (*turn).pause},
			{onCommand, "resume", all(asked(VerbResume), (*turn).held), 0, CodeResumed, (*turn).resume},
		}),
		RollingBack: {
			{onDone, "stop accepted", done(Stop), 0, CodeStopAccepted, (*turn).stopAccepted},
			{onLook, "deployment succeeded before the stop", deploymentIs(DeploymentSucceeded), Promoted, CodeTooLate, (*turn).deploymentSucceeded},
			{onLook, "stopped and rolled back", (*turn).deploymentOver, RolledBack, CodeRolledBack, (*turn).deploymentFailed},
			{onFailed, "failed", (*turn).mine, 0, CodeStuck, (*turn).fault},
		},
	}
}
