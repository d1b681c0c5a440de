package local

import (
	"fmt"
	"sync"
	"time"

	"github.com/serinhq/serin/worker"
)

// The account and the region of every world, as its events say.
const (
	Account = "111122223333"
	Region  = "us-east-1"
)

// World is everything outside the worker. Safe for concurrent use.
type World struct {
	clock  func() time.Time
	closed chan struct{}
	late   sync.WaitGroup // calls that are still on their way

	mu           sync.Mutex
	last         time.Time // of instant
	ids          int
	calls        int
	interceptors []*interceptor
	route        func(body []byte) []time.Duration
	ledger       []Change
	events       *mailbox
	commands     *mailbox
	table        *table
	targets      map[string]shifter
	pipelines    map[string]*pipeline
	alarms       map[string]*alarm
	groups       map[string]*group
	projects     map[string]*project
	announced    []worker.Announcement
	gauges       []worker.Gauges
}

// NewWorld makes an empty one. A nil clock is time.Now; another one decides what
// is visible and when things happened, but a long poll waits in real time.
func NewWorld(clock func() time.Time) *World {
	if clock == nil {
		clock = time.Now
	}
	return &World{
		clock: clock, closed: make(chan struct{}),
		events: newMailbox("events", false), commands: newMailbox("commands", true),
		table: newTable(), targets: map[string]shifter{}, pipelines: map[string]*pipeline{},
		alarms: map[string]*alarm{}, groups: map[string]*group{}, projects: map[string]*project{},
	}
}

// Close ends the world: calls still on their way vanish.
func (w *World) Close() {
	close(w.closed)
	w.late.Wait()
}

// Announced returns what announcers told, in order, repeats included.
func (w *World) Announced() []worker.Announcement {
	return locked(w, func() []worker.Announcement { return append([]worker.Announcement(nil), w.announced...) })
}

// Gauges returns what meters published, in order.
func (w *World) Gauges() []worker.Gauges {
	return locked(w, func() []worker.Gauges { return append([]worker.Gauges(nil), w.gauges...) })
}

func locked[T any](w *World, f func() T) T {
	w.mu.Lock()
	defer w.mu.Unlock()
	return f()
}

func (w *World) do(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// id is the next identifier, in the form of a UUID.
func (w *World) id() string {
	w.ids++
	return fmt.Sprintf("5e419000-0000-4000-8000-%012x", w.ids)
}

// instant is now in milliseconds, as AWS stamps what happens, and later than
// the one before: two changes of an alarm never share one.
func (w *World) instant() time.Time {
	now := w.clock().UTC().Truncate(time.Millisecond)
	if !now.After(w.last) {
		now = w.last.Add(time.Millisecond)
	}
	w.last = now
	return now
}
