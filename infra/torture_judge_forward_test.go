package infra_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// tolerated are the writes toward the canary that landed after a failure was recorded, and had been decided before.
type tolerated struct {
	n, fenced int
	latest    time.Duration
}

func (l *tolerated) note(late time.Duration, fenced bool) {
	l.n++
	if fenced {
		l.fenced++
	}
	l.latest = max(l.latest, late)
}

// report is their part of the report: how many, and how late against how late they may be.
func (l *tolerated) report(late time.Duration) string {
	latest := "none"
	if l.n > 0 {
		latest = l.latest.Round(time.Millisecond).String()
	}
	return fmt.Sprintf("\n| decided before a failure was recorded, landed after it, as law 3 allows | |\n|---|---|\n"+
		"| moves toward the canary | %d |\n| … of these: on a fenced target, and before its restore | %d |\n| the latest after the record, at most %s | %s |\n",
		l.n, l.fenced, late, latest)
}

// forward judges that nothing moved toward the canary once a failure was recorded: not by a new order, and not by a write
// that was not decided before.
func (w window) forward(f findings, e evidence) {
	for i, entry := range w.entries {
		if slices.Contains([]string{"shifting", "baking", "gated", "promoting", "promoted"}, entry.To) && w.failedBefore(i) {
			f.add(countForward, w.round, "after its failure its history goes on to %s: %s", entry.To, entry.Reason)
		}
	}
	if w.failed.IsZero() {
		return
	}
	ladder, at, restored := w.mover.ladder(w.from, w.round), 0, false
	for _, c := range w.changes {
		to := slices.Index(ladder, w.mover.shows(c))
		if after := c.At.Sub(w.recorded); to > at && after > 0 {
			if why := w.undecided(to, after, restored, e.late); why != "" {
				f.add(countForward, w.round, "%s shows %q by %s, %s after the failure was recorded, %s",
					w.mover.resource, w.mover.shows(c), c.Actor, after.Round(time.Millisecond), why)
			} else {
				e.landed.note(after, w.mover.fenced)
			}
		}
		restored = restored || c.At.After(w.recorded) && w.mover.shows(c) == w.mover.back(w.from)
		at = max(to, 0)
	}
}

// undecided says why a write that landed so long after the failure's record was not decided before it; empty if it was.
//
// Before each write toward the canary the release is read again, and the whole call ends a call timeout before the lease
// does, which nobody renews once the failure is recorded; so it lands within late. It is for the step that had been
// ordered. A fence makes it void once the restore has landed, and lets only an order write that was still pending.
func (w window) undecided(to int, after time.Duration, restored bool, late time.Duration) string {
	last, ordered := w.ordered()
	switch {
	case after > late:
		return fmt.Sprintf("later than %s", late)
	case w.drive != nil:
	case to > ordered && last != "promoting":
		return fmt.Sprintf("of which only %d steps had been ordered", ordered)
	case w.mover.fenced && restored:
		return "and its restore had landed"
	case w.mover.fenced && last != "shifting" && last != "promoting":
		return fmt.Sprintf("when the release was %s and had ordered nothing", last)
	}
	return ""
}

// ordered is where the release stood before its failure, and how many weights had been ordered.
func (w window) ordered() (last string, weights int) {
	steps := map[int]bool{}
	for _, entry := range w.entries {
		if entry.To == "rolling_back" {
			break
		}
		if last = entry.To; last == "shifting" {
			steps[entry.Step] = true
		}
	}
	return last, len(steps)
}

// failedBefore reports whether an entry before the i-th records a failure.
func (w window) failedBefore(i int) bool {
	return slices.ContainsFunc(w.entries[:i], func(e tortureItem) bool { return e.To == "rolling_back" })
}

// failuresIn are the releases whose failure a call to the table records.
func failuresIn(c awstest.Call) (releases []string) {
	var in struct {
		TransactItems []struct {
			Put struct{ Item map[string]struct{ S string } }
		}
	}
	if c.Operation != "TransactWriteItems" || c.Status != 200 || !bytes.Contains(c.Body, []byte("rolling_back")) || json.Unmarshal(c.Body, &in) != nil {
		return nil
	}
	for _, item := range in.TransactItems {
		if release, history := strings.CutPrefix(item.Put.Item["pk"].S, "RELEASE#"); history && item.Put.Item["to"].S == "rolling_back" {
			releases = append(releases, release)
		}
	}
	return releases
}
