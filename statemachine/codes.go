package statemachine

// Code names a reason, a problem or a stuck order: stable words for logs,
// metrics, the table and the operator's guide.
type Code string

// What decisions say.
const (
	CodeCreated          Code = "created"           // the release begins
	CodeQueued           Code = "queued"            // another release of the canary runs
	CodeSuperseded       Code = "superseded"        // a newer trigger came first
	CodeBegun            Code = "begun"             // the slot became free
	CodePreflightWaiting Code = "preflight_waiting" // something is not ok yet
	CodeAlarmInPreflight Code = "alarm_in_preflight"
	CodeNothingToDo      Code = "nothing_to_do"
	CodeShiftStarted     Code = "shift_started"
	CodeTargetShifted    Code = "target_shifted"
	CodeBakeStarted      Code = "bake_started"
	CodeBakeWaiting      Code = "bake_waiting" // the bake is over but a look is not healthy
	CodeApprovalAsked    Code = "approval_asked"
	CodeApproved         Code = "approved"
	CodeApprovalTimeout  Code = "approval_timeout"
	CodePromoteAsked     Code = "promote_asked"
	CodePromoteStarted   Code = "promote_started"
	CodeTargetPromoted   Code = "target_promoted"
	CodeAnswering        Code = "answering"
	CodePromoted         Code = "promoted"
	CodeTooLate          Code = "too_late" // promoted although a failure was recorded
	CodeTargetRestored   Code = "target_restored"
	CodeRolledBack       Code = "rolled_back"
	CodeGateAnswered     Code = "gate_answered"
	CodeConsoleApproved  Code = "console_approved"
	CodeExecutionStopped Code = "execution_stopped"
	CodeSettled          Code = "settled"
	CodePutRight         Code = "put_right"
	CodeForeign          Code = "foreign_split"
	CodeDrift            Code = "drift"
	CodeContended        Code = "contended"
	CodeStuck            Code = "stuck"
	CodePaused           Code = "paused"
	CodeResumed          Code = "resumed"
	CodeContinued        Code = "continued"
	CodeStopAccepted     Code = "stop_accepted"
	CodePointReached     Code = "point_reached"
	CodeCheckOrdered     Code = "check_ordered"
	CodeCheckStarted     Code = "check_started"
	CodeCheckPassed      Code = "check_passed"
	CodeStageRolledBack  Code = "stage_rolled_back"
	CodeStageStays       Code = "stage_stays" // the pipeline's stage can't be rolled back
)

// Why a release is refused or goes back.
const (
	CodeAlarm             Code = "alarm"
	CodeNoData            Code = "no_data"
	CodeBlind             Code = "blind"
	CodeAlarmMissing      Code = "alarm_missing"
	CodeAlarmUnreadable   Code = "alarm_unreadable"
	CodeRollbackAsked     Code = "rollback_asked"
	CodeRejected          Code = "rejected"
	CodeCheckFailed       Code = "check_failed"
	CodeCheckTimeout      Code = "check_timeout"
	CodeGateRejected      Code = "gate_rejected"
	CodeGateGone          Code = "gate_gone"
	CodeGateUnreadable    Code = "gate_unreadable"
	CodeDenied            Code = "denied"
	CodeGone              Code = "gone"
	CodeInvalid           Code = "invalid"
	CodeDeadline          Code = "deadline"
	CodeHoldTimeout       Code = "hold_timeout"
	CodeCanaryTooSmall    Code = "canary_too_small"
	CodeMovedByOther      Code = "moved_by_other"
	CodeVersionsMixed     Code = "versions_mixed"
	CodeVersionUnfit      Code = "version_unfit"
	CodeTargetBusy        Code = "target_busy"
	CodeTargetUnreadable  Code = "target_unreadable"
	CodeTargetRolling     Code = "target_rolling" // AWS still carries out an earlier change
	CodeTargetOwned       Code = "target_owned"   // an ingress controller or another tool writes it
	CodeIdleOverwritten   Code = "idle_overwritten"
	CodeRevertStale       Code = "revert_stale"
	CodeDeployOutside     Code = "deploy_outside_gate_stage"
	CodeUnresolved        Code = "unresolved_variable"
	CodeStepsUnfit        Code = "steps_unfit"
	CodeDeploymentFailed  Code = "deployment_failed"
	CodeStoppedByAWSAlarm Code = "stopped_by_codedeploy_alarm"
	CodeStoppedElsewhere  Code = "stopped_elsewhere"
)

// Why an input changes nothing.
const (
	CodeNotConcerned Code = "not_concerned"
	CodeOldEvent     Code = "old_event"
	CodeStaleLook    Code = "stale_look"
	CodeStaleRev     Code = "stale_rev"
	CodeWrongPhase   Code = "wrong_phase"
	CodeUnknownOrder Code = "unknown_order"
	CodeNotDue       Code = "not_due"
	CodeRetry        Code = "retry"
	CodeWaiting      Code = "waiting"
)
