package local

import (
	"context"
	"encoding/json"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// table keeps what the store stores. Its methods run under the world's lock.
type table struct {
	releases map[worker.Ref]*item
	history  map[string][]statemachine.Entry
	slots    map[string]statemachine.Slot
	targets  map[[2]string]worker.TargetSlot
	triggers map[[2]string]worker.Ref
	outcomes map[string]worker.Outcome
	// canaries are those in force; numbers the last number of each, deleted or not.
	canaries map[string]worker.Definition
	numbers  map[string]int
	workers  map[string]worker.WorkerInfo
}

// item is a release as stored: the whole as JSON, and what conditions name.
type item struct {
	doc     []byte
	schema  int
	rev     int64
	running bool
	// told: it is settled and its end is announced.
	told bool
	// wakeAt is in milliseconds.
	wakeAt time.Time
	stored worker.Stored // but for its Release
}

func newTable() *table {
	return &table{
		releases: map[worker.Ref]*item{}, history: map[string][]statemachine.Entry{},
		slots: map[string]statemachine.Slot{}, targets: map[[2]string]worker.TargetSlot{},
		triggers: map[[2]string]worker.Ref{}, outcomes: map[string]worker.Outcome{},
		canaries: map[string]worker.Definition{}, numbers: map[string]int{},
		workers: map[string]worker.WorkerInfo{},
	}
}

// store is a client's end of the table.
type store struct{ *Client }

var _ worker.Catalog = store{}

// Store is the table, for the loop and for the command line.
func (c *Client) Store() worker.Catalog { return store{c} }

// stamp cuts a time to what the table holds.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

func refOf(r statemachine.Release) worker.Ref { return worker.Ref{Canary: r.Canary, ID: r.ID} }

// keep replaces what an item says of its release.
func (i *item) keep(r statemachine.Release) error {
	doc, err := json.Marshal(r)
	if err != nil {
		return refuse(worker.ErrInvalid, "release %s: %v", r.ID, err)
	}
	i.doc, i.schema, i.rev, i.running, i.wakeAt = doc, r.Schema, r.Rev, r.Running(), time.Time{}
	if i.running {
		i.wakeAt = stamp(r.WakeAt)
	}
	return nil
}

func (i *item) load() (worker.Stored, error) {
	s := i.stored
	if i.schema > statemachine.Schema {
		return s, refuse(worker.ErrNewerSchema, "schema %d", i.schema)
	}
	if err := json.Unmarshal(i.doc, &s.Release); err != nil {
		return s, refuse(worker.ErrInvalid, "%v", err)
	}
	s.Release.WakeAt = i.wakeAt
	return s, nil
}

// Load reads a release.
func (s store) Load(ctx context.Context, ref worker.Ref) (worker.Stored, error) {
	return call(ctx, s.Client, Call{Name: "dynamodb:GetItem", Resource: ref.ID}, func() (worker.Stored, error) {
		i := s.world.table.releases[ref]
		if i == nil {
			return worker.Stored{}, refuse(worker.ErrNotFound, "release %s/%s", ref.Canary, ref.ID)
		}
		return i.load()
	})
}

// Claim moves wake_at.
func (s store) Claim(ctx context.Context, ref worker.Ref, rev int64, was, until time.Time) error {
	return done(ctx, s.Client, Call{Name: "dynamodb:UpdateItem", Resource: ref.ID, Write: true}, func() error {
		i, err := s.world.table.asRead(ref, rev, was)
		if err == nil {
			i.wakeAt = stamp(until)
		}
		return err
	})
}

// Touch keeps next's attempts and wake_at.
func (s store) Touch(ctx context.Context, next statemachine.Release, was time.Time) error {
	return done(ctx, s.Client, Call{Name: "dynamodb:UpdateItem", Resource: next.ID, Write: true}, func() error {
		i, err := s.world.table.asRead(refOf(next), next.Rev, was)
		if err == nil {
			err = i.keep(next)
		}
		return err
	})
}

// Announced moves announced_seq up to seq.
func (s store) Announced(ctx context.Context, ref worker.Ref, seq int64, end bool) error {
	return done(ctx, s.Client, Call{Name: "dynamodb:UpdateItem", Resource: ref.ID, Write: true}, func() error {
		i := s.world.table.releases[ref]
		if i == nil || i.stored.AnnouncedSeq >= seq {
			return refuse(worker.ErrConflict, "release %s/%s is announced beyond %d, or there is none", ref.Canary, ref.ID, seq)
		}
		i.stored.AnnouncedSeq, i.told = seq, end
		return nil
	})
}

// asRead is the item if rev and wake_at are as they were read.
func (t *table) asRead(ref worker.Ref, rev int64, wake time.Time) (*item, error) {
	i := t.releases[ref]
	if i == nil || !i.running || i.rev != rev || !i.wakeAt.Equal(stamp(wake)) {
		return nil, refuse(worker.ErrConflict, "release %s/%s is not at rev %d, due %s", ref.Canary, ref.ID, rev, wake)
	}
	return i, nil
}
