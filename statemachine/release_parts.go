package statemachine

import "time"

// Target is a target as this release sees it. Its index is that of its spec in
// Plan.Targets.
type Target struct {
	// Name is the spec's.
	Name string `json:"name"`
	// Canary is the version that this release gives it, in the target's words.
	// Known at creation or, where roles swap, after preflight.
	Canary string `json:"canary,omitempty"`
	// Restore is the restore point: what it showed before the first write. Nil
	// until preflight ends with something to move.
	Restore *Split `json:"restore,omitempty"`
	// Adopted is what it showed at preflight, when that was two versions; nil
	// otherwise. Until the first order is confirmed it is what it should show.
	Adopted *Split `json:"adopted,omitempty"`
	// Want is the split of the last order that was confirmed, or the restore
	// point before any.
	Want *Split `json:"want,omitempty"`
	// Seen is what was last read, at SeenAt.
	Seen   *Split    `json:"seen,omitempty"`
	SeenAt time.Time `json:"seenAt,omitzero"`
	// Written: an order of this release was confirmed on it, or tried and may
	// have landed.
	Written bool `json:"written,omitempty"`
	// Skip: it shows the new version already and has nothing to do.
	Skip bool `json:"skip,omitempty"`
	// Foreign: someone else changed it and Serin leaves it.
	Foreign bool `json:"foreign,omitempty"`
	// Lag is how long clients may go on showing what was there before a write, as
	// the target said at preflight. It is added to every bake and to the time a
	// rollback is effective at.
	Lag time.Duration `json:"lag,omitempty"`
	// QuietUntil: without a fence no forward order before.
	QuietUntil time.Time `json:"quietUntil,omitzero"`
}

// Trigger is what started a release.
type Trigger struct {
	Kind TriggerKind `json:"kind"`
	// Source and Key make it unique: "pipeline#checkout-prod/<execution>" and the
	// action execution; "codedeploy#orders/prod" and the deployment;
	// "manual#<canary>" and the command.
	Source string `json:"source"`
	Key    string `json:"key"`
	// At is the trigger's own time and At2 breaks ties: execution start and gate
	// action start. Newer is decided by these, never by arrival.
	At  time.Time `json:"at"`
	At2 time.Time `json:"at2,omitzero"`
	// Execution is the pipeline execution; Rollback says it is of type ROLLBACK.
	Execution string `json:"execution,omitempty"`
	Rollback  bool   `json:"rollback,omitempty"`
}

// Newer reports whether t came after o by their own times.
func (t Trigger) Newer(o Trigger) bool {
	if !t.At.Equal(o.At) {
		return t.At.After(o.At)
	}
	return t.At2.After(o.At2)
}

// Gate is the approval action that a release answers once, at its end.
type Gate struct {
	Pipeline  string `json:"pipeline"`
	Stage     string `json:"stage"`
	Action    string `json:"action"`
	Execution string `json:"execution"`
	// ActionExecution tells a retried stage's gate from the one before.
	ActionExecution string     `json:"actionExecution"`
	Status          GateStatus `json:"status"`
	// By is who answered, as AWS says it; Ours: it was this release.
	By   string `json:"by,omitempty"`
	Ours bool   `json:"ours,omitempty"`
}

// Alarm is what the release remembers of an alarm.
type Alarm struct {
	Name  string     `json:"name"`
	State AlarmState `json:"state"`
	// Baseline is the StateTransitionedTimestamp that preflight's look read: an
	// ALARM event counts if it is later.
	Baseline time.Time `json:"baseline,omitzero"`
	// Transition is the one the last saved look read.
	Transition time.Time `json:"transition,omitzero"`
	// SeenAt is when that look began.
	SeenAt time.Time `json:"seenAt,omitzero"`
}

// Deployment is what the release remembers of the deployment it guards.
type Deployment struct {
	ID     string           `json:"id"`
	Status DeploymentStatus `json:"status"`
	Point  Point            `json:"point,omitempty"`
	// WaitKey is the wait that was continued last, or left to AWS.
	WaitKey string `json:"waitKey,omitempty"`
	// Reached is the wait that the step under way is for.
	Reached string `json:"reached,omitempty"`
	// Until is when AWS ends the wait by itself.
	Until time.Time `json:"until,omitzero"`
	// WeightPct is the share on the new version, where AWS tells it.
	WeightPct *float64 `json:"weight,omitempty"`
	// RollbackID is the deployment that puts traffic back.
	RollbackID string `json:"rollbackId,omitempty"`
	// Hurry: a person's promote went past the steps that are left.
	Hurry bool `json:"hurry,omitempty"`
}

// CheckRun is one run of a check step.
type CheckRun struct {
	// Key is that of the Check order that starts it: starting it again with the same
	// key starts nothing new.
	Key string `json:"key"`
	// Kind and Name are the spec's.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Run is the adapter's name of what runs (a build id); empty until it has
	// started.
	Run string `json:"run,omitempty"`
	// Since is when it was ordered.
	Since time.Time `json:"since"`
}

// RevertTo is what a revert by a person goes back to.
type RevertTo struct {
	// Release is the promoted one whose restore point is taken.
	Release string `json:"release"`
	// Newest is the release whose deploy was the last one before the promoted state.
	Newest string `json:"newest"`
	// To is the split to end with and Expect what each target must still show;
	// both by target, in plan order.
	To     []Split `json:"to"`
	Expect []Split `json:"expect"`
}

// Held is a person's pause.
type Held struct {
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
}

// Stuck shows an order, or a correction, that does not succeed.
type Stuck struct {
	Code string `json:"code"`
	// Key is the order's; empty when contended.
	Key      string    `json:"key,omitempty"`
	Call     string    `json:"call,omitempty"`
	Resource string    `json:"resource,omitempty"`
	Error    string    `json:"error,omitempty"`
	Since    time.Time `json:"since"`
	Attempts int       `json:"attempts"`
	Advice   string    `json:"advice"`
}

// Failure is why a release goes back.
type Failure struct {
	Code Code      `json:"code"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Wish is a person's word that waits for a healthy look begun after it.
type Wish struct {
	Verb Verb      `json:"verb"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}
