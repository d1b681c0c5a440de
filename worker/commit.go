package worker

import (
	"context"
	"fmt"

	"github.com/serinhq/serin/statemachine"
)

// commitFor is the transaction of a decision: the release and its history, and
// with it whatever must change at the same time: the slot when the release ends
// or leaves the queue, the target slots when it begins to move or is settled,
// the command's outcome.
func (l *Loop) commitFor(ctx context.Context, t *turn, d statemachine.Decision) (Commit, error) {
	was := t.release()
	c := Commit{
		OpID: l.o.NewID(), By: l.o.ID, At: d.Next.UpdatedAt, Outcome: t.outcomeFor(d),
		Saves: []Save{{Next: d.Next, Entry: d.Entry(was.Phase), WasRev: was.Rev}},
	}
	if was.FirstShiftAt.IsZero() && !d.Next.FirstShiftAt.IsZero() {
		c.TargetSlots = taken(t.slots, d.Next)
	}
	leftQueue := was.Phase == statemachine.Queued && d.Next.Phase != statemachine.Queued
	if d.Next.Running() && !leftQueue {
		return c, nil
	}
	if err := l.handOver(ctx, &c, d.Next); err != nil {
		return c, err
	}
	if d.Next.Running() {
		return c, nil
	}
	return c, l.freeTargets(ctx, &c, d.Next)
}

// taken are the target slots as this release holds them.
func taken(slots []TargetSlot, r statemachine.Release) []TargetSlot {
	mine := make([]TargetSlot, len(slots))
	for i, s := range slots {
		s.Release, s.Canary = r.ID, r.Canary
		mine[i] = s
	}
	return mine
}

// handOver frees the canary's slot and begins the release that waits.
func (l *Loop) handOver(ctx context.Context, c *Commit, r statemachine.Release) error {
	slot, err := l.slot(ctx, r.Canary)
	if err != nil {
		return err
	}
	switch r.ID {
	case slot.Next:
		slot.Next = ""
		c.Slot = &slot
		return nil
	case slot.Active:
	default:
		return nil
	}
	if r.Running() {
		return nil
	}
	var next *statemachine.Release
	if slot.Next != "" {
		s, err := l.load(ctx, Ref{r.Canary, slot.Next})
		if err != nil {
			return err
		}
		next = &s.Release
	}
	h := slot.Release(r, next, c.At)
	c.Slot = &h.Slot
	if h.Begun != nil {
		c.Saves = append(c.Saves, Save{Next: h.Begun.Next, Entry: h.Begun.Entry(next.Phase), WasRev: next.Rev})
	}
	return nil
}

func (l *Loop) freeTargets(ctx context.Context, c *Commit, r statemachine.Release) error {
	if r.FirstShiftAt.IsZero() || len(r.Plan.Targets) == 0 {
		return nil
	}
	slots, err := l.targetSlots(ctx, r)
	if err != nil {
		return err
	}
	for _, s := range slots {
		if s.Release == r.ID {
			s.Release, s.Canary = "", ""
			c.TargetSlots = append(c.TargetSlots, s)
		}
	}
	return nil
}

func (l *Loop) slot(ctx context.Context, canary string) (statemachine.Slot, error) {
	var slot statemachine.Slot
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		slot, err = l.o.Store.Slot(ctx, canary)
		return err
	})
	l.tableSaid(err)
	if err != nil {
		return slot, fmt.Errorf("read slot of %s: %w", canary, err)
	}
	return slot, nil
}

func (l *Loop) targetSlots(ctx context.Context, r statemachine.Release) ([]TargetSlot, error) {
	var slots []TargetSlot
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		slots, err = l.o.Store.TargetSlots(ctx, r.Plan.Targets)
		return err
	})
	l.tableSaid(err)
	if err != nil {
		return nil, fmt.Errorf("read target slots of %s: %w", r.Canary, err)
	}
	return slots, nil
}

// outcomeFor fills in what a command's decision came to. Where a time of the
// release had come, that went first and the command did nothing.
func (t *turn) outcomeFor(d statemachine.Decision) *Outcome {
	if t.outcome == nil {
		return nil
	}
	o := *t.outcome
	o.Done = d.Reason.Cause.Kind == statemachine.CauseCommand
	o.Code, o.Text = string(d.Reason.Code), Clip(d.Reason.Text)
	o.Release, o.Rev, o.At = d.Next.ID, d.Next.Rev, d.Next.UpdatedAt
	return &o
}
