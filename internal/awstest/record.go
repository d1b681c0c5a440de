package awstest

import (
	"slices"
	"sync"
	"time"
)

// record numbers the calls in the order the front received them and keeps them.
type record struct {
	forget bool // number only

	mu      sync.Mutex
	n       int
	entries []Call
	running sync.WaitGroup
}

// begin numbers c and keeps it, to be completed by end.
func (r *record) begin(c Call, at time.Time) Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running.Add(1)
	r.n++
	c.N, c.At = r.n, at
	if !r.forget {
		r.entries = append(r.entries, c)
	}
	return c
}

// end puts what became of the call in its entry.
func (r *record) end(c Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.forget {
		r.entries[c.N-1] = c
	}
}

// done tells wait that the handler of one call is over.
func (r *record) done() { r.running.Done() }

// wait returns when no handler runs.
func (r *record) wait() { r.running.Wait() }

func (r *record) calls() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.entries)
}
