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
	running int
	idle    *sync.Cond // on mu; made by the first wait
}

// begin numbers c and keeps it, to be completed by end.
func (r *record) begin(c Call, at time.Time) Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running++
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
func (r *record) done() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running--
	if r.idle != nil {
		r.idle.Broadcast()
	}
}

// wait returns when no handler runs.
func (r *record) wait() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.idle == nil {
		r.idle = sync.NewCond(&r.mu)
	}
	for r.running > 0 {
		r.idle.Wait()
	}
}

func (r *record) calls() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.entries)
}
