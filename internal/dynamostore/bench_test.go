package dynamostore

import (
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// bakingRelease is of the size of a usual one: a target, four steps, two alarms.
func bakingRelease() statemachine.Release {
	r := someRelease()
	r.Plan.Targets = []statemachine.TargetSpec{{Kind: "lambda", ID: "checkout:live", Name: "checkout:live", Config: []byte(`{"function":"checkout","alias":"live"}`), Traits: statemachine.Traits{Fenced: true}}}
	r.Plan.Steps = []statemachine.Step{{WeightPct: 5, Bake: time.Hour}, {WeightPct: 25, Bake: time.Hour}, {WeightPct: 50, Bake: time.Hour}, {WeightPct: 100, Bake: time.Hour}}
	r.Plan.Alarms = []statemachine.AlarmSpec{{Name: "checkout-5xx", OnNoData: statemachine.NoDataHold}, {Name: "checkout-p99", OnNoData: statemachine.NoDataHold}}
	shown := statemachine.Split{Stable: "42", Canary: "43", WeightPct: 5}
	r.Targets = []statemachine.Target{{Name: "checkout:live", Canary: "43", Restore: &statemachine.Split{Stable: "42"}, Want: &shown, Seen: &shown, SeenAt: r.StartedAt, Written: true}}
	for _, a := range r.Plan.Alarms {
		r.Alarms = append(r.Alarms, statemachine.Alarm{Name: a.Name, State: statemachine.AlarmOK, Baseline: r.StartedAt, Transition: r.StartedAt, SeenAt: r.StartedAt})
	}
	r.Phase, r.Step = statemachine.Baking, 1
	r.BakeEnd, r.DeadlineAt = r.StartedAt.Add(time.Hour), r.StartedAt.Add(4*time.Hour)
	return r
}

// BenchmarkCommit: what a save costs before the SDK has it.
func BenchmarkCommit(b *testing.B) {
	s, r := New(nil, "serin"), bakingRelease()
	c := worker.Commit{OpID: "op-1", By: "worker-1", At: r.UpdatedAt, Saves: []worker.Save{{Next: r, WasRev: r.Rev - 1, Entry: statemachine.Entry{
		Seq: r.Rev, At: r.UpdatedAt, From: statemachine.Shifting, To: r.Phase, Step: 1, WeightPct: 5, Reason: statemachine.Reason{
			Code: statemachine.CodeCreated, Text: "5% on lambda checkout:live, baking 1h", Cause: statemachine.Cause{Kind: statemachine.CauseLook, ID: "look-1"},
		},
	}}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.commit(c); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRecall: what it costs after that, of a release that was read or saved a moment ago.
func BenchmarkRecall(b *testing.B) {
	s, item := New(nil, "serin"), someItem(b, bakingRelease())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := storedOf(item, s.recall.decode); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReleaseOf: what a load costs after the SDK has it.
func BenchmarkReleaseOf(b *testing.B) {
	item := someItem(b, bakingRelease())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := releaseOf(item); err != nil {
			b.Fatal(err)
		}
	}
}
