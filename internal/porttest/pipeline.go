package porttest

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// PipelineHarness is a pipeline with a manual-approval action that no execution
// has reached, a deploying action before it in its stage, and the world behind.
type PipelineHarness struct {
	Pipeline worker.Pipeline
	Gate     worker.GateSpec
	// Person is a part of how the world names the person who answers.
	Person string

	// Open runs an execution up to the gate and returns the gate as a release
	// keeps it. One is open at a time, unless Parallel was called.
	Open func(t *testing.T, e PipelineExecution) statemachine.Gate
	// Answer is a person's answer in the console.
	Answer func(t *testing.T, gate statemachine.Gate, approve bool)
	// Expire ends the approval's time; Stop stops the execution, as a person would.
	Expire, Stop func(t *testing.T, gate statemachine.Gate)
	// Retry retries the stage of a rejected gate: the same execution, a new action
	// execution, which is returned.
	Retry func(t *testing.T, gate statemachine.Gate) statemachine.Gate
	// Answers are the answers the world accepted for the gate: true is Approved.
	Answers func(t *testing.T, gate statemachine.Gate) []bool
	// Stopped counts the stops that the world accepted.
	Stopped func(t *testing.T, execution string) int
	// RolledBack are the executions with which the world rolled the gate's stage back.
	RolledBack func(t *testing.T) []string
	// DeployElsewhere moves the deploying action to a stage before the gate's.
	DeployElsewhere func(t *testing.T)
	// Parallel switches the pipeline's mode to PARALLEL, before any execution.
	Parallel func(t *testing.T)
	Faults
}

// PipelineExecution is what an execution brings to the gate.
type PipelineExecution struct {
	// Rollback: its type is ROLLBACK.
	Rollback bool
	// Variables are its output variables, "Namespace.Name" to value.
	Variables map[string]string
}

// ourRelease is the release that the suite answers for.
const ourRelease = "01KA0000000000000000000001"

// Pipeline checks worker.Pipeline's contract.
func Pipeline(t *testing.T, open func(t *testing.T) PipelineHarness, within ...Within) {
	t.Helper()
	run(t, open, within, pipelineReads(), pipelineDefinition(), pipelineGates(), pipelineAnswers(), pipelineStages(), pipelineFailures())
}

func (h PipelineHarness) open(t *testing.T) statemachine.Gate {
	t.Helper()
	return h.Open(t, PipelineExecution{})
}

func (h PipelineHarness) waiting(t *testing.T) []worker.OpenGate {
	t.Helper()
	waiting, err := h.Pipeline.Waiting(t.Context(), h.Gate)
	ok(t, err)
	return waiting
}

func (h PipelineHarness) observe(t *testing.T, gate statemachine.Gate) statemachine.GateLook {
	t.Helper()
	look, err := h.Pipeline.Observe(t.Context(), gate, ourRelease)
	ok(t, err)
	return look
}

func (h PipelineHarness) answer(t *testing.T, gate statemachine.Gate, approve bool) statemachine.GateLook {
	t.Helper()
	look, err := h.Pipeline.Answer(t.Context(), gate, ourRelease, approve, "all traffic on 43")
	ok(t, err)
	return look
}

// says checks a look's status and whose answer it is.
func says(t *testing.T, look statemachine.GateLook, status statemachine.GateStatus, ours bool) {
	t.Helper()
	if look.Status != status || look.Ours != ours {
		t.Fatalf("the gate says %s, ours %t; want %s, ours %t: %+v", look.Status, look.Ours, status, ours, look)
	}
}

// answered checks what the world accepted.
func (h PipelineHarness) answered(t *testing.T, gate statemachine.Gate, want ...bool) {
	t.Helper()
	got := h.Answers(t, gate)
	if len(got) != len(want) || (len(want) == 1 && got[0] != want[0]) {
		t.Errorf("the world accepted the answers %v, want %v", got, want)
	}
}

func answerOf(approve bool) statemachine.GateStatus {
	if approve {
		return statemachine.GateApproved
	}
	return statemachine.GateRejected
}
