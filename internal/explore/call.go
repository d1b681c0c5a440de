package explore

import (
	"context"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// what names a port call.
type what int

const (
	callLoad what = iota + 1
	callCommit
	callClaim
	callTouch
	callSlot
	callTargetSlots
	callTrigger
	callOutcome
	callPutOutcome
	callRunning
	callCanary
	callObserve
	callWrite
	callAlarms
	callGate
	callAnswer
	callStopExecution
	callWaiting
	callExecution
	callClock
	callFind
	callDeployment
	callContinue
	callStop
	callStart
	callCheck
)

func (c what) String() string {
	return [...]string{"", "load", "save", "claim", "keep attempts", "read slot", "read target slots", "look up trigger",
		"look up command", "keep refusal", "list running", "read canary", "observe", "write", "read alarms", "read gate",
		"answer gate", "stop execution", "list open gates", "read execution", "stand still",
		"find deployments", "read deployment", "continue deployment", "stop deployment",
		"start check", "read check"}[c]
}

// writes: the call changes something, so its answer can be lost.
func (c what) writes() bool {
	switch c {
	case callCommit, callClaim, callTouch, callWrite, callAnswer, callStopExecution, callPutOutcome, callContinue, callStop, callStart:
		return true
	case callLoad, callSlot, callTargetSlots, callTrigger, callOutcome, callRunning, callCanary, callObserve,
		callAlarms, callGate, callWaiting, callExecution, callClock, callFind, callDeployment, callCheck:
	}
	return false
}

// acts: the call is made for a release that the worker has taken charge of.
func (c what) acts() bool {
	switch c {
	case callAlarms, callObserve, callWrite, callAnswer, callStopExecution, callCommit, callTouch, callDeployment, callContinue, callStop, callStart, callCheck:
		return true
	case callLoad, callClaim, callSlot, callTargetSlots, callTrigger, callOutcome, callPutOutcome, callRunning, callCanary,
		callGate, callWaiting, callExecution, callClock, callFind:
	}
	return false
}

func (c what) table() bool { return c >= callLoad && c <= callCanary }

// late: the call may be applied after its caller has given up on it, or is gone.
func (c what) late() bool {
	return c == callWrite || c == callAnswer || c == callContinue || c == callStop
}

// call is a port call under way.
type call struct {
	what     what
	deadline time.Time

	ref     worker.Ref
	commit  *worker.Commit
	rev     int64
	was     time.Time
	until   time.Time
	next    *statemachine.Release
	target  int
	want    *worker.Want
	have    worker.Token
	queries []worker.AlarmQuery
	gate    *statemachine.Gate
	name    string
	release string
	approve bool
	outcome *worker.Outcome
	past    statemachine.Point
}

// answer is what a call came to.
type answer struct {
	value  any
	err    error
	digest digest
	// mine is the id under which this delivery made the save that was read, from 1.
	mine int
}

func answered(value any, err error) answer {
	d := digest{}
	switch v := value.(type) {
	case *record:
		d = v.digest
	default:
		d = digestOf(v)
	}
	if err != nil {
		d.fixed = mixString(d.fixed, err.Error())
	}
	return answer{value: value, err: err, digest: d}
}

// observation is Observe's answer.
type observation struct {
	Split statemachine.Split
	Token worker.Token
}

// execution is one run of a worker's function, up to the first call that it has
// no answer for.
type execution struct {
	m       *model
	worker  int
	knows   string
	begin   *begin
	answers []*node // those left
	clock   int
	pending *call
	ids     int
	// reads counts the readings of the clock since the last answer; at the one
	// numbered stallAt it is stallTo. readsAt is how many there were at the call
	// without an answer: what is deferred reads on while the run ends.
	reads, stallAt, stallTo, readsAt int
	created                          string // the execution that was just read: the next id is its release's
}

// parked ends a run at a call without an answer.
type parked struct{}

// do answers a call, or ends the run at it.
func (x *execution) do(ctx context.Context, c call) answer {
	if a, ok := x.past(c.what); ok {
		return a
	}
	made := c
	made.deadline, _ = ctx.Deadline()
	x.pending, x.readsAt = &made, x.reads
	panic(parked{})
}

// past is the answer to the next call, if it was made before.
func (x *execution) past(of what) (answer, bool) {
	if len(x.answers) == 0 {
		return answer{}, false
	}
	n := x.answers[0]
	x.answers = x.answers[1:]
	if n.of != of {
		panic("the loop is not deterministic: " + n.of.String() + " was " + of.String())
	}
	x.clock = n.clock
	x.stall()
	return n.answer, true
}
