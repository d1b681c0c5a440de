package event_test

// The ids that the samples share.
const (
	execution = "checkout-prod/12345678-1234-4234-a234-12345678abcd"
	gate      = "5b1c0a52-6b7e-4e7e-9d56-1f7a2d0f5a11 of " + execution
	deploy    = "47f821c5-a902-44b2-ae61-b878d31ecd21 of " + execution
)

// The classes of error.
const (
	malformed = "malformed" // handed back, ends in the dead-letter queue
	ignored   = "ignored"   // acknowledged and counted
	refused   = "refused"   // acknowledged, counted and logged
)

// verdicts says what becomes of every sample in testdata/events, one line each: the event with all its fields, or
// the class of the error.
func verdicts() map[string]string {
	return map[string]string{
		"appconfig-deployment-complete.json":            "deployment SUCCESS  of appconfig ba8toh7/pgil2o7",
		"appconfig-deployment-rolledback.json":          "deployment STOP  of appconfig ba8toh7/pgil2o7",
		"appconfig-deployment-start.json":               "deployment START  of appconfig ba8toh7/pgil2o7",
		"cloudformation-stack-status.json":              "deployment UPDATE_ROLLBACK_COMPLETE  of cloudformation checkout",
		"cloudwatch-alarm-alarm.json":                   "checkout-canary-5xx is alarm at 2026-11-20T14:04:40.989Z",
		"cloudwatch-alarm-anomaly.json":                 "checkout latency anomaly is alarm at 2026-11-20T16:00:04.653Z",
		"cloudwatch-alarm-evaluation-failure.json":      "checkout-canary-5xx is no_data at 2026-11-20T14:04:40.989Z",
		"cloudwatch-alarm-initial-ok.json":              "checkout-canary-5xx is ok at 2026-11-20T13:40:12.1Z",
		"cloudwatch-alarm-insufficient-data.json":       "checkout-canary-5xx is no_data at 2026-11-20T14:20:40.989Z",
		"cloudwatch-alarm-manual-set.json":              "checkout-canary-5xx is alarm at 2026-11-20T14:04:40.989Z",
		"cloudwatch-alarm-muted.json":                   "muted checkout-canary-5xx is alarm at 2026-11-20T14:04:40.989Z",
		"cloudwatch-alarm-ok.json":                      "checkout-canary-5xx is ok at 2026-11-20T14:10:40.989Z",
		"cloudwatch-composite-alarm.json":               "checkout-composite is alarm at 2026-11-20T15:57:45.394Z",
		"cloudwatch-composite-ok.json":                  "checkout-composite is ok at 2026-11-20T16:07:45.394Z",
		"cloudwatch-config-create.json":                 "checkout-canary-5xx was changed by create",
		"cloudwatch-config-delete.json":                 "checkout-canary-5xx was changed by delete",
		"cloudwatch-config-update.json":                 "checkout-canary-5xx was changed by update",
		"codebuild-phase-change.json":                   ignored,
		"codebuild-state-failed.json":                   "check codebuild checkout",
		"codebuild-state-in-progress.json":              "check codebuild checkout",
		"codebuild-state-stopped.json":                  "check codebuild checkout",
		"codebuild-state-succeeded.json":                "check codebuild checkout",
		"codedeploy-deployment-failure.json":            "deployment FAILURE d-ABCDEF123 of codedeploy checkout/prod",
		"codedeploy-deployment-ready.json":              "deployment READY d-ABCDEF123 of codedeploy checkout/prod",
		"codedeploy-deployment-start.json":              "deployment START d-ABCDEF123 of codedeploy checkout/prod",
		"codedeploy-deployment-stop.json":               "deployment STOP d-ABCDEF123 of codedeploy checkout/prod",
		"codedeploy-deployment-success.json":            "deployment SUCCESS d-ABCDEF123 of codedeploy checkout/prod",
		"codedeploy-instance-failure.json":              ignored,
		"codedeploy-instance-ready.json":                ignored,
		"codedeploy-instance-start.json":                ignored,
		"codedeploy-instance-success.json":              ignored,
		"codepipeline-action-abandoned.json":            "action ABANDONED Prod/Deploy " + deploy,
		"codepipeline-action-approval-failed.json":      "approval action FAILED Prod/Approve " + gate,
		"codepipeline-action-approval-started.json":     "approval action STARTED Prod/Approve " + gate,
		"codepipeline-action-approval-succeeded.json":   "approval action SUCCEEDED Prod/Approve " + gate,
		"codepipeline-action-canceled.json":             "action CANCELED Prod/Deploy " + deploy,
		"codepipeline-action-custom-started.json":       "action STARTED Prod/CanaryGate " + deploy,
		"codepipeline-action-failed.json":               "action FAILED Prod/Deploy " + deploy,
		"codepipeline-action-started.json":              "action STARTED Prod/Deploy " + deploy,
		"codepipeline-action-succeeded-codedeploy.json": "action SUCCEEDED Prod/Deploy " + deploy,
		"codepipeline-action-succeeded-source.json":     "action SUCCEEDED Source/Source " + deploy,
		"codepipeline-pipeline-canceled.json":           "execution CANCELED " + execution,
		"codepipeline-pipeline-failed.json":             "execution FAILED " + execution,
		"codepipeline-pipeline-resumed.json":            "execution RESUMED " + execution,
		"codepipeline-pipeline-started.json":            "execution STARTED " + execution,
		"codepipeline-pipeline-stopped.json":            "execution STOPPED " + execution,
		"codepipeline-pipeline-stopping.json":           "execution STOPPING " + execution,
		"codepipeline-pipeline-succeeded.json":          "execution SUCCEEDED " + execution,
		"codepipeline-pipeline-superseded.json":         "execution SUPERSEDED " + execution,
		"codepipeline-stage-canceled.json":              "stage CANCELED Prod of " + execution,
		"codepipeline-stage-failed.json":                "stage FAILED Prod of " + execution,
		"codepipeline-stage-resumed.json":               "stage RESUMED Prod of " + execution,
		"codepipeline-stage-started.json":               "stage STARTED Prod of " + execution,
		"codepipeline-stage-stopped.json":               "stage STOPPED Prod of " + execution,
		"codepipeline-stage-stopping.json":              "stage STOPPING Prod of " + execution,
		"codepipeline-stage-succeeded.json":             "stage SUCCEEDED Prod of " + execution,
		"ecs-deployment-completed.json":                 "deployment SUCCESS  of ecs prod/checkout",
		"ecs-deployment-failed.json":                    "deployment FAILURE  of ecs prod/checkout",
		"ecs-deployment-in-progress.json":               "deployment START  of ecs prod/checkout",
		"ecs-hook-awaiting-action.json":                 "deployment READY arn:aws:ecs:us-east-1:111122223333:service-deployment/prod/checkout/NCWGC2ZR-taawPAYrIaU5 of ecs prod/checkout",
		"ecs-hook-failed.json":                          "deployment HOOK_FAILED arn:aws:ecs:us-east-1:111122223333:service-deployment/prod/checkout/NCWGC2ZR-taawPAYrIaU5 of ecs prod/checkout",
		"ecs-hook-in-progress.json":                     "deployment HOOK_IN_PROGRESS arn:aws:ecs:us-east-1:111122223333:service-deployment/prod/checkout/NCWGC2ZR-taawPAYrIaU5 of ecs prod/checkout",
		"ecs-hook-succeeded.json":                       "deployment HOOK_SUCCEEDED arn:aws:ecs:us-east-1:111122223333:service-deployment/prod/checkout/NCWGC2ZR-taawPAYrIaU5 of ecs prod/checkout",
		"ecs-hook-timed-out.json":                       "deployment HOOK_TIMED_OUT arn:aws:ecs:us-east-1:111122223333:service-deployment/prod/checkout/NCWGC2ZR-taawPAYrIaU5 of ecs prod/checkout",
		"ecs-service-action-placement-failure.json":     ignored,
		"ecs-service-action-steady-state.json":          ignored,
		"ecs-service-action-task-start-impaired.json":   ignored,
		"hostile-alarm-not-watched.json":                "someone-elses-alarm is alarm at 2026-11-20T14:04:40.989Z",
		"hostile-custom-source-spoof.json":              refused,
		"hostile-duplicate-delivery-a.json":             "approval action STARTED Prod/Approve " + gate,
		"hostile-duplicate-delivery-b.json":             "approval action STARTED Prod/Approve " + gate,
		"hostile-empty-object.json":                     malformed,
		"hostile-huge.json":                             "approval action STARTED Prod/Approve " + gate,
		"hostile-input-transformed.json":                malformed,
		"hostile-json-array.json":                       malformed,
		"hostile-missing-detail.json":                   malformed,
		"hostile-missing-execution-id.json":             malformed,
		"hostile-non-json.json":                         malformed,
		"hostile-null-detail.json":                      malformed,
		"hostile-sns-wrapped.json":                      malformed,
		"hostile-stale-execution.json":                  "approval action STARTED Prod/Approve 5b1c0a52-6b7e-4e7e-9d56-1f7a2d0f5a11 of checkout-prod/9f1c2d3e-4b5a-4c6d-8e7f-0a1b2c3d4e5f",
		"hostile-string-detail.json":                    malformed,
		"hostile-time-garbage.json":                     malformed,
		"hostile-truncated.json":                        malformed,
		"hostile-unknown-detail-type.json":              ignored,
		"hostile-unknown-source.json":                   ignored,
		"hostile-unknown-state.json":                    "approval action PAUSED Prod/Approve " + gate,
		"hostile-wrong-account.json":                    refused,
		"hostile-wrong-region.json":                     refused,
		"s3-object-created.json":                        ignored,
		"s3-object-deleted.json":                        ignored,
		"scheduler-tick.json":                           "tick",
	}
}
