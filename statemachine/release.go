package statemachine

import "time"

// Schema is the newest form of a stored release that this code understands.
const Schema = 1

// Release is one run of a canary for one new version: everything that is known
// of it, and all that decides what happens next. It is saved whole.
type Release struct {
	Schema int `json:"schema"`
	// ID is a ULID.
	ID     string `json:"id"`
	Canary string `json:"canary"`
	Kind   Kind   `json:"kind"`
	Phase  Phase  `json:"phase"`
	// Rev rises by one with every decision, from 1; the history entry of a
	// decision has it as its seq. Attempts, claims and renewals leave it alone.
	Rev     int64   `json:"rev"`
	Plan    Plan    `json:"plan"`
	Trigger Trigger `json:"trigger"`
	// Version and FromVersion are labels people know. FromVersion is known after
	// preflight.
	Version     string `json:"version"`
	FromVersion string `json:"fromVersion,omitempty"`
	// Step counts Plan.Steps from 1: the step under way or last done. 0: none yet.
	Step       int         `json:"step"`
	Targets    []Target    `json:"targets,omitempty"`
	Deployment *Deployment `json:"deployment,omitempty"`
	// Check is the validation that the release waits for in a check step; nil
	// elsewhere.
	Check  *CheckRun `json:"check,omitempty"`
	Alarms []Alarm   `json:"alarms,omitempty"`
	// Pending are the orders the world still owes. Save first, then act.
	Pending []Order `json:"pending,omitempty"`
	// Gate is the pipeline's approval action; nil when nothing waits there.
	Gate *Gate `json:"gate,omitempty"`
	// Revert says what a revert by a person goes back to; nil otherwise.
	Revert *RevertTo `json:"revertTo,omitempty"`
	// FixForward names alarms that a person overrode at the start.
	FixForward []string `json:"fixForward,omitempty"`

	Held  *Held  `json:"held,omitempty"`
	Stuck *Stuck `json:"stuck,omitempty"`
	// Failure is the first one recorded: from then on only back.
	Failure *Failure `json:"failure,omitempty"`
	// Wish is a person's promote or approve that waits for a healthy look.
	Wish *Wish `json:"wish,omitempty"`
	// Waiting is what preflight or a bake waits for, in words; for people.
	Waiting string `json:"waiting,omitempty"`
	// Corrections counts drifts put right; the second one makes it contended.
	Corrections int `json:"corrections,omitempty"`

	// Lease and CallTimeout are those of the worker that created the release;
	// every process that acts on it uses them and not its own settings.
	Lease       time.Duration `json:"lease"`
	CallTimeout time.Duration `json:"callTimeout"`

	StartedAt time.Time `json:"startedAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	// Zero times below mean "not set".
	PreflightUntil time.Time `json:"preflightUntil,omitzero"`
	FirstShiftAt   time.Time `json:"firstShiftAt,omitzero"`
	BakeEnd        time.Time `json:"bakeEnd,omitzero"`
	// WaitUntil ends an approval's wait.
	WaitUntil time.Time `json:"waitUntil,omitzero"`
	// DeadlineAt moves on by the time that ClockStopped measures.
	DeadlineAt   time.Time `json:"deadlineAt,omitzero"`
	ClockStopped time.Time `json:"clockStopped,omitzero"`
	// LookAt asks for a look as soon as it has come.
	LookAt     time.Time `json:"lookAt,omitzero"`
	SettleAt   time.Time `json:"settleAt,omitzero"`
	FinishedAt time.Time `json:"finishedAt,omitzero"`
	// EffectiveAt is when a rollback has reached every client: FinishedAt and the
	// longest Lag of what was moved. Zero where no target has a lag.
	EffectiveAt time.Time `json:"effectiveAt,omitzero"`
	// SettledAt ends it: running means not settled.
	SettledAt time.Time `json:"settledAt,omitzero"`
	// WakeAt is the earliest of its own times, and the lease while orders run.
	// Zero once settled.
	WakeAt time.Time `json:"wakeAt,omitzero"`
}

// Running reports whether the release still owes anything: it is not settled.
func (r Release) Running() bool { return r.SettledAt.IsZero() }

// Attention is what a person should see first: stuck, held or gated (a person is
// asked, and nobody has answered), the first that holds, and since when; "" when nothing.
func (r Release) Attention() (what string, since time.Time) {
	switch {
	case !r.Running():
		return "", time.Time{}
	case r.Stuck != nil:
		return "stuck", r.Stuck.Since
	case r.Held != nil:
		return "held", r.Held.Since
	case r.Phase == Gated && r.Wish == nil && r.Check == nil:
		return "gated", r.ClockStopped
	}
	return "", time.Time{}
}

// WeightPct is the share on the new version that the release last confirmed.
func (r Release) WeightPct() float64 {
	if r.Deployment != nil {
		if r.Phase == Promoted {
			return 100
		}
		if r.Deployment.WeightPct != nil {
			return *r.Deployment.WeightPct
		}
		return 0
	}
	weight, moved := 0.0, false
	for _, t := range r.Targets {
		if !t.Skip {
			weight, moved = max(weight, t.sharePct()), true
		}
	}
	if !moved && len(r.Targets) > 0 {
		return r.Targets[0].sharePct()
	}
	return weight
}

// sharePct is the new version's part of the split that was last confirmed. Where
// roles swap the old side may stay attached beside it.
func (t Target) sharePct() float64 {
	switch {
	case t.Want == nil:
		return 0
	case t.Want.Stable == t.Canary:
		return 100 - t.Want.WeightPct
	case t.Want.Canary == t.Canary:
		return t.Want.WeightPct
	}
	return 0
}
