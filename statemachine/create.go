package statemachine

import "time"

// Spec is what a release is made from.
type Spec struct {
	ID      string
	Kind    Kind
	Plan    Plan
	Trigger Trigger
	// Version is the label people know.
	Version string
	// Canaries are the resolved versions, in plan order; "" where only preflight
	// can tell.
	Canaries []string
	// Deployment is the id of a guarded one.
	Deployment string
	// Gate is the open approval action; nil without one.
	Gate       *Gate
	Revert     *RevertTo
	FixForward []string
	// Refusal, when set, refuses the release at birth: nothing can be resolved.
	Refusal *Problem
	// Lease and CallTimeout are the creating worker's.
	Lease, CallTimeout time.Duration
}

// New makes the release of a spec, not yet admitted: [Admit] decides its phase.
func New(s Spec, now time.Time) Release {
	r := Release{
		Schema: Schema, ID: s.ID, Canary: s.Plan.Canary, Kind: s.Kind, Rev: 1,
		Plan: s.Plan, Trigger: s.Trigger, Version: s.Version,
		Gate: s.Gate, Revert: s.Revert, FixForward: s.FixForward,
		Lease: s.Lease, CallTimeout: s.CallTimeout,
		StartedAt: now, UpdatedAt: now,
	}
	for i, spec := range s.Plan.Targets {
		t := Target{Name: spec.Name}
		if i < len(s.Canaries) {
			t.Canary = s.Canaries[i]
		}
		r.Targets = append(r.Targets, t)
	}
	for _, a := range s.Plan.Alarms {
		r.Alarms = append(r.Alarms, Alarm{Name: a.Name, State: AlarmUnknown})
	}
	if s.Plan.Guarded() {
		r.Deployment = &Deployment{ID: s.Deployment, Status: DeploymentUnknown}
	}
	if s.Refusal != nil {
		r.Failure = &Failure{Code: s.Refusal.Code, Text: s.Refusal.Text, At: now}
	}
	return r
}
