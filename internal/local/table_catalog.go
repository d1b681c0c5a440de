package local

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/serinhq/serin/worker"
)

// Canaries lists the definitions in force, by name.
func (s store) Canaries(ctx context.Context) iter.Seq2[worker.Definition, error] {
	return worker.Each(call(ctx, s.Client, query("canaries"), func() ([]worker.Definition, error) {
		var all []worker.Definition
		for _, name := range slices.Sorted(maps.Keys(s.world.table.canaries)) {
			one, err := clone(s.world.table.canaries[name])
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return all, nil
	}))
}

// Canary returns one.
func (s store) Canary(ctx context.Context, name string) (worker.Definition, error) {
	return call(ctx, s.Client, get(name), func() (worker.Definition, error) {
		one, there := s.world.table.canaries[name]
		if !there {
			return one, refuse(worker.ErrNotFound, "canary %s", name)
		}
		return clone(one)
	})
}

// Apply stores a definition under the next number. A name that was deleted goes
// on counting.
func (s store) Apply(ctx context.Context, d worker.Definition, was int) (int, error) {
	name := d.Plan.Canary
	return call(ctx, s.Client, Call{Name: "dynamodb:TransactWriteItems", Resource: name, Write: true}, func() (int, error) {
		t := s.world.table
		if err := t.inForce(name, was); err != nil {
			return 0, err
		}
		d.Plan.Definition = t.numbers[name] + 1
		kept, err := clone(d)
		if err != nil {
			return 0, refuse(worker.ErrInvalid, "canary %s: %v", name, err)
		}
		t.canaries[name], t.numbers[name] = kept, d.Plan.Definition
		return d.Plan.Definition, nil
	})
}

// Delete removes a canary.
func (s store) Delete(ctx context.Context, name string, was int) error {
	return done(ctx, s.Client, Call{Name: "dynamodb:TransactWriteItems", Resource: name, Write: true}, func() error {
		err := s.world.table.inForce(name, was)
		if err == nil {
			delete(s.world.table.canaries, name)
		}
		return err
	})
}

func (t *table) inForce(name string, was int) error {
	if now := t.canaries[name].Plan.Definition; now != was {
		return refuse(worker.ErrConflict, "canary %s has definition %d, not %d", name, now, was)
	}
	return nil
}

// Beat says this worker is alive.
func (s store) Beat(ctx context.Context, info worker.WorkerInfo) error {
	return done(ctx, s.Client, Call{Name: "dynamodb:PutItem", Resource: info.ID, Write: true}, func() error {
		info.SeenAt, info.LastSweepAt = stamp(info.SeenAt), stamp(info.LastSweepAt)
		s.world.table.workers[info.ID] = info
		return nil
	})
}

// Workers returns those seen within a day, by id.
func (s store) Workers(ctx context.Context) ([]worker.WorkerInfo, error) {
	return call(ctx, s.Client, query("workers"), func() ([]worker.WorkerInfo, error) {
		var seen []worker.WorkerInfo
		for _, id := range slices.Sorted(maps.Keys(s.world.table.workers)) {
			if info := s.world.table.workers[id]; s.world.clock().Sub(info.SeenAt) <= 24*time.Hour {
				seen = append(seen, info)
			}
		}
		return seen, nil
	})
}
