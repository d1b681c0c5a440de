package explore

import (
	"context"
	"iter"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// ports are a worker's ports: each call is looked up in the run under way.
type ports struct{ x *execution }

var (
	_ worker.Store     = ports{}
	_ worker.Targets   = ports{}
	_ worker.Target    = lever{}
	_ worker.Pipeline  = pipeline{}
	_ worker.Alarms    = ports{}
	_ worker.Announcer = ports{}
	_ worker.Meter     = ports{}
	_ worker.Decoder   = ports{}
	_ worker.Queue     = ports{}
)

func (p ports) Load(ctx context.Context, ref worker.Ref) (worker.Stored, error) {
	a := p.x.do(ctx, call{what: callLoad, ref: ref})
	if r, ok := a.value.(*record); ok {
		return r.Stored, a.err
	}
	return worker.Stored{}, a.err
}

func (p ports) Commit(ctx context.Context, c worker.Commit) error {
	if a, ok := p.x.past(callCommit); ok {
		return a.err
	}
	kept := c
	return p.x.do(ctx, call{what: callCommit, commit: &kept}).err
}

func (p ports) Claim(ctx context.Context, ref worker.Ref, rev int64, was, until time.Time) error {
	return p.x.do(ctx, call{what: callClaim, ref: ref, rev: rev, was: was, until: until}).err
}

func (p ports) Touch(ctx context.Context, next statemachine.Release, was time.Time) error {
	if a, ok := p.x.past(callTouch); ok {
		return a.err
	}
	kept := next
	return p.x.do(ctx, call{what: callTouch, next: &kept, was: was}).err
}

// Announced and Announce are harmless by contract, so they are no points of the model.
func (ports) Announced(context.Context, worker.Ref, int64, bool) error { return nil }

func (ports) Announce(context.Context, []worker.Announcement) error { return nil }

func (p ports) Slot(ctx context.Context, canary string) (statemachine.Slot, error) {
	a := p.x.do(ctx, call{what: callSlot, name: canary})
	s, _ := a.value.(statemachine.Slot)
	return s, a.err
}

func (p ports) TargetSlots(ctx context.Context, _ []statemachine.TargetSpec) ([]worker.TargetSlot, error) {
	a := p.x.do(ctx, call{what: callTargetSlots})
	s, _ := a.value.([]worker.TargetSlot)
	return s, a.err
}

func (p ports) Trigger(ctx context.Context, source, key string) (worker.Ref, error) {
	return worker.Ref{}, p.x.do(ctx, call{what: callTrigger, name: source + "/" + key}).err
}

func (p ports) Outcome(ctx context.Context, command string) (worker.Outcome, error) {
	return worker.Outcome{}, p.x.do(ctx, call{what: callOutcome, name: command}).err
}

func (p ports) PutOutcome(ctx context.Context, o worker.Outcome) error {
	return p.x.do(ctx, call{what: callPutOutcome, outcome: &o}).err
}

func (p ports) Running(ctx context.Context) iter.Seq2[worker.Stored, error] {
	if p.x.begin == nil { // the loop is being made
		return worker.Each(p.x.known(), nil)
	}
	a := p.x.do(ctx, call{what: callRunning})
	all, _ := a.value.([]worker.Stored)
	return worker.Each(all, a.err)
}

func (ports) Unannounced(context.Context) iter.Seq2[worker.Stored, error] {
	return worker.Each[worker.Stored](nil, nil)
}

// known is what the worker's index is made from: the release it last saw running.
func (x *execution) known() []worker.Stored {
	if x.knows == "" {
		return nil
	}
	return []worker.Stored{{Release: statemachine.Release{ID: x.knows, Canary: x.m.s.Plan.Canary, Phase: statemachine.Preflight}}}
}

func (p ports) Due(context.Context, time.Time) ([]worker.Due, error) { return nil, nil }

func (p ports) History(context.Context, string, int64) ([]statemachine.Entry, error) { return nil, nil }

func (p ports) Canaries(context.Context) iter.Seq2[worker.Definition, error] {
	var all []worker.Definition
	for _, plan := range p.x.m.plans() {
		all = append(all, worker.Definition{Plan: plan})
	}
	return worker.Each(all, nil)
}

func (p ports) Canary(_ context.Context, name string) (worker.Definition, error) {
	for _, plan := range p.x.m.plans() {
		if plan.Canary == name {
			return worker.Definition{Plan: plan}, nil
		}
	}
	return worker.Definition{}, worker.ErrNotFound
}

func (ports) Beat(context.Context, worker.WorkerInfo) error { return nil }

func (ports) Publish(context.Context, worker.Gauges) error { return nil }

func (p ports) Look(ctx context.Context, queries []worker.AlarmQuery) ([]statemachine.AlarmLook, error) {
	a := p.x.do(ctx, call{what: callAlarms, queries: queries})
	looks, _ := a.value.([]statemachine.AlarmLook)
	return looks, a.err
}

func (p ports) Decode(string) (worker.Event, error) { return p.x.begin.event, nil }

func (ports) Receive(context.Context, int, time.Duration) ([]worker.Delivery, error) { return nil, nil }

func (ports) Ack(context.Context, []worker.Delivery) error { return nil }

func (ports) Later(context.Context, worker.Delivery, time.Duration) error { return nil }

func (ports) Extend(context.Context, worker.Delivery, time.Duration) error { return nil }

func (ports) Send(context.Context, []byte) error { return nil }

func (p ports) Kind(name string) (worker.TargetKind, bool) {
	return worker.TargetKind{Traits: statemachine.Traits{Fenced: name != kindFenceless}, API: name}, true
}

func (p ports) Open(spec statemachine.TargetSpec) (worker.Target, error) {
	for i, t := range p.x.m.s.Plan.Targets {
		if t.Name == spec.Name {
			return lever{p.x, i}, nil
		}
	}
	return nil, worker.ErrInvalid
}
