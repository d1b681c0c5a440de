package local

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// query is a read of many items.
func query(resource string) Call { return Call{Name: "dynamodb:Query", Resource: resource} }

func get(resource string) Call { return Call{Name: "dynamodb:GetItem", Resource: resource} }

// Slot reads a canary's.
func (s store) Slot(ctx context.Context, canary string) (statemachine.Slot, error) {
	return call(ctx, s.Client, get(canary), func() (statemachine.Slot, error) {
		slot, there := s.world.table.slots[canary]
		if !there {
			return statemachine.Slot{Canary: canary}, nil
		}
		return clone(slot)
	})
}

// TargetSlots reads them, free ones included, in order.
func (s store) TargetSlots(ctx context.Context, specs []statemachine.TargetSpec) ([]worker.TargetSlot, error) {
	return call(ctx, s.Client, get("targets"), func() ([]worker.TargetSlot, error) {
		slots := make([]worker.TargetSlot, 0, len(specs))
		for _, spec := range specs {
			slot := s.world.table.targets[[2]string{spec.Kind, spec.ID}]
			slot.Kind, slot.ID = spec.Kind, spec.ID
			slots = append(slots, slot)
		}
		return slots, nil
	})
}

// Trigger finds the release of a trigger.
func (s store) Trigger(ctx context.Context, source, key string) (worker.Ref, error) {
	return call(ctx, s.Client, get(key), func() (worker.Ref, error) {
		ref, there := s.world.table.triggers[[2]string{source, key}]
		if !there {
			return ref, refuse(worker.ErrNotFound, "trigger %s %s", source, key)
		}
		return ref, nil
	})
}

// Outcome finds what became of a command.
func (s store) Outcome(ctx context.Context, command string) (worker.Outcome, error) {
	return call(ctx, s.Client, get(command), func() (worker.Outcome, error) {
		o, there := s.world.table.outcomes[command]
		if !there {
			return o, refuse(worker.ErrNotFound, "command %s", command)
		}
		return o, nil
	})
}

// PutOutcome keeps a refusal.
func (s store) PutOutcome(ctx context.Context, o worker.Outcome) error {
	return done(ctx, s.Client, Call{Name: "dynamodb:PutItem", Resource: o.Command, Write: true}, func() error {
		tx := &transaction{table: s.world.table, touched: map[any]bool{}}
		tx.outcome(o)
		if tx.err == nil {
			tx.writes[0]()
		}
		return tx.err
	})
}

// Running lists every release that is not settled, soonest wake first.
func (s store) Running(ctx context.Context) iter.Seq2[worker.Stored, error] {
	return worker.Each(call(ctx, s.Client, query("by-wake"), func() ([]worker.Stored, error) {
		t := s.world.table
		var all []worker.Stored
		for _, ref := range t.byWake() {
			if one, err := t.releases[ref].load(); err == nil { // a newer schema's is left alone
				all = append(all, one)
			}
		}
		return all, nil
	}))
}

// Unannounced lists settled releases whose end is not announced.
func (s store) Unannounced(ctx context.Context) iter.Seq2[worker.Stored, error] {
	return worker.Each(call(ctx, s.Client, query("by-wake"), func() ([]worker.Stored, error) {
		var all []worker.Stored
		for _, i := range s.world.table.releases {
			if one, err := i.load(); err == nil && !i.running && !i.told {
				all = append(all, one)
			}
		}
		return all, nil
	}))
}

// Due returns those whose wake_at is before t.
func (s store) Due(ctx context.Context, before time.Time) ([]worker.Due, error) {
	return call(ctx, s.Client, query("by-wake"), func() ([]worker.Due, error) {
		t := s.world.table
		var due []worker.Due
		for _, ref := range t.byWake() {
			if at := t.releases[ref].wakeAt; at.Before(stamp(before)) {
				due = append(due, worker.Due{Ref: ref, WakeAt: at})
			}
		}
		return due, nil
	})
}

// byWake is the index of what is not settled.
func (t *table) byWake() []worker.Ref {
	refs := slices.Collect(maps.Keys(t.releases))
	refs = slices.DeleteFunc(refs, func(r worker.Ref) bool { return !t.releases[r].running })
	slices.SortFunc(refs, func(a, b worker.Ref) int {
		return cmp.Or(t.releases[a].wakeAt.Compare(t.releases[b].wakeAt), cmp.Compare(a.ID, b.ID))
	})
	return refs
}

// History returns a release's entries with seq > after, in order.
func (s store) History(ctx context.Context, id string, after int64) ([]statemachine.Entry, error) {
	return call(ctx, s.Client, query(id), func() ([]statemachine.Entry, error) {
		entries := slices.DeleteFunc(slices.Clone(s.world.table.history[id]), func(e statemachine.Entry) bool { return e.Seq <= after })
		slices.SortFunc(entries, func(a, b statemachine.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
		return entries, nil
	})
}
