package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

// turn is one release being driven by this worker: as last read or saved, and
// the lease on its orders, if this worker has one.
type turn struct {
	stored Stored
	lease  lease
	// slots are the target slots read before preflight's look.
	slots []TargetSlot
	// outcome, when set, is written with the next save: a command acts once.
	outcome *Outcome
	// waitKey is what an event tells of a guarded deployment's wait.
	waitKey string
	// entries are the lines of history saved so far, for announcing.
	entries []Announcement
}

func (t *turn) release() statemachine.Release { return t.stored.Release }

// tries bounds how often one input is decided anew after a conflict.
const tries = 8

// decide feeds one input to the core and saves what comes out, before anything
// is acted on. After a conflict it loads and decides again, but for a look,
// which was taken for the rev that is gone: ErrConflict then.
func (l *Loop) decide(ctx context.Context, t *turn, in statemachine.Input) (statemachine.Decision, error) {
	for range tries {
		d, err := l.decideOnce(ctx, t, in)
		if !errors.Is(err, ErrConflict) {
			return d, err
		}
		if err := l.reload(ctx, t); err != nil {
			return d, err
		}
		if _, isLook := in.(statemachine.Look); isLook {
			return d, ErrConflict
		}
	}
	return statemachine.Decision{}, fmt.Errorf("decide on release %s: %w after %d tries", t.release().ID, ErrConflict, tries)
}

func (l *Loop) reload(ctx context.Context, t *turn) error {
	s, err := l.load(ctx, refOf(t.release()))
	if err != nil {
		return err
	}
	t.stored = s
	if !s.Release.WakeAt.Equal(t.lease.wakeAt) {
		t.lease = lease{}
	}
	return nil
}

func (l *Loop) load(ctx context.Context, ref Ref) (Stored, error) {
	var s Stored
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		s, err = l.o.Store.Load(ctx, ref)
		return err
	})
	l.tableSaid(err)
	if err != nil {
		return Stored{}, fmt.Errorf("load release %s: %w", ref.ID, err)
	}
	return s, nil
}

func (l *Loop) decideOnce(ctx context.Context, t *turn, in statemachine.Input) (statemachine.Decision, error) {
	begun := l.o.Clock()
	was := t.release()
	d := statemachine.Advance(was, in, begun.UTC().Truncate(time.Millisecond))
	l.metrics.decided(in, d)
	switch d.Change {
	case statemachine.Unchanged:
		l.log.Debug("unchanged", releaseFields(was, d)...)
		return d, nil
	case statemachine.Touched:
		err := l.touch(ctx, d.Next, was.WakeAt)
		if err == nil {
			t.stored.Release = d.Next
			t.lease = t.after(begun, d)
		}
		return d, err
	case statemachine.Decided:
	}
	c, err := l.commitFor(ctx, t, d)
	if err != nil {
		return d, err
	}
	if err := l.commit(ctx, c, begun); err != nil {
		return d, err
	}
	l.saved(t, was, d, c, begun)
	return d, nil
}

// after is the lease that a save leaves this worker with.
func (t *turn) after(begun time.Time, d statemachine.Decision) lease {
	if fresh := leaseFrom(begun, d.Next); fresh.held() {
		return fresh
	}
	if t.lease.held() && d.Next.WakeAt.Equal(t.lease.wakeAt) {
		return t.lease
	}
	return lease{}
}

// saved notes a save that is in the table: lease, log line, metrics, what to
// announce and when to wake.
func (l *Loop) saved(t *turn, was statemachine.Release, d statemachine.Decision, c Commit, begun time.Time) {
	t.stored.Release, t.stored.OpID = d.Next, c.OpID
	t.lease = t.after(begun, d)
	t.outcome = nil
	l.memory.keep(d.Next, t.lease)
	for _, s := range c.Saves {
		l.announceLater(t, s, refOf(s.Next) == refOf(d.Next))
		l.wakeUp(refOf(s.Next), s.Next.WakeAt)
		l.index.note(s.Next)
	}
	l.metrics.entered(was.Phase, d.Next.Phase)
	l.log.Info("decided", releaseFields(d.Next, d)...)
}

func (l *Loop) announceLater(t *turn, s Save, ours bool) {
	if ours {
		t.entries = append(t.entries, Announcement{ID: announcementID(s), Entry: s.Entry, Release: s.Next})
	}
}

// touch keeps attempts and wake.
func (l *Loop) touch(ctx context.Context, next statemachine.Release, was time.Time) error {
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		return l.o.Store.Touch(ctx, next, was)
	})
	l.tableSaid(err)
	if err != nil {
		return fmt.Errorf("keep attempts of release %s: %w", next.ID, err)
	}
	l.wakeUp(refOf(next), next.WakeAt)
	return nil
}

// commit writes one transaction. Where the answer was lost the table says whether
// it was applied: the op id is ours. The times in a decision count from when it
// was made, so it is saved within a call timeout of that or not at all; but one
// that settles a release holds no time that is still to come.
func (l *Loop) commit(ctx context.Context, c Commit, decided time.Time) error {
	if len(c.Saves) == 0 || !c.Saves[0].Next.Running() {
		decided = l.o.Clock()
	}
	err := callUntil(ctx, decided.Add(l.o.CallTimeout), func(ctx context.Context) error { return l.o.Store.Commit(ctx, c) })
	l.tableSaid(err)
	if err == nil {
		return nil
	}
	if len(c.Saves) > 0 {
		s, loadErr := l.load(ctx, refOf(c.Saves[0].Next))
		if loadErr == nil && s.OpID == c.OpID {
			return nil
		}
	}
	if errors.Is(err, ErrConflict) {
		return err
	}
	return fmt.Errorf("save: %w", err)
}

func releaseFields(r statemachine.Release, d statemachine.Decision) []zap.Field {
	fields := []zap.Field{
		zap.String("release", r.ID), zap.String("canary", r.Canary), zap.Int64("rev", r.Rev),
		zap.Stringer("phase", r.Phase), zap.Int("step", r.Step), zap.Float64("weightPct", r.WeightPct()),
		zap.String("code", string(d.Reason.Code)), zap.String("text", d.Reason.Text),
		zap.Stringer("cause", d.Reason.Cause.Kind), zap.String("causeId", d.Reason.Cause.ID),
	}
	if d.Reason.Actor != "" {
		fields = append(fields, zap.String("actor", d.Reason.Actor))
	}
	if d.Reason.Code == statemachine.CodeShiftStarted && r.Step == 1 {
		for _, t := range r.Targets {
			fields = append(fields, zap.Stringer("restorePoint:"+t.Name, t.Restore))
		}
	}
	return fields
}

// tableSaid tells the receivers whether the table answers.
func (l *Loop) tableSaid(err error) {
	if err == nil || errors.Is(err, ErrConflict) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrNewerSchema) || errors.Is(err, ErrInvalid) {
		err = nil
	}
	l.table.said(err)
}
