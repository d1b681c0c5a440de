package statemachine

import (
	"encoding/json"
	"time"
)

// Plan is a canary's recipe as a release carries it: what apply stores, and
// what never changes under a running release.
type Plan struct {
	// Canary is the canary's name: unique in a table.
	Canary string `json:"canary"`
	// Definition is the number of the definition this plan is, from 1.
	Definition int         `json:"definition"`
	Trigger    TriggerSpec `json:"trigger"`
	// Targets are 1–10 and moved in this order; none when Deployment is set.
	Targets []TargetSpec `json:"targets,omitempty"`
	// Deployment is what AWS itself shifts and Serin guards; nil with targets.
	Deployment *DeploymentSpec `json:"deployment,omitempty"`
	// Steps in order. A plan with targets has at least one weight.
	Steps  []Step      `json:"steps,omitempty"`
	Alarms []AlarmSpec `json:"alarms,omitempty"`
	// Deadline counts from the end of preflight, without the time in approvals
	// and held. Default 2 × the bakes + 1 h, filled in at load; never zero.
	Deadline time.Duration `json:"deadline"`
	// PreflightWait is how long preflight waits for ok. Default 15m.
	PreflightWait time.Duration `json:"preflightWait"`
	// HoldTimeout ends a hold by rolling back. Default 24h.
	HoldTimeout time.Duration `json:"holdTimeout"`
	// Adopt lets a release begin on a target that shows two versions; its
	// restore point is then all traffic on the stable one.
	Adopt bool `json:"adopt,omitempty"`
	// PipelineRollback is what to do with the pipeline after a rollback; nil:
	// nothing. Only with a pipeline as trigger.
	PipelineRollback *PipelineRollback `json:"pipelineRollback,omitempty"`
}

// PipelineRollback asks for CodePipeline's RollbackStage once a rollback is
// confirmed and the gate answered.
type PipelineRollback struct {
	// Stage is the stage of the trigger's pipeline that goes back to its last good
	// execution.
	Stage string `json:"stage"`
}

// TriggerSpec says what starts a release of a canary. Pipeline, Stage and
// Action are set for TriggerPipeline only; a deployment trigger's names stand
// in [Plan.Deployment].
type TriggerSpec struct {
	Kind      TriggerKind     `json:"kind"`
	Pipeline  string          `json:"pipeline,omitempty"`
	Stage     string          `json:"stage,omitempty"`
	Action    string          `json:"action,omitempty"`
	OnConsole ConsoleApproval `json:"onConsoleApproval,omitempty"` // zero unless Kind is TriggerPipeline
}

// TargetSpec is one target as the file names it.
type TargetSpec struct {
	// Kind is the key in the file: "lambda", "alb".
	Kind string `json:"kind"`
	// ID is unique among targets of the kind, and names the target's slot.
	ID string `json:"id"`
	// Name is what people call it: "checkout:live". Unique within a plan.
	Name string `json:"name"`
	// Version is what the file asks for: a version, an ARN, "latest" or
	// "#{Namespace.Variable}".
	Version string `json:"version"`
	// Config is the adapter's own part of the file, as JSON. The core does not
	// read it.
	Config json.RawMessage `json:"config,omitempty"`
	Traits Traits          `json:"traits"`
}

// Traits are what the core must know of a kind of target to decide for it.
type Traits struct {
	// Fenced: the API offers compare-and-swap, so a stale write fails.
	Fenced bool `json:"fenced,omitempty"`
	// CeilingPct is the highest weight below 100 it can show. 0: none.
	CeilingPct float64 `json:"ceilingPct,omitempty"`
	// NoUndo: its promote can't be taken back; it must be last in the file.
	NoUndo bool `json:"noUndo,omitempty"`
	// SwapsRoles: the pipeline overwrites the idle side, so a label says nothing
	// about what an old side still holds.
	SwapsRoles bool `json:"swapsRoles,omitempty"`
	// Labelled: the file's version is a label of what the pipeline puts there (an
	// API's definition, a staging distribution), so only preflight can name the
	// canary, and the deploying action must stand in the gate's own stage.
	Labelled bool `json:"labelled,omitempty"`
	// FinalAt100: it can't show 100 beside the old version; a step at 100 shows the
	// new version alone, as after a promote.
	FinalAt100 bool `json:"finalAt100,omitempty"`
	// Unshown: a way back gives back more than a split shows (a task set's scale),
	// so what shows does not tell that it is done.
	Unshown bool `json:"unshown,omitempty"`
}

// DeploymentSpec names what a guarded canary watches.
type DeploymentSpec struct {
	// Kind is the key in the file: "codedeploy".
	Kind string `json:"kind"`
	// Key names it within the kind: "orders/prod" (application/group).
	Key string `json:"key"`
	// Config is the adapter's own part of the file, as JSON.
	Config json.RawMessage `json:"config,omitempty"`
}

// Step is one rung. With targets: a weight and a bake, an approval, or a check.
// Guarded: a point, with an approval, a check or a bake.
type Step struct {
	// WeightPct is the canary's share, above 0 and at most 100. 0: no move.
	WeightPct float64 `json:"weight,omitempty"`
	// Bake is how long the weight, or the point, must stay healthy.
	Bake time.Duration `json:"bake,omitempty"`
	// Approval, when set, waits for a person.
	Approval *Approval `json:"approval,omitempty"`
	// Check, when set, waits for a validation that runs elsewhere.
	Check *CheckSpec `json:"check,omitempty"`
	// At is the point a guarded step waits for. Zero with targets. PointShift comes
	// once for every traffic step: steps at it take the waits in turn, and the last
	// of them takes all that are left.
	At Point `json:"at,omitempty"`
}

// Lasts is the longest that the step may wait where it stands.
func (s Step) Lasts() time.Duration {
	lasts := s.Bake
	if s.Approval != nil {
		lasts += s.Approval.Timeout
	}
	if s.Check != nil {
		lasts += s.Check.Timeout
	}
	return lasts
}

// Approval is a step that waits for a person.
type Approval struct {
	// Timeout is how long. Default 24h.
	Timeout   time.Duration `json:"timeout"`
	OnTimeout OnTimeout     `json:"onTimeout"`
}

// CheckSpec is a step that waits for a validation that runs elsewhere: pass goes
// on after a healthy look, fail rolls back. Its time does not count towards the
// deadline; alarms roll back during it.
type CheckSpec struct {
	// Kind is the key in the file: "codebuild", "lambda".
	Kind string `json:"kind"`
	// Name is what people call it within the kind: the project, the function. Events
	// that say something of it are routed by both.
	Name string `json:"name"`
	// Config is the adapter's own part of the file, as JSON. The core does not read
	// it.
	Config json.RawMessage `json:"config,omitempty"`
	// Timeout is how long it may take. OnTimeout is what its end means, as an
	// approval's.
	Timeout   time.Duration `json:"timeout"`
	OnTimeout OnTimeout     `json:"onTimeout"`
}

// AlarmSpec is an alarm that guards a release.
type AlarmSpec struct {
	Name     string   `json:"name"`
	OnNoData OnNoData `json:"onNoData"`
	// RequireData turns a blind alarm from a warning into lack of data.
	RequireData bool `json:"requireData,omitempty"`
	// HonorMute lets a mute rule count; by default a muted ALARM is an ALARM.
	HonorMute bool `json:"honorMute,omitempty"`
}

// Guarded reports whether AWS itself shifts and Serin only guards.
func (p Plan) Guarded() bool { return p.Deployment != nil }
