package awstest

import (
	"slices"
	"sync"
	"time"
)

// Change is one entry of the ledger: something that was really applied to the world, and the state it left.
type Change struct {
	// N is the position in the ledger, from 1.
	N int
	// At is when it was applied, by the ledger's clock.
	At time.Time
	// Actor is the access key id that did it.
	Actor string
	// Kind is the stand-in's word for what was done: "alias", "rule", "approval", "deployment-stop", …; the type of State
	// says which.
	Kind string
	// Resource is the ARN or name of what changed.
	Resource string
	// State is a small exported struct of the stand-in, a copy nobody writes to again.
	State any
}

// Ledger is the record of what was really applied, in order, whatever the callers were told, and beside it of the answers
// that were refused because they contradict one that was applied. The judge of a run reads only this.
type Ledger struct {
	mu      sync.Mutex
	clock   func() time.Time
	changes []Change
	refused []Refused
}

// NewLedger returns an empty ledger. A nil clock means time.Now.
func NewLedger(clock func() time.Time) *Ledger {
	if clock == nil {
		clock = time.Now
	}
	return &Ledger{clock: clock}
}

// Append records that actor changed resource and left it in state. A stand-in calls it while it holds its own lock, so
// that the ledger's order is the order of application.
func (l *Ledger) Append(actor, kind, resource string, state any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes = append(l.changes, Change{
		N: len(l.changes) + 1, At: l.clock(), Actor: actor, Kind: kind, Resource: resource, State: state,
	})
}

// Changes returns a copy of the ledger so far.
func (l *Ledger) Changes() []Change {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.changes)
}
