package worker

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// ErrNewerSchema: the item was written by a newer worker; leave it alone.
var ErrNewerSchema = errors.New("written by a newer version of serin")

// Ref names a release.
type Ref struct{ Canary, ID string }

// Stored is a release as the table holds it. Release.WakeAt is the item's.
type Stored struct {
	Release statemachine.Release
	// OpID is the save that wrote it: a save whose answer was lost is recognised.
	OpID string
	// AnnouncedSeq is the last history entry that was announced.
	AnnouncedSeq int64
	// SavedBy is the worker.
	SavedBy string
}

// Save is one release's part of a commit.
type Save struct {
	Next  statemachine.Release
	Entry statemachine.Entry
	// WasRev is the rev it was decided from; 0: the release must not exist.
	WasRev int64
}

// TargetSlot says which release moves a target.
type TargetSlot struct {
	Kind, ID string
	// Release is the holder; "" is free. Canary is the holder's.
	Release, Canary string
	Rev             int64
}

// Commit is one transaction: all of it or nothing.
type Commit struct {
	// OpID is unique to this attempt to decide; kept in every release saved.
	OpID string
	// By is the worker.
	By string
	// At is the saver's now, for TTLs.
	At    time.Time
	Saves []Save
	// Slot, when set, is written if its rev in the table is still Slot.Rev (0: no
	// item); the item's rev becomes Slot.Rev + 1.
	Slot *statemachine.Slot
	// TargetSlots likewise.
	TargetSlots []TargetSlot
	// Trigger, when set, must not exist yet: one release a trigger.
	Trigger *TriggerItem
	// Outcome, when set, must not exist yet: a command acts once.
	Outcome *Outcome
}

// TriggerItem makes creation idempotent.
type TriggerItem struct {
	Source, Key string
	Ref         Ref
}

// Store keeps releases. Every write is conditional; ErrConflict means a
// condition failed and nothing was written: load again. After any other error
// the write may have been applied: load and compare OpID. Reads are consistent
// unless said otherwise. Safe for concurrent use. Adapters: dynamostore, local.
//
// Releases, history entries, plans and slots come back as they were committed,
// but for Release.WakeAt: that one, and every other time, is cut to the
// millisecond when stored and when compared. What is stored and what is
// returned are copies.
type Store interface {
	// Load reads a release. ErrNotFound, ErrNewerSchema.
	Load(ctx context.Context, ref Ref) (Stored, error)
	// Commit writes one transaction. It leaves AnnouncedSeq alone. A release that
	// is not settled can be claimed and is in Running and Due whatever its WakeAt: a
	// zero one is due at once.
	Commit(ctx context.Context, c Commit) error
	// Claim moves wake_at from was to until if rev and wake_at are as read. It
	// changes neither rev nor history. Renewal is the same call. Of several claimers
	// one wins, provided until is at least a millisecond off was.
	Claim(ctx context.Context, ref Ref, rev int64, was, until time.Time) error
	// Touch keeps next's attempts and wake_at, if rev is next's and wake_at is still
	// was. It changes neither rev nor history.
	Touch(ctx context.Context, next statemachine.Release, was time.Time) error
	// Announced notes that all entries up to seq were announced. ErrConflict: others
	// noted that many already. With end, seq is a settled release's last entry.
	Announced(ctx context.Context, ref Ref, seq int64, end bool) error

	// Slot reads a canary's; the zero slot with its name if there is none.
	Slot(ctx context.Context, canary string) (statemachine.Slot, error)
	// TargetSlots reads them, free ones included, in order.
	TargetSlots(ctx context.Context, specs []statemachine.TargetSpec) ([]TargetSlot, error)
	// Trigger finds the release of a trigger. ErrNotFound.
	Trigger(ctx context.Context, source, key string) (Ref, error)
	// Outcome finds what became of a command. ErrNotFound.
	Outcome(ctx context.Context, command string) (Outcome, error)
	// PutOutcome keeps a refusal; ErrConflict if the command has one.
	PutOutcome(ctx context.Context, o Outcome) error

	// Running lists every release that is not settled, from the by-wake index:
	// eventually consistent, so a hint. One that can't be read (ErrNewerSchema) is
	// left out, so that it does not keep the others from being driven: Due names it
	// and Load says why. It reads as it is walked through, so that a worker need not
	// hold ten thousand at once; an error ends it. [All] collects.
	Running(ctx context.Context) iter.Seq2[Stored, error]
	// Unannounced lists settled releases whose last entries nobody noted as
	// announced; a hint, listed as Running lists.
	Unannounced(ctx context.Context) iter.Seq2[Stored, error]
	// Due returns those whose wake_at is before t, soonest first; a hint as well.
	Due(ctx context.Context, before time.Time) ([]Due, error)
	// History returns a release's entries with seq > after, in order.
	History(ctx context.Context, id string, after int64) ([]statemachine.Entry, error)
	// Canaries lists the definitions in force, as Running does. What can't be read
	// (ErrNewerSchema) is an error in its place, and the others follow.
	Canaries(ctx context.Context) iter.Seq2[Definition, error]
	// Canary returns one. ErrNotFound.
	Canary(ctx context.Context, name string) (Definition, error)
	// Beat says this worker is alive.
	Beat(ctx context.Context, w WorkerInfo) error
}

// Due is a release and when it needs attention.
type Due struct {
	Ref    Ref
	WakeAt time.Time
}

// Definition is a canary as applied.
type Definition struct {
	Plan      statemachine.Plan
	AppliedAt time.Time
	AppliedBy string
	// File is the YAML as it was applied.
	File string
}

// WorkerInfo is a worker's sign of life.
type WorkerInfo struct { //nolint:revive // the table's word for the item is worker
	ID          string
	SeenAt      time.Time
	LastSweepAt time.Time
	Version     string
}

// Catalog is what the command line needs beside [Store]. Adapters: dynamostore,
// local.
type Catalog interface {
	Store
	// Apply stores a definition under the next number, which it returns, and keeps
	// the last ten. No number is given twice, also after Delete. ErrConflict if was
	// (the number read; 0: new) is not in force.
	Apply(ctx context.Context, d Definition, was int) (int, error)
	// Delete removes a canary if definition was is still in force, else ErrConflict.
	// Its releases, slot and history stay.
	Delete(ctx context.Context, name string, was int) error
	// Find returns the releases that an operator may mean by word: a release id or
	// an unambiguous prefix of one, a canary's name (its running release, else its
	// last), an execution or a deployment id, tried in the order id, canary,
	// execution and deployment, prefix. Newest first; none is an empty list. Of a
	// prefix that fits many it returns enough to show that it is ambiguous.
	Find(ctx context.Context, word string) ([]Stored, error)
	// Releases lists a canary's, newest first; every canary's if name is "".
	// Settled ones only if they began at or after since. Every canary's come from
	// indexes, so they are a hint. What can't be read (ErrNewerSchema) is in the
	// error, beside the others.
	Releases(ctx context.Context, name string, since time.Time) ([]Stored, error)
	// Workers returns those seen within a day, by id.
	Workers(ctx context.Context) ([]WorkerInfo, error)
}
