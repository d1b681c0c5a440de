package statemachine

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lawsOfStep are what every single decision must keep, whatever the input: both
// the stories and the worlds of random inputs are held to them.
func lawsOfStep(was Release, in Input, now time.Time, d Decision) error {
	for _, law := range []func(Release, Input, time.Time, Decision) error{
		lawRev, lawWake, lawOrders, lawForwardAfterFailure, lawEnds, lawRow, lawAlarm, lawGate, lawOutcome,
		lawHeld, lawBake, lawBack, lawArbiter, lawOnce, lawLease, lawMemory, lawSettling,
		lawCheck, lawStage, lawLag,
	} {
		if err := law(was, in, now, d); err != nil {
			return err
		}
	}
	return nil
}

// lawRev: one rev and one entry a decision, none for anything less.
func lawRev(was Release, _ Input, now time.Time, d Decision) error {
	switch d.Change {
	case Unchanged:
		if !reflect.DeepEqual(was, d.Next) {
			return fmt.Errorf("unchanged, but: %s", cmp.Diff(was, d.Next))
		}
	case Touched:
		kept := d.Next
		kept.Pending, kept.Stuck, kept.WakeAt = was.Pending, was.Stuck, was.WakeAt
		if !reflect.DeepEqual(was, kept) {
			return fmt.Errorf("touched more than attempts, stuck and wake: %s", cmp.Diff(was, kept))
		}
	case Decided:
		if d.Next.Rev != was.Rev+1 || !d.Next.UpdatedAt.Equal(now) || d.Entry(was.Phase).Seq != d.Next.Rev {
			return fmt.Errorf("decided rev %d after %d", d.Next.Rev, was.Rev)
		}
		if d.Reason.Code == "" || d.Reason.Text == "" || d.Reason.Cause.Kind == 0 {
			return fmt.Errorf("decided without a reason: %+v", d.Reason)
		}
	}
	return nil
}

// lawWake: what runs has a wake, no later than the earliest of its own times.
func lawWake(_ Release, _ Input, now time.Time, d Decision) error {
	r := d.Next
	switch {
	case d.Change == Unchanged:
		return nil
	case !r.Running():
		if !r.WakeAt.IsZero() || len(r.Pending) > 0 {
			return fmt.Errorf("settled, but wakes at %s owing %d orders", since(r.WakeAt), len(r.Pending))
		}
		return nil
	case r.WakeAt.IsZero():
		return fmt.Errorf("running without a wake")
	case r.WakeAt.After(latest(ownTime(r, now), now.Add(r.Lease))):
		return fmt.Errorf("wakes at %s, after its own %s", since(r.WakeAt), since(ownTime(r, now)))
	}
	return nil
}

// ownTime is the earliest time that ends a wait of the release, told once more
// and apart from the code under test.
func ownTime(r Release, now time.Time) time.Time {
	first := now.Add(2 * r.Lease)
	var times []time.Time
	for _, o := range r.Pending {
		times = append(times, latest(o.RetryAt, now))
	}
	forward := r.Phase == Shifting || r.Phase == Baking || r.Phase == Gated || r.Phase == Promoting
	switch {
	case r.Held != nil:
		times = append(times, r.Held.Until)
	case r.Phase == Preflight:
		times = append(times, r.PreflightUntil)
	case r.Phase == Baking && !r.contended() && len(r.Pending) == 0:
		times = append(times, r.BakeEnd)
	}
	if forward && r.ClockStopped.IsZero() && r.Failure == nil {
		times = append(times, r.DeadlineAt)
	}
	if r.Phase == Gated {
		times = append(times, r.WaitUntil)
	}
	if len(r.Pending) == 0 { // what is put right is confirmed first, and settles anew
		times = append(times, r.SettleAt)
	}
	found := false
	for _, at := range times {
		if !at.IsZero() && (!found || at.Before(first)) {
			first, found = at, true
		}
	}
	return first
}

// lawEnds: an end is an end, and what goes back never turns forward again.
func lawEnds(was Release, _ Input, _ time.Time, d Decision) error {
	to := d.Next.Phase
	if was.ended() && to != was.Phase {
		return fmt.Errorf("left %s for %s", was.Phase, to)
	}
	if was.Phase == RollingBack && to != RollingBack && to != RolledBack && (to != Promoted || !was.Plan.Guarded()) {
		return fmt.Errorf("left rolling_back for %s", to)
	}
	return nil
}

// lawRow: the phase is the one that the row taken tells, so the diagram is true.
func lawRow(was Release, in Input, now time.Time, d Decision) error {
	row := rowTaken(was, in, now)
	switch {
	case row == nil && d.Change != Unchanged:
		return fmt.Errorf("%s without a row", d.Reason.Code)
	case row != nil && row.to != 0 && d.Next.Phase != row.to, row != nil && row.to == 0 && d.Next.Phase != was.Phase:
		return fmt.Errorf("row %q leads to %s, not %s", row.why, d.Next.Phase, row.to)
	}
	return nil
}

// rowTaken is the row that Advance takes, or nil.
func rowTaken(was Release, in Input, now time.Time) *row {
	t := &turn{old: was, next: was.draft(), in: in, now: now, cause: causeOf(in)}
	if c, ok := in.(Command); !was.Running() || (ok && !t.revFits(c)) {
		return nil
	}
	for _, row := range tableOf(was)[was.Phase] {
		if row.on.is(in) && row.when(t) {
			return &row
		}
	}
	return nil
}

// lawAgain: the same again is the same, also from the table.
func lawAgain(was Release, in Input, now time.Time, d Decision) error {
	text, err := json.Marshal(was)
	if err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	var loaded Release
	if err := json.Unmarshal(text, &loaded); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if diff := cmp.Diff(d, Advance(loaded, in, now)); diff != "" {
		return fmt.Errorf("decided otherwise from the table: %s", diff)
	}
	return nil
}
