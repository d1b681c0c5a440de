package dynamostore

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/worker"
)

// Commit writes one transaction (TransactWriteItems). A part of it that another
// transaction is writing at that moment is tried again within ctx, for less
// than a second; then it is worker.ErrThrottled, and nothing was written.
func (s *Store) Commit(ctx context.Context, c worker.Commit) error {
	writes, err := s.commit(c)
	if err == nil {
		err = s.transact(ctx, c.OpID, writes)
	}
	if err != nil {
		return fmt.Errorf("commit %s: %w", c.OpID, err)
	}
	for _, w := range writes {
		if w.leaves != nil {
			s.recall.keep(*w.leaves)
		}
	}
	return nil
}

func (s *Store) commit(c worker.Commit) ([]write, error) {
	var p parts
	for _, save := range c.Saves {
		p.add(s.save(c, save))
		p.add(s.entry(c, save))
	}
	if c.Slot != nil {
		p.add(s.slot(c, *c.Slot))
	}
	for _, slot := range c.TargetSlots {
		p.writes = append(p.writes, s.targetSlot(c, slot))
	}
	if c.Trigger != nil {
		p.writes = append(p.writes, s.trigger(c, *c.Trigger))
	}
	if c.Outcome != nil {
		p.writes = append(p.writes, s.outcome(c, *c.Outcome))
	}
	return p.writes, p.err
}

// parts are the writes so far, or the first error.
type parts struct {
	writes []write
	err    error
}

func (p *parts) add(w write, err error) {
	p.writes = append(p.writes, w)
	if p.err == nil {
		p.err = err
	}
}

// save is an update, never a put: announced_seq is not its to write.
func (s *Store) save(c worker.Commit, save worker.Save) (write, error) {
	r, reason := save.Next, save.Entry.Reason
	what := fmt.Sprintf("release %s/%s at rev %d", r.Canary, r.ID, save.WasRev)
	doc, err := docOf(r)
	if err != nil {
		return write{}, fmt.Errorf("write %s: %w", what, invalid(err))
	}
	a := head(r, doc)
	a.reason(reason)
	a.text(attrOpID, c.OpID)
	a.text("saved_by", c.By)
	if r.Running() {
		a.none(attrExpiresAt)
	} else {
		a.expires(c.At.Add(releaseKept))
	}
	p := s.phrases.of(a, save.WasRev == 0)
	return write{what: what, leaves: &known{doc, r}, item: types.TransactWriteItem{Update: &types.Update{
		TableName: &s.table, Key: releaseKey(worker.Ref{Canary: r.Canary, ID: r.ID}).item(),
		UpdateExpression: &p.change, ConditionExpression: &p.must,
		ExpressionAttributeNames: p.names, ExpressionAttributeValues: p.values(a, save.WasRev),
		ReturnValuesOnConditionCheckFailure: allOld,
	}}}, nil
}

func (s *Store) entry(c worker.Commit, save worker.Save) (write, error) {
	r, entry := save.Next, save.Entry
	what := fmt.Sprintf("entry %d of release %s/%s", entry.Seq, r.Canary, r.ID)
	a, err := line(r, entry)
	if err != nil {
		return write{}, fmt.Errorf("write %s: %w", what, invalid(err))
	}
	a.text(attrOpID, c.OpID)
	a.expires(c.At.Add(entryKept))
	return s.put(what, entryKey(r.ID, entry.Seq), a, absent()), nil
}

func (s *Store) trigger(c worker.Commit, t worker.TriggerItem) write {
	var a attributes
	a.text("canary", t.Ref.Canary)
	a.text("release", t.Ref.ID)
	a.text(attrOpID, c.OpID)
	a.expires(c.At.Add(entryKept))
	return s.put(fmt.Sprintf("trigger %s %s", t.Source, t.Key), triggerKey(t.Source, t.Key), a, absent())
}

// invalid marks what can't be stored and never will be.
func invalid(err error) error {
	return &worker.CallError{Call: callTransact, Kind: worker.ErrInvalid, Err: err}
}
