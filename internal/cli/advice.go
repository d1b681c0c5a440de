package cli

import "github.com/serinhq/serin/statemachine"

// advice is what a person can do about a release that was refused or went back;
// "" where the text says it all. A stuck order carries its own.
func advice(code statemachine.Code) string {
	return map[statemachine.Code]string{
		statemachine.CodeAlarm:             "look at what the alarm watches; to release the fix for it, serin start --fix-forward ALARM",
		statemachine.CodeNoData:            "see why the alarm has no data; onNoData: proceed lets it count as ok",
		statemachine.CodeBlind:             "see why its metrics have no datapoints, or take requireData from the alarm in the file",
		statemachine.CodeAlarmMissing:      "create the alarm in this account and region, or correct its name in the file",
		statemachine.CodeAlarmUnreadable:   "allow cloudwatch:DescribeAlarms to the worker's role",
		statemachine.CodeGateGone:          "the execution was stopped or superseded, or the action was renamed; run the pipeline again",
		statemachine.CodeDenied:            "allow the call that the text names to the worker's role, then run the pipeline again",
		statemachine.CodeGone:              "bring back what the text names, or correct its name in the file",
		statemachine.CodeInvalid:           "correct what the text names, in the file or on AWS",
		statemachine.CodeDeadline:          "see in the history what it waited for; the file's deadline bounds it",
		statemachine.CodeHoldTimeout:       "nobody resumed it in time; the file's holdTimeout bounds it",
		statemachine.CodeApprovalTimeout:   "nobody approved it in time; the approval's timeout bounds it",
		statemachine.CodeCheckFailed:       "look at the build, or at what the function says",
		statemachine.CodeCheckTimeout:      "see where the check hangs; its timeout in the file bounds it",
		statemachine.CodeTargetRolling:     "wait until AWS has carried out the target's last change, then run the pipeline again",
		statemachine.CodeCanaryTooSmall:    "give the canary group more healthy targets, or lower capacity in the file",
		statemachine.CodeMovedByOther:      "find out who moved the target before the gate: only Serin should",
		statemachine.CodeDrift:             "find out who else changes the target",
		statemachine.CodeVersionsMixed:     "put all traffic on one version, or let the file adopt what it finds (adopt: true)",
		statemachine.CodeVersionUnfit:      "make the two versions fit to be weighted together, as the text says",
		statemachine.CodeTargetBusy:        "wait for the other canary's release; serin get releases --running shows it",
		statemachine.CodeTargetUnreadable:  "allow the worker's role to read the target",
		statemachine.CodeTargetOwned:       "take the rule from whoever else writes it, or do not release through it",
		statemachine.CodeIdleOverwritten:   "the old side was deployed over; release the old version anew",
		statemachine.CodeRevertStale:       "release the old version anew: serin start --version",
		statemachine.CodeDeployOutside:     "move the deploying action into the gate's own stage, before the gate",
		statemachine.CodeUnresolved:        "let the action export the variable that the file names, or correct the name",
		statemachine.CodeStepsUnfit:        "change the steps in the file, or what they need on AWS, as the text says",
		statemachine.CodeDeploymentFailed:  "see the deployment's own events in CodeDeploy",
		statemachine.CodeStoppedByAWSAlarm: "look at the alarm of the deployment group; AWS stopped the deployment itself",
	}[code]
}
