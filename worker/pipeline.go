package worker

import (
	"context"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// GateSpec names a manual-approval action.
type GateSpec struct{ Pipeline, Stage, Action string }

// OpenGate is an approval that waits for an answer.
type OpenGate struct {
	Execution, ActionExecution string
	StartedAt                  time.Time
}

// Execution is a pipeline execution.
type Execution struct {
	ID        string
	StartedAt time.Time
	// Rollback: its type is ROLLBACK.
	Rollback bool
}

// Pipeline is what answers gates. Approval tokens never leave the adapter: they
// are read at answer time. Safe for concurrent use. Adapters: codepipeline, local.
type Pipeline interface {
	// Waiting returns the gate's open approvals: none, one, or in PARALLEL mode
	// several.
	Waiting(ctx context.Context, gate GateSpec) ([]OpenGate, error)
	// Execution reads when an execution started, and its type. ErrNotFound.
	Execution(ctx context.Context, pipeline, execution string) (Execution, error)
	// Variables resolves the named output variables ("Deploy.FunctionVersion") of
	// an execution, and those only. Missing ones are not in values; known are all
	// names (never values) the execution has.
	Variables(ctx context.Context, pipeline, execution string, names []string) (values map[string]string, known []string, err error)
	// Preflight reads the pipeline's definition and says why the gate can't work:
	// no such action, and with ownStage a deploying action that stands in another
	// stage or PARALLEL mode.
	Preflight(ctx context.Context, gate GateSpec, ownStage bool) ([]statemachine.Problem, error)
	// Observe reads what a gate says to this release's execution. release marks
	// answers as ours. A gate whose pipeline or execution is not there any more is
	// GateGone, which ends the release; one that is not shown yet is ErrUnavailable.
	Observe(ctx context.Context, gate statemachine.Gate, release string) (statemachine.GateLook, error)
	// Answer answers it, once, and reads back who decided and which way: the look
	// may say that somebody else did. Text is at most 512 characters.
	Answer(ctx context.Context, gate statemachine.Gate, release string, approve bool, text string) (statemachine.GateLook, error)
	// StopExecution stops it, letting running actions finish; nil if it is over or
	// not there any more.
	StopExecution(ctx context.Context, pipeline, execution, text string) error
	// RollbackStage rolls a stage back to its last execution that succeeded there, and
	// returns the execution that does so. Safe to repeat: one that began at or after
	// in.Since is returned, whoever began it, and none is made. ErrNotFound and
	// ErrInvalid say that it can't be (no such stage, no good execution, one that the
	// pipeline's definition has left behind, PARALLEL mode); ErrConflict that the stage
	// is busy.
	RollbackStage(ctx context.Context, in StageRollback) (execution string, err error)
}

// StageRollback asks for a stage's rollback.
type StageRollback struct {
	Pipeline, Stage string
	// Execution is the one that is rolled back from: never the target.
	Execution string
	// Since is when the failure was recorded.
	Since time.Time
}
