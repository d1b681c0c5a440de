package statemachine

import (
	"fmt"
	"hash/fnv"
	"time"
)

// stuckAfter is how many failed attempts make an order stuck.
const stuckAfter = 5

// fault records a failed try: retried for ever at the capped backoff. It is a
// decision, with a history entry, only when the order becomes stuck or begins
// to wait for the target.
func (t *turn) fault() {
	in, _ := t.in.(OrderFailed)
	o := t.next.order(in.Key)
	o.Attempts++
	o.Fault = &in.Fault
	o.Landed = o.Landed || in.Landed
	o.Unanswered = o.Unanswered || in.Fault.Code == FaultUnavailable
	o.RetryAt = t.now.Add(backoff(t.old.Lease, *o))
	switch {
	case in.Fault.Code == FaultNotReady:
		t.notReady(in.Fault)
	case t.next.Stuck == nil && (in.Fault.Final() || o.Attempts >= stuckAfter):
		t.next.Stuck = t.stuckOn(in.Key, in.Fault, o.Attempts)
		t.say(t.code, fmt.Sprintf("%s keeps failing: %s", o.Kind, in.Fault.Error))
	default:
		if t.next.Stuck != nil && t.next.Stuck.Key == in.Key {
			t.next.Stuck.Attempts = o.Attempts
			t.next.Stuck.Error = in.Fault.Error
		}
		t.touched = true
		t.say(CodeRetry, in.Fault.Error)
	}
}

// notReady waits until the deadline; only a new reason is worth an entry.
func (t *turn) notReady(f Fault) {
	if t.old.Waiting == f.Error {
		t.touched = true
	}
	t.next.Waiting = f.Error
	t.say(CodeWaiting, f.Error)
}

func (t *turn) stuckOn(key string, f Fault, attempts int) *Stuck {
	return &Stuck{
		Code: f.Code.String(), Key: key, Call: f.Call, Resource: f.Resource, Error: f.Error,
		Since: t.now, Attempts: attempts, Advice: advice(f),
	}
}

// advice says what a person can do about it.
func advice(f Fault) string {
	switch f.Code {
	case FaultDenied:
		return "allow " + f.Call + " on " + f.Resource + " to the worker's role; the order is retried by itself"
	case FaultGone:
		return "bring " + f.Resource + " back, or put traffic right by hand (serin rollback --print)"
	case FaultInvalid:
		return "AWS refuses the request; put traffic right by hand (serin rollback --print)"
	case FaultThrottled:
		return "another user of this account calls the same API too often; nothing to do but wait"
	case FaultDrift:
		return "find out who else changes the target"
	case FaultConflict:
		return "somebody keeps changing the target; find out who"
	case FaultNotReady, FaultUnavailable:
	}
	return "AWS does not answer as it should; see its health dashboard. The order is retried by itself"
}

// backoff doubles from a fifteenth of the lease (1 s) up to twice the lease; on
// the way back only up to one lease, and a target that is not ready is asked
// every third of one. Its jitter is a hash of key and attempt, so a test knows it.
func backoff(lease time.Duration, o Order) time.Duration {
	limit := lease
	if o.ForwardMove() {
		limit = 2 * lease
	}
	if o.Fault.Code == FaultNotReady {
		limit = lease / 3
	}
	wait := lease / 15
	for range min(o.Attempts-1, 10) {
		wait *= 2
	}
	wait = min(wait, limit)
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%s#%d", o.Key, o.Attempts)
	return (wait - wait/5 + wait*time.Duration(h.Sum32()%200)/1000).Round(time.Millisecond)
}
