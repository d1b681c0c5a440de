package explore

import (
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// world is one state. It is never changed once made: a step works on a clone.
type world struct {
	clock int // ticks
	table table
	// targets, gates and alarm are what AWS holds.
	targets []target
	gates   []gate
	alarm   alarm
	// guarded is the deployment that AWS shifts, in a scenario that has one.
	guarded guarded
	check   check
	// down: the table does not answer.
	down bool
	// flights are calls whose caller has given up on them or is gone, and which may
	// still be applied.
	flights []flight
	// queue holds messages, by their index in the model's list.
	queue   []message
	workers []place
	left    Budget
	ghost   ghost
}

// record is a release as stored. It is shared between worlds and never changed.
type record struct {
	worker.Stored
	digest digest
	op     op
	// after is the last ALARM before the release began: of those up to it only its
	// own first look need tell.
	after int
}

// op is who made a save: the worker, which of its deliveries, and the how-manieth
// id of it.
type op struct{ worker, delivery, n int }

func (o op) by(worker, delivery int) bool { return o.worker == worker && o.delivery == delivery }

type table struct {
	releases []*record
	slots    []statemachine.Slot // one a canary
	held     []worker.TargetSlot
	triggers []string
	outcomes []worker.Outcome
	// slotHash is of slots and held; 0: not made yet.
	slotHash uint64
}

func (t *table) find(id string) *record {
	for _, r := range t.releases {
		if r.Release.ID == id {
			return r
		}
	}
	return nil
}

func (t *table) slot(canary string) *statemachine.Slot {
	return &t.slots[slices.IndexFunc(t.slots, func(s statemachine.Slot) bool { return s.Canary == canary })]
}

// target is a fenced or a fence-less one. before is what it showed until the last
// write, which an eventually consistent read may still tell.
type target struct {
	shows, before statemachine.Split
	token         int
	beforeToken   int
	holds         bool // before is set
	// slow: AWS takes its time to carry a write out, until then at the latest, and
	// is rolling meanwhile.
	slow, rolling bool
	until         int
}

// gate is a register that is written once.
type gate struct {
	open    bool
	status  statemachine.GateStatus
	ours    string // the release that answered
	byUs    bool
	stopped bool
	waiting bool // the pipeline has come to it
}

// alarm counts its transitions: the nth happened at stamp(n).
type alarm struct {
	firing bool
	dark   bool // it has no data
	n      int
	rose   int // the last transition to ALARM
}

// flight is a call on its way.
type flight struct {
	target int // below 0: one of the others
	gate   int
	want   worker.Want
	have   int
	by     string // the release
	kind   statemachine.OrderKind
	// until is the last tick in which it may still be applied.
	until   int
	approve bool
	// stop, or go on past this point: what a deployment is told.
	stop bool
	past statemachine.Point
	// save is a transaction, sent from node.
	save *worker.Commit
	node *node
}

// What a flight that goes to no target is: the gate's answer, a word to a
// deployment, or a save.
const (
	toGate       = -1
	toDeployment = -2
	toTable      = -3
)

// message is one in the queue: which of the model's events, or an operator's verb.
type message struct {
	event int
	verb  statemachine.Verb
	rev   int64
	stamp int // alarm events: the transition
}

// place is where a worker stands: what it began with and the answers it got.
type place struct {
	node *node // nil: idle, freshly started
	// idle: it is between deliveries, and remembers a rollback that it saved.
	idle bool
	// rests is the tick before which it does not wake again without the table.
	rests int
	// delivery tells the ids of this delivery from those that the table holds.
	delivery int
}

func (p place) busy() bool { return p.node != nil && !p.idle }

// ghost is what only the laws look at.
type ghost struct {
	// top is the highest rung that each target was brought to.
	top []int
	// heard are the alarm transitions whose event was saved.
	heard []int
	// skips: promote was applied, so rungs may be left out.
	skips bool
	// foreign: the target shows a version that somebody else set, and no write of
	// ours was applied since.
	foreign []bool
	// person: somebody answered the gate by hand.
	person bool
}

func (w *world) clone() *world {
	c := *w
	c.table.releases = slices.Clone(w.table.releases)
	c.table.slots = slices.Clone(w.table.slots)
	c.table.held = slices.Clone(w.table.held)
	c.table.triggers = slices.Clip(w.table.triggers)
	c.table.outcomes = slices.Clip(w.table.outcomes)
	c.targets = slices.Clone(w.targets)
	c.gates = slices.Clone(w.gates)
	c.flights = slices.Clone(w.flights)
	c.queue = slices.Clone(w.queue)
	c.workers = slices.Clone(w.workers)
	c.ghost.top = slices.Clone(w.ghost.top)
	c.ghost.heard = slices.Clip(w.ghost.heard)
	c.ghost.foreign = slices.Clone(w.ghost.foreign)
	return &c
}

// ended: every release is settled, and nothing waits for one.
func (w *world) ended() bool { return w.settled() && !w.orphaned() }

func (w *world) settled() bool {
	for _, r := range w.table.releases {
		if r.Release.Running() {
			return false
		}
	}
	return true
}

// orphaned: a gate is open, or a deployment runs, that no release was made for.
func (w *world) orphaned() bool {
	for i, g := range w.gates {
		if g.open && !w.table.triggered(actionName(i)) {
			return true
		}
	}
	return w.guarded.runs() && !w.table.triggered(deploymentID)
}

// triggered: there is a release of this trigger.
func (t *table) triggered(key string) bool {
	return slices.ContainsFunc(t.releases, func(r *record) bool { return r.Release.Trigger.Key == key })
}
