package worker

import (
	"errors"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// Event is a fact from outside, decoded. The set is closed.
//
//sumtype:decl
type Event interface{ event() }

// Origin is the envelope of an event. Every field is set.
type Origin struct {
	ID      string
	Account string
	Region  string
	At      time.Time
}

// ActionEvent is a CodePipeline action that changed state.
type ActionEvent struct {
	Origin
	Pipeline, Execution, Stage, Action, ActionExecution string
	// Approval: the action is of category Approval, owner AWS, provider Manual.
	Approval bool
	// State is STARTED, SUCCEEDED, FAILED, CANCELED, ABANDONED or one unknown to us.
	State string
}

func (e ActionEvent) gate() GateSpec { return GateSpec{e.Pipeline, e.Stage, e.Action} }

// ExecutionEvent is a pipeline execution (Stage empty) or one of its stages that
// changed state: a hint to look at the gate of releases of that execution.
type ExecutionEvent struct {
	Origin
	Pipeline, Execution, Stage string
	State                      string
}

// DeploymentEvent is a deployment that AWS shifts and that changed state.
type DeploymentEvent struct {
	Origin
	// Kind and Key are those of statemachine.DeploymentSpec: "codedeploy",
	// "<application>/<group>".
	Kind, Key string
	// ID is the deployment's; empty where the event has none that the API knows:
	// then what runs is looked for.
	ID string
	// State is START, READY, SUCCESS, FAILURE, STOP or one unknown to us.
	State string
	// WaitKey is that of a wait that AWS's API shows without it: only this event can
	// tell. Empty for any other event.
	WaitKey string
}

// CheckEvent is a validation that changed state: a hint to look at the releases
// that wait for one of this name.
type CheckEvent struct {
	Origin
	// Kind and Name are those of statemachine.CheckSpec: "codebuild", the project.
	Kind, Name string
}

// AlarmEvent is a CloudWatch alarm that changed state.
type AlarmEvent struct {
	Origin
	Alarm statemachine.AlarmEvent
}

// AlarmEdited is an alarm that was created, changed or deleted: a hint to look.
type AlarmEdited struct {
	Origin
	Name, Operation string
}

// Tick is a scheduler's event: a hint to sweep.
type Tick struct{ Origin }

func (ActionEvent) event()     {}
func (ExecutionEvent) event()  {}
func (DeploymentEvent) event() {}
func (CheckEvent) event()      {}
func (AlarmEvent) event()      {}
func (AlarmEdited) event()     {}
func (Tick) event()            {}

// Why a body is no event for the loop. Errors wrap one and say the rest.
var (
	// ErrMalformed: not JSON, or without what its type must have. Handed back;
	// it ends in the dead-letter queue.
	ErrMalformed = errors.New("malformed")
	// ErrIgnored: well-formed, but of a kind or state that concerns no release.
	// Acknowledged and counted.
	ErrIgnored = errors.New("ignored")
	// ErrRefused: from an account, region or source that is not allowed.
	// Acknowledged, counted and logged.
	ErrRefused = errors.New("refused")
)

// Decoder turns a message body into an event, or one of the three errors above.
// It never panics, whatever the bytes. Adapter: event.
type Decoder interface {
	Decode(body string) (Event, error)
}
