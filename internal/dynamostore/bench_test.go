package dynamostore

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// BenchmarkCommit: what a save costs before the SDK has it.
func BenchmarkCommit(b *testing.B) {
	s, r := New(nil, "serin"), storedReleases()[1]
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
	s, item := New(nil, "serin"), someItem(b, storedReleases()[1])
	b.ReportAllocs()
	for b.Loop() {
		if _, err := storedOf(item, s.recall.decode); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReleaseOf: what a load costs after the SDK has it.
func BenchmarkReleaseOf(b *testing.B) {
	item := someItem(b, storedReleases()[1])
	b.ReportAllocs()
	for b.Loop() {
		if _, err := releaseOf(item); err != nil {
			b.Fatal(err)
		}
	}
}
