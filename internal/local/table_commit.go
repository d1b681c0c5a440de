package local

import (
	"context"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// transaction collects a commit's conditions and writes: the writes happen only
// if every condition holds.
type transaction struct {
	table *table
	// touched are the items it names; DynamoDB takes each once only.
	touched map[any]bool
	writes  []func()
	err     error
}

// Commit writes one transaction.
func (s store) Commit(ctx context.Context, c worker.Commit) error {
	resource := ""
	if len(c.Saves) > 0 {
		resource = c.Saves[0].Next.ID
	}
	return done(ctx, s.Client, Call{Name: "dynamodb:TransactWriteItems", Resource: resource, Write: true}, func() error {
		tx := &transaction{table: s.world.table, touched: map[any]bool{}}
		tx.commit(c)
		if tx.err != nil {
			return tx.err
		}
		for _, write := range tx.writes {
			write()
		}
		return nil
	})
}

func (tx *transaction) commit(c worker.Commit) {
	for _, save := range c.Saves {
		tx.save(c, save)
	}
	if c.Slot != nil {
		tx.slot(*c.Slot)
	}
	for _, slot := range c.TargetSlots {
		tx.targetSlot(slot)
	}
	if t := c.Trigger; t != nil {
		key := [2]string{t.Source, t.Key}
		_, there := tx.table.triggers[key]
		tx.write(triggerItem(key), !there, func() { tx.table.triggers[key] = t.Ref })
	}
	if o := c.Outcome; o != nil {
		tx.outcome(*o)
	}
}

// The keys of a transaction's items, by sort.
type (
	triggerItem [2]string
	slotItem    string
	targetItem  [2]string
	outcomeItem string
	entryItem   struct {
		release string
		seq     int64
	}
)

// write adds one item's condition and write.
func (tx *transaction) write(key any, holds bool, write func()) {
	switch {
	case tx.err != nil:
	case tx.touched[key]:
		tx.err = refuse(worker.ErrInvalid, "the transaction writes %v twice", key)
	case !holds:
		tx.err = refuse(worker.ErrConflict, "the condition on %T %v failed", key, key)
	}
	tx.touched[key] = true
	tx.writes = append(tx.writes, write)
}

func (tx *transaction) fail(err error) {
	if tx.err == nil {
		tx.err = err
	}
}

func (tx *transaction) save(c worker.Commit, save worker.Save) {
	ref := refOf(save.Next)
	was := tx.table.releases[ref]
	next := &item{}
	if was != nil {
		next.stored.AnnouncedSeq = was.stored.AnnouncedSeq
	}
	next.stored.OpID, next.stored.SavedBy = c.OpID, c.By
	if err := next.keep(save.Next); err != nil {
		tx.fail(err)
	}
	holds := was == nil && save.WasRev == 0 || was != nil && was.rev == save.WasRev && save.WasRev != 0
	tx.write(ref, holds, func() { tx.table.releases[ref] = next })
	tx.entry(ref.ID, save.Entry)
}

func (tx *transaction) entry(release string, e statemachine.Entry) {
	kept, err := clone(e)
	if err != nil {
		tx.fail(refuse(worker.ErrInvalid, "entry %d of release %s: %v", e.Seq, release, err))
	}
	fresh := true
	for _, old := range tx.table.history[release] {
		fresh = fresh && old.Seq != e.Seq
	}
	tx.write(entryItem{release, e.Seq}, fresh, func() {
		tx.table.history[release] = append(tx.table.history[release], kept)
	})
}

func (tx *transaction) slot(s statemachine.Slot) {
	next, err := clone(s)
	if err != nil {
		tx.fail(refuse(worker.ErrInvalid, "slot of %s: %v", s.Canary, err))
	}
	next.Rev++
	tx.write(slotItem(s.Canary), tx.table.slots[s.Canary].Rev == s.Rev, func() { tx.table.slots[s.Canary] = next })
}

func (tx *transaction) targetSlot(s worker.TargetSlot) {
	key := [2]string{s.Kind, s.ID}
	next := s
	next.Rev++
	tx.write(targetItem(key), tx.table.targets[key].Rev == s.Rev, func() { tx.table.targets[key] = next })
}

func (tx *transaction) outcome(o worker.Outcome) {
	_, there := tx.table.outcomes[o.Command]
	o.At = stamp(o.At)
	tx.write(outcomeItem(o.Command), !there, func() { tx.table.outcomes[o.Command] = o })
}
