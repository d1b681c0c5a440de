package awstest

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// What Call.Fault can say.
const (
	faultThrottle = "throttle"
	faultError    = "error"
	faultLost     = "lost"
	faultDeny     = "deny"
	faultDelay    = "delay"
)

// Faults are what is injected into the calls that match. Each probability is from 0 to 1; Throttle, Fail and Lose
// exclude each other, so their sum is at most 1. Whether a call is hit depends on the seed and on how many calls of its
// service, operation and actor came before, not on what other callers do meanwhile.
type Faults struct {
	// Throttle refuses a call as the service does when it is called too often. Not applied.
	Throttle float64
	// Fail answers 500 in the service's shape. Not applied.
	Fail float64
	// Lose applies the call and cuts the connection under the answer.
	Lose float64
	// Delay holds a call back before it is applied, for an even part of DelayFor; it is applied even when the client
	// has given up meanwhile, which is how a write lands late.
	Delay float64
	// DelayFor is the longest delay.
	DelayFor time.Duration
	// Duplicate is how likely a received SQS message is to come once more, with the same message id, as a standard
	// queue may do even after it was deleted.
	Duplicate float64
	// Reorder is how likely a received SQS message is to be put back for a second when it first shows; the answer's
	// other messages are shuffled. Being put back counts as one receive.
	Reorder float64
	// Match says which calls these faults are for; nil means all.
	Match func(Call) bool
}

// ByActors matches the calls of these actors.
func ByActors(actors ...string) func(Call) bool {
	return func(c Call) bool { return slices.Contains(actors, c.Actor) }
}

// faultBox holds what is to be injected, and counts calls to draw by.
type faultBox struct {
	mu      sync.Mutex
	nextID  int
	active  []injection
	deniers []denier
	down    map[string]bool
	drawn   map[string]uint64
}

type injection struct {
	id int
	Faults
}

type denier struct {
	id    int
	match func(Call) bool
}

// Inject adds faults to those already injected, until remove is called. Of several that would hit a call the first
// injected wins.
func (w *World) Inject(f Faults) (remove func()) {
	if sum := f.Throttle + f.Fail + f.Lose; sum > 1 {
		panic(fmt.Sprintf("awstest: Throttle, Fail and Lose sum up to %v, more than 1", sum))
	}
	b := &w.faults
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nextID++
	id := b.nextID
	b.active = append(b.active, injection{id, f})
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.active = slices.DeleteFunc(slices.Clone(b.active), func(i injection) bool { return i.id == id })
	}
}

// Deny refuses the calls that match as IAM does, naming action and resource, until remove is called.
func (w *World) Deny(match func(Call) bool) (remove func()) {
	b := &w.faults
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nextID++
	id := b.nextID
	b.deniers = append(b.deniers, denier{id, match})
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.deniers = slices.DeleteFunc(slices.Clone(b.deniers), func(d denier) bool { return d.id == id })
	}
}

// Outage has every call to the service, a signing name, answered 503 until Restore.
func (w *World) Outage(service string) { w.faults.setDown(service, true) }

// Restore ends an Outage.
func (w *World) Restore(service string) { w.faults.setDown(service, false) }

func (b *faultBox) setDown(service string, down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down == nil {
		b.down = make(map[string]bool)
	}
	b.down[service] = down
}
