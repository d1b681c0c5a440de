package porttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Store checks a store and catalog against the contracts of worker.Store and
// worker.Catalog. open makes an empty table for each claim, and tells how to open
// it: once as the one under test, and anew as another process would.
func Store(t *testing.T, open func(t *testing.T) func() worker.Catalog, within ...Within) {
	t.Helper()
	harness := func(t *testing.T) storeHarness {
		t.Helper()
		table := open(t)
		return storeHarness{Catalog: table(), anew: table(), now: storeNow()}
	}
	run(t, harness, within,
		storeCommits(), storeConcurrency(), storeSlots(), storeClaims(), storeTouches(),
		storeIndexes(), storeHistory(), storeRoundTrips(), storeDefinitions(), storeFinds(), storeLists())
}

// storeHarness is the store under test, and a moment that all times of a claim
// are near to: an engine with a TTL of its own must not find them long past.
type storeHarness struct {
	worker.Catalog
	// anew has seen nothing of what the one under test did: it only reads, to tell
	// what is in the table from what a store has in mind.
	anew worker.Catalog
	now  time.Time
}

func storeNow() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// releaseID is the nth ULID of a suite: they sort by n.
func releaseID(n int) string { return fmt.Sprintf("01KAZ%021d", n) }

// release is the nth one, in preflight at rev 1, begun n seconds after now and
// waking a minute later.
func (h storeHarness) release(canary string, n int) statemachine.Release {
	begun := h.now.Add(time.Duration(n) * time.Second)
	r := statemachine.New(statemachine.Spec{
		ID: releaseID(n), Kind: statemachine.Forward, Version: "43",
		Plan: statemachine.Plan{Canary: canary, Definition: 1, Trigger: statemachine.TriggerSpec{Kind: statemachine.TriggerManual}},
		Trigger: statemachine.Trigger{
			Kind: statemachine.TriggerManual, Source: "manual#" + canary, Key: releaseID(n), At: begun,
		},
		Lease: 15 * time.Second, CallTimeout: 5 * time.Second,
	}, begun)
	r.Phase = statemachine.Preflight
	r.WakeAt = begun.Add(time.Minute)
	return r
}

// decided is what a decision makes of a release.
func decided(r statemachine.Release, phase statemachine.Phase) statemachine.Release {
	r.Rev++
	r.Phase = phase
	r.UpdatedAt = r.UpdatedAt.Add(time.Second)
	return r
}

// settled is the end of a release.
func settled(r statemachine.Release, phase statemachine.Phase) statemachine.Release {
	r = decided(r, phase)
	r.FinishedAt, r.SettledAt, r.WakeAt = r.UpdatedAt, r.UpdatedAt, time.Time{}
	return r
}

func refOf(r statemachine.Release) worker.Ref { return worker.Ref{Canary: r.Canary, ID: r.ID} }

// save is next's part of a commit, decided from rev was.
func save(next statemachine.Release, was int64) worker.Save {
	return worker.Save{Next: next, WasRev: was, Entry: statemachine.Entry{
		Seq: next.Rev, At: next.UpdatedAt, To: next.Phase, Reason: statemachine.Reason{
			Code: statemachine.CodeCreated, Text: "a reason",
			Cause: statemachine.Cause{Kind: statemachine.CauseWake},
		},
	}}
}

// commit is a commit of saves under an op id.
func (h storeHarness) commit(op string, saves ...worker.Save) worker.Commit {
	return worker.Commit{OpID: op, By: "worker-1", At: h.now, Saves: saves}
}

// create puts new releases into the store.
func (h storeHarness) create(t *testing.T, releases ...statemachine.Release) {
	t.Helper()
	for _, r := range releases {
		ok(t, h.Commit(t.Context(), h.commit("create "+r.ID, save(r, 0))))
	}
}

// saved puts the next state of a release into the store.
func (h storeHarness) saved(t *testing.T, next statemachine.Release) {
	t.Helper()
	ok(t, h.Commit(t.Context(), h.commit(fmt.Sprintf("save %s %d", next.ID, next.Rev), save(next, next.Rev-1))))
}

// holds checks that the table has exactly this release, saved by this op.
func (h storeHarness) holds(t *testing.T, want statemachine.Release, op string) {
	t.Helper()
	for _, store := range []worker.Store{h.Catalog, h.anew} {
		stored, err := store.Load(t.Context(), refOf(want))
		ok(t, err)
		same(t, "the stored release", stored.Release, want)
		same(t, "the op id", stored.OpID, op)
	}
}

// seqs are the seqs of a release's history.
func (h storeHarness) seqs(t *testing.T, r statemachine.Release) []int64 {
	t.Helper()
	entries, err := h.History(t.Context(), r.ID, 0)
	ok(t, err)
	var seqs []int64
	for _, e := range entries {
		seqs = append(seqs, e.Seq)
	}
	return seqs
}

// same checks a value against what it must be.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

// ids are the releases in their order.
func ids(all []worker.Stored) []string {
	var out []string
	for _, s := range all {
		out = append(out, s.Release.ID)
	}
	return out
}
