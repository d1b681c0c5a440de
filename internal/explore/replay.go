package explore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/serinhq/serin/worker"
)

// begin is what a worker does next when it is idle.
type begin struct {
	// event or command is a delivery; neither is a wake, or a sweep.
	event   worker.Event
	command *worker.Command
	sweep   bool
	ref     worker.Ref

	message  message // the delivery's, to delete it
	delivery int
	// knows is the release that the worker's index has for the running one, which
	// may be any that ever was; "" for none.
	knows string
}

// wakes: it is a wake, neither a delivery nor a sweep.
func (b *begin) wakes() bool { return b.event == nil && b.command == nil && !b.sweep }

// node is a place in the loop: how a worker came there, and the call it is about
// to make. Nodes are shared by all states whose worker stands there.
type node struct {
	parent *node
	depth  int
	// begun is the tick in which the delivery under way began.
	begun int
	// begin, or the answer to a call of this sort, is what led here from parent.
	begin  *begin
	of     what
	answer answer
	clock  int

	// reads are the readings of the clock since the last answer.
	reads int
	next  *call
	// done: the function has returned, with this verdict for its delivery.
	done    bool
	verdict worker.Verdict
	// rel is the history as seen from its own present.
	rel  uint64
	kids map[uint64]*node
}

// root is a worker that has just started.
func newRoot() *node { return &node{} }

func (n *node) keep(key uint64, kid *node) {
	if n.kids == nil {
		n.kids = map[uint64]*node{}
	}
	n.kids[key] = kid
}

// start is the place after a worker took something up.
func (m *model) start(w int, from *node, b begin, clock int) *node {
	if from == nil {
		from = m.roots[w]
	}
	d := digestOf(b.message.event, b.message.verb, b.message.rev, b.message.stamp, b.sweep, b.ref.ID, b.knows)
	if b.event == nil && b.command == nil {
		d = digestOf(b.sweep, b.ref.ID)
	}
	key := mix(mix(d.key(), uint64(clock)), uint64(b.delivery))
	if kid, ok := from.kids[key]; ok {
		return kid
	}
	kid := &node{parent: from, depth: from.depth + 1, begin: &b, begun: clock, clock: clock, rel: mix(from.rel, d.fixed)}
	from.keep(key, kid)
	m.replay(w, kid)
	return kid
}

// resume is the place after a call was answered.
func (m *model) resume(w int, from *node, a answer, clock int) *node {
	key := mix(mix(a.digest.key(), uint64(a.mine)), uint64(clock))
	if kid, ok := from.kids[key]; ok {
		return kid
	}
	rel := mix(from.rel, a.digest.from(millis(clock), millis(from.begun)))
	rel = mix(mix(rel, uint64(a.mine)), uint64(clock-from.clock))
	kid := &node{parent: from, depth: from.depth + 1, begun: from.begun, of: from.next.what, answer: a, clock: clock, rel: rel}
	from.keep(key, kid)
	m.replay(w, kid)
	return kid
}

// stall is the same place, come to only now: the worker stood still before it
// last read the clock.
func (m *model) stall(w int, n *node, clock int) *node {
	if n.clock == clock || n.reads == 0 || n.done {
		return n
	}
	key := mix(uint64(clock), 0x57a11)
	if kid, ok := n.kids[key]; ok {
		return kid
	}
	kid := &node{parent: n, depth: n.depth + 1, begun: n.begun, of: callClock, clock: clock,
		rel: mix(mix(n.rel, 0x57a11), uint64(clock-n.clock)), reads: n.reads}
	n.keep(key, kid)
	m.replay(w, kid)
	return kid
}

// replay runs the loop's function from the worker's start to the call that n is
// about to make.
func (m *model) replay(w int, n *node) {
	m.replays++
	chain := make([]*node, n.depth)
	for at := n; at.parent != nil; at = at.parent {
		chain[at.depth-1] = at
	}
	x := &execution{m: m, worker: w, knows: chain[0].begin.knows}
	loop := m.newLoop(x)
	for len(chain) > 0 {
		first := chain[0]
		x.begin, x.clock, x.ids = first.begin, first.clock, 0
		end := 1
		for end < len(chain) && chain[end].begin == nil {
			end++
		}
		x.answers = chain[1:end]
		chain = chain[end:]
		x.stall()
		n.verdict, n.done = x.run(loop)
	}
	n.next = x.pending
	if n.of != callClock {
		n.reads = x.readsAt
	}
}

// run calls the loop's function; false if it stands at a call without an answer.
func (x *execution) run(loop *worker.Loop) (v worker.Verdict, done bool) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(parked); !ok {
				panic(p)
			}
			done = false
		}
	}()
	ctx := context.Background()
	switch b := x.begin; {
	case b.command != nil:
		body, err := json.Marshal(b.command)
		if err != nil {
			panic(err)
		}
		return loop.Handle(ctx, worker.Delivery{ID: b.command.ID, Body: string(body), Command: true}), true
	case b.event != nil:
		return loop.Handle(ctx, worker.Delivery{ID: "m"}), true
	case b.sweep:
		return outcomeOf(loop.Sweep(ctx)), true
	default:
		return outcomeOf(loop.Wake(ctx, b.ref)), true
	}
}

func outcomeOf(err error) worker.Verdict {
	if err != nil && !errors.Is(err, worker.ErrUnavailable) && !errors.Is(err, worker.ErrConflict) {
		return worker.Verdict{Why: err.Error()}
	}
	return worker.Verdict{Ack: true}
}

func (m *model) newLoop(x *execution) *worker.Loop {
	p := ports{x}
	l, err := worker.New(worker.Options{
		ID: fmt.Sprintf("w%d", x.worker+1), Events: p, Commands: p, Decoder: p, Store: p, Targets: p, Deployments: deployments{x}, Checks: checks{x},
		Pipeline: pipeline{x}, Alarms: p, Announcer: p, Meter: p, Metrics: m.metrics,
		Lease: lease, CallTimeout: tick, Rates: map[string]float64{},
		Clock: x.now, NewID: x.id,
	})
	if err == nil {
		err = l.Refresh(context.Background())
	}
	if err != nil {
		panic(err)
	}
	return l
}
