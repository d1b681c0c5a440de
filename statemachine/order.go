package statemachine

import "time"

// OrderKind names what the world owes a release.
type OrderKind int

// The orders.
const (
	// Shift: show a step's split.
	Shift OrderKind = iota + 1
	// Promote: show the final form: all traffic on the new version.
	Promote
	// Restore: show the restore point.
	Restore
	// Continue: let a guarded deployment go past its waiting point.
	Continue
	// Stop: stop a guarded deployment with rollback.
	Stop
	// Answer: answer the gate.
	Answer
	// StopExecution: stop the pipeline execution whose gate a person approved.
	StopExecution
	// Check: start the validation of a check step. It moves no traffic; what comes
	// of the validation is read by looks.
	Check
	// RollbackStage: roll a stage of the pipeline back to its last good execution,
	// once traffic is back and the gate answered. Never a condition for traffic.
	RollbackStage
)

func orderKindWords() words {
	return words{"shift", "promote", "restore", "continue", "stop", "answer", "stop_execution", "check", "rollback_stage"}
}

func (v OrderKind) String() string { return orderKindWords().text("order", int(v)) }

// MarshalText writes the word the table keeps; a zero order is an error.
func (v OrderKind) MarshalText() ([]byte, error) { return orderKindWords().marshal("order", int(v)) }

// UnmarshalText reads that word; an unknown one is an error.
func (v *OrderKind) UnmarshalText(text []byte) error {
	n, err := orderKindWords().parse("order", text)
	*v = OrderKind(n)
	return err
}

// FaultCode says why an order or a look failed, by what is to be done about it.
type FaultCode int

// The faults.
const (
	// FaultConflict: the fence moved: read again.
	FaultConflict FaultCode = iota + 1
	// FaultNotReady: the target can't take this weight yet: too few healthy targets.
	FaultNotReady
	// FaultThrottled: AWS asks to slow down.
	FaultThrottled
	// FaultUnavailable: no answer, 5xx, timeout, or a read back that does not show the write yet.
	FaultUnavailable
	// FaultDrift: the target shows what neither this release nor its restore point explains.
	FaultDrift
	// FaultDenied: access denied.
	FaultDenied
	// FaultGone: what the call names does not exist.
	FaultGone
	// FaultInvalid: AWS refuses the request for good.
	FaultInvalid
)

func faultCodeWords() words {
	return words{"conflict", "not_ready", "throttled", "unavailable", "drift", "denied", "gone", "invalid"}
}

func (v FaultCode) String() string { return faultCodeWords().text("fault", int(v)) }

// MarshalText writes the word the table keeps; a zero fault is an error.
func (v FaultCode) MarshalText() ([]byte, error) { return faultCodeWords().marshal("fault", int(v)) }

// UnmarshalText reads that word; an unknown one is an error.
func (v *FaultCode) UnmarshalText(text []byte) error {
	n, err := faultCodeWords().parse("fault", text)
	*v = FaultCode(n)
	return err
}

// Order is something the world still owes a release. It runs only while the
// saved release still lists its key; a retry keeps the key.
type Order struct {
	Kind OrderKind `json:"order"`
	// Key is made by the save that made the order: release/rev/order/target.
	Key string `json:"key"`
	// Target names the target of Shift, Promote and Restore; empty otherwise.
	Target string `json:"target,omitempty"`
	// Want is the split to show; From is what the target should show before.
	Want *Split `json:"want,omitempty"`
	From *Split `json:"from,omitempty"`
	// Approve is Answer's word: true Approved, false Rejected.
	Approve bool `json:"approve,omitempty"`
	// Text is what a person reads beside an Answer or a stop. At most 512 characters.
	Text string `json:"text,omitempty"`
	// WaitKey is Continue's.
	WaitKey string `json:"waitKey,omitempty"`
	// Attempts failed so far.
	Attempts int `json:"attempts"`
	// Landed: a Restore was written and its fence had moved from the token read
	// before; only AWS carries it out still. It is then waited for, not written
	// again, for as long as the target shows it.
	Landed bool `json:"landed,omitempty"`
	// Unanswered: a try ended without AWS's answer, so it may have landed.
	Unanswered bool `json:"unanswered,omitempty"`
	// Fault is the last failure, RetryAt when the next try is due.
	Fault   *Fault    `json:"fault,omitempty"`
	RetryAt time.Time `json:"retryAt,omitzero"`
	Since   time.Time `json:"since"`
}

// Due reports whether the order may be tried now.
func (o Order) Due(now time.Time) bool { return !o.RetryAt.After(now) }

// ForwardMove reports whether the order moves traffic toward the canary.
func (o Order) ForwardMove() bool { return o.Kind == Shift || o.Kind == Promote || o.Kind == Continue }

// Fault is why an order or a look failed.
type Fault struct {
	Code FaultCode `json:"code"`
	// Call is the API call as IAM names it: "lambda:UpdateAlias".
	Call     string `json:"call,omitempty"`
	Resource string `json:"resource,omitempty"`
	// Error is the text, at most 512 characters, without tokens.
	Error string `json:"error"`
	// Seen is what the target showed, for FaultDrift, and for FaultNotReady when it
	// shows what was asked and AWS is still carrying that out (Split.Rolling).
	Seen *Split `json:"seen,omitempty"`
}

// Final reports whether another try can't help before somebody changes something.
func (f Fault) Final() bool {
	return f.Code == FaultDenied || f.Code == FaultGone || f.Code == FaultInvalid
}
