package dynamostore

import (
	"context"
	"errors"
	"fmt"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func (s *Store) slot(c worker.Commit, slot statemachine.Slot) (write, error) {
	was := slot.Rev
	what := fmt.Sprintf("slot of %s at rev %d", slot.Canary, was)
	slot.Rev++
	var a attributes
	if err := a.doc(slot); err != nil {
		return write{}, fmt.Errorf("write %s: %w", what, invalid(err))
	}
	a.text("canary", slot.Canary)
	a.text("active", slot.Active)
	a.text("next", slot.Next)
	a.text("newest", slot.Newest)
	a.number(attrRev, slot.Rev)
	a.at(attrUpdatedAt, c.At)
	a.text(attrOpID, c.OpID)
	return s.put(what, slotKey(slot.Canary), a, unmoved(was)), nil
}

func (s *Store) targetSlot(c worker.Commit, slot worker.TargetSlot) write {
	var a attributes
	a.text("kind", slot.Kind)
	a.text("target", slot.ID)
	a.text("release", slot.Release)
	a.text("canary", slot.Canary)
	a.number(attrRev, slot.Rev+1)
	a.at(attrUpdatedAt, c.At)
	a.text(attrOpID, c.OpID)
	what := fmt.Sprintf("slot of target %s %s at rev %d", slot.Kind, slot.ID, slot.Rev)
	return s.put(what, targetKey(slot.Kind, slot.ID), a, unmoved(slot.Rev))
}

// Slot reads a canary's slot; the zero slot with its name if there is none.
func (s *Store) Slot(ctx context.Context, canary string) (statemachine.Slot, error) {
	slot := statemachine.Slot{Canary: canary}
	item, err := s.get(ctx, slotKey(canary))
	if errors.Is(err, worker.ErrNotFound) {
		return slot, nil
	}
	if err == nil {
		err = fromDoc(item, &slot)
	}
	if err != nil {
		return statemachine.Slot{}, fmt.Errorf("read the slot of %s: %w", canary, err)
	}
	return slot, nil
}

// TargetSlots reads them one by one (a release has at most ten), free ones
// included, in order.
func (s *Store) TargetSlots(ctx context.Context, specs []statemachine.TargetSpec) ([]worker.TargetSlot, error) {
	slots := make([]worker.TargetSlot, 0, len(specs))
	for _, spec := range specs {
		slot, err := s.readTargetSlot(ctx, spec.Kind, spec.ID)
		if err != nil {
			return nil, fmt.Errorf("read the slot of target %s %s: %w", spec.Kind, spec.ID, err)
		}
		slots = append(slots, slot)
	}
	return slots, nil
}

func (s *Store) readTargetSlot(ctx context.Context, kind, id string) (worker.TargetSlot, error) {
	free := worker.TargetSlot{Kind: kind, ID: id}
	item, err := s.get(ctx, targetKey(kind, id))
	if errors.Is(err, worker.ErrNotFound) {
		return free, nil
	}
	var in struct {
		Release string `dynamodbav:"release"`
		Canary  string `dynamodbav:"canary"`
		Rev     int64  `dynamodbav:"rev"`
	}
	if err == nil {
		err = unmarshal(item, &in)
	}
	return worker.TargetSlot{Kind: kind, ID: id, Release: in.Release, Canary: in.Canary, Rev: in.Rev}, err
}
