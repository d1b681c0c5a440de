package canaryfile

import "github.com/serinhq/serin/statemachine"

// document is the file. Names, what is required (no omitempty) and descriptions
// are read from here by the decoder and by [Schema].
type document struct {
	Schema           schemaNumber      `json:"schema" jsonschema_description:"The version of this format: 1."`
	Name             canaryName        `json:"name" jsonschema_description:"The canary's name, unique in a table."`
	Trigger          trigger           `json:"trigger" jsonschema_description:"What starts a release."`
	Targets          []target          `json:"targets,omitempty" jsonschema:"minItems=1,maxItems=10" jsonschema_description:"What Serin moves, in this order and in lock-step. None with a deployment as trigger."`
	Steps            []step            `json:"steps,omitempty" jsonschema:"minItems=1,maxItems=100" jsonschema_description:"The rungs, in order."`
	Strategy         strategyName      `json:"strategy,omitempty" jsonschema_description:"One of AWS CodeDeploy's own names, in place of steps."`
	Alarms           []alarm           `json:"alarms,omitempty" jsonschema:"maxItems=100" jsonschema_description:"The CloudWatch alarms that guard a release: names, or mappings."`
	Deadline         duration          `json:"deadline,omitempty" jsonschema_description:"When a release that has not finished rolls back, from the end of preflight, without the time in approvals and holds. Default: twice the bakes plus 1h."`
	PreflightWait    duration          `json:"preflightWait,omitempty" jsonschema_description:"How long preflight waits for every alarm to be ok. Default 15m."`
	HoldTimeout      duration          `json:"holdTimeout,omitempty" jsonschema_description:"When a paused release rolls back. Default 24h."`
	PipelineRollback *pipelineRollback `json:"pipelineRollback,omitempty" jsonschema_description:"After a rollback, once traffic is back and the gate answered: roll a stage of the pipeline back to its last good execution (CodePipeline RollbackStage). Only with a pipeline as trigger."`
	Adopt            bool              `json:"adopt,omitempty" jsonschema_description:"Begin on a target that already shows two versions; rolling back then means all traffic on the stable one. Default false."`
}

// step is one rung.
type step struct {
	Weight    weight                 `json:"weight,omitempty" jsonschema_description:"The canary's share of the traffic, in percent."`
	Bake      duration               `json:"bake,omitempty" jsonschema_description:"How long the weight, or the point, must stay healthy."`
	Approval  *approval              `json:"approval,omitempty" jsonschema_description:"Wait for a person (serin approve)."`
	CodeBuild *codebuildCheck        `json:"codebuild,omitempty" jsonschema_description:"Wait for a build: succeeded goes on, anything else rolls back."`
	Lambda    *lambdaCheck           `json:"lambda,omitempty" jsonschema_description:"Ask a function, which answers pass, fail or wait."`
	Timeout   duration               `json:"timeout,omitempty" jsonschema_description:"How long a build or a function may take, beside codebuild or lambda. Default 24h. Its time does not count towards the deadline."`
	OnTimeout statemachine.OnTimeout `json:"onTimeout,omitempty" jsonschema_description:"What the end of that time means. Default rollback."`
	At        statemachine.Point     `json:"at,omitempty" jsonschema_description:"Guarded deployments only: where the deployment waits. ready (CodeDeploy): the new side is up, test traffic only. shifted: all traffic is on it, the old side still there. ECS also waits at reconcile_service, pre_scale_up, post_scale_up, post_test_traffic_shift and, before every traffic step, at shift: steps at shift take the traffic steps in turn, the last one all that are left."`
}

// pipelineRollback says what becomes of the pipeline after a rollback.
type pipelineRollback struct {
	Stage pipelineWord `json:"stage" jsonschema_description:"The stage that goes back: the gate's own, or one before it."`
}

// approval is a step that waits for a person.
type approval struct {
	Timeout   duration               `json:"timeout,omitempty" jsonschema_description:"How long to wait. Default 24h."`
	OnTimeout statemachine.OnTimeout `json:"onTimeout,omitempty" jsonschema_description:"What the end of the wait means. Default rollback."`
}

// alarmBlock is an alarm that is more than a name.
type alarmBlock struct {
	Name        alarmName             `json:"name" jsonschema_description:"The alarm's name."`
	OnNoData    statemachine.OnNoData `json:"onNoData,omitempty" jsonschema_description:"What lack of data means. refuse: preflight refuses, a bake rolls back. hold: wait. proceed: counts as ok. Default hold."`
	RequireData bool                  `json:"requireData,omitempty" jsonschema_description:"Refuse an alarm that is OK but whose metrics had no datapoint lately. Default false: a warning."`
	HonorMute   bool                  `json:"honorMute,omitempty" jsonschema_description:"Let a mute rule count. Default false: a muted ALARM is an ALARM."`
}

// pipelineBlock names a manual-approval action.
type pipelineBlock struct {
	Name      pipelineWord                 `json:"name" jsonschema_description:"The pipeline."`
	Stage     pipelineWord                 `json:"stage" jsonschema_description:"The stage the action stands in."`
	Action    pipelineWord                 `json:"action" jsonschema_description:"The manual-approval action. Serin answers it at the release's end."`
	OnConsole statemachine.ConsoleApproval `json:"onConsoleApproval,omitempty" jsonschema_description:"What a person's Approved in the console means while steps remain. continue: the plan goes on. promote: the rest at once, after a healthy look. Default continue."`
}

// canaryName is a part of keys, metrics and commands.
type canaryName string

func (canaryName) rule() rule {
	return rule{
		pattern: `^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`,
		expects: "1 to 64 letters, digits, dots, underscores or hyphens, beginning with a letter or digit",
	}
}

// pipelineWord is a name of CodePipeline (API PipelineName, StageName, ActionName).
type pipelineWord string

func (pipelineWord) rule() rule {
	return rule{pattern: `^[A-Za-z0-9.@_-]{1,100}$`, expects: "1 to 100 letters, digits or . @ - _, as CodePipeline has it"}
}

// alarmName is a name of CloudWatch (API AlarmName).
type alarmName string

func (alarmName) rule() rule {
	return rule{pattern: `^[^\x00-\x1f\x7f]{1,255}$`, expects: "1 to 255 characters on one line"}
}
