package infra_test

import (
	"fmt"
	"sync"

	"github.com/serinhq/serin/internal/awstest"
)

// crash says at which of a worker's calls, from 1, it is killed with SIGKILL.
type crash struct {
	call int
	// applied: the call that kills it is applied, and never answered. Otherwise it is not applied.
	applied bool
}

// String names it: "007-before", "008-after".
func (c crash) String() string {
	if c.applied {
		return fmt.Sprintf("%03d-after", c.call)
	}
	return fmt.Sprintf("%03d-before", c.call)
}

// reaper numbers a worker's calls once it is armed, and kills the worker at one of them. A receive is no call to number:
// it lasts from one message to the next. In its place a crash after call 0 comes as the first receive hands a message out.
type reaper struct {
	worker *runningWorker
	at     crash

	mu    sync.Mutex
	armed bool
	calls int
	last  int // N of the call that kills
	dead  bool
}

// reap starts a worker that is killed as at says, from when arm is called on.
func (s *stage) reap(actor string, at crash) *reaper {
	s.t.Helper()
	r := &reaper{at: at}
	s.watch(actor, watcher{before: r.before, after: r.after})
	forgive := s.Deny(func(c awstest.Call) bool { return c.Actor == actor && r.killed() })
	s.t.Cleanup(forgive)
	r.worker = s.readyWorker(actor)
	return r
}

// arm begins to number.
func (r *reaper) arm() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed = true
}

// numbered is how many calls there were since then.
func (r *reaper) numbered() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

// killed reports whether the crash has come.
func (r *reaper) killed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dead
}

func (r *reaper) before(c awstest.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.armed || r.dead || c.Operation == "ReceiveMessage" {
		return
	}
	if r.calls++; r.calls != r.at.call {
		return
	}
	if r.last = c.N; !r.at.applied {
		r.kill()
	}
}

func (r *reaper) after(c awstest.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.armed || r.dead || !r.at.applied {
		return
	}
	if c.N == r.last || r.at.call == 0 && c.Operation == "ReceiveMessage" {
		r.kill()
	}
}

// kill returns when the worker is gone: what it was told is not heard.
func (r *reaper) kill() {
	r.dead = true
	r.worker.Kill()
	<-r.worker.Done()
}
