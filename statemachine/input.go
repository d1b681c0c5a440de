package statemachine

import "time"

// Input is what can arrive at a release. The set is closed.
//
//sumtype:decl
type Input interface{ input() }

// Wake says a time may have come. A hint: Advance compares its own times with now.
type Wake struct{}

// AlarmEvent is a CloudWatch alarm's change of state, from EventBridge.
type AlarmEvent struct {
	ID   string // event id
	Name string // alarm name
	// State is ok, alarm or no_data.
	State AlarmState
	// At is detail.state.timestamp: CloudWatch's clock, which orders the events.
	At time.Time
	// Muted: a mute rule was active.
	Muted bool
}

// Command is a person's verb.
type Command struct {
	ID   string
	Verb Verb
	// Rev refuses the command if the release has moved on. 0: any rev, which
	// only rollback may say.
	Rev    int64
	Actor  string
	Reason string
}

// OrderDone says an order's effect was read back.
type OrderDone struct {
	Key string
	// Seen is what the target shows, for Shift, Promote and Restore.
	Seen *Split
	// Gate is what the gate says, for Answer: the answer may be someone else's.
	Gate *GateLook
	// Run is what was started, for Check (the run) and for RollbackStage (the
	// pipeline execution of the rollback).
	Run string
}

// OrderFailed says a try failed. It is retried, or decides something.
type OrderFailed struct {
	Key   string
	Fault Fault
	// Landed: a Restore that is written and only carried out still; see
	// [Order.Landed].
	Landed bool
}

func (Wake) input()        {}
func (Look) input()        {}
func (AlarmEvent) input()  {}
func (Command) input()     {}
func (OrderDone) input()   {}
func (OrderFailed) input() {}
