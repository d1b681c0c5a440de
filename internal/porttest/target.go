package porttest

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// TargetHarness is a target and the world behind it. When opened, the target
// shows Old and nothing else, and New could be weighted beside it at once.
type TargetHarness struct {
	Target worker.Target
	// Old and New are versions in the target's own words. Other is a third one,
	// or a group that somebody else might put there; "" if there can't be one.
	Old, New, Other string
	// Fenced: the API offers compare-and-swap.
	Fenced bool
	// SwapsRoles: only Preflight can tell the canary.
	SwapsRoles bool
	// Untold: a canary without traffic is not told from none.
	Untold bool
	// Weight is the nearest to a weight that it can show (a ceiling, all or nothing);
	// nil: any. FinalAt100: at 100 it shows New alone.
	Weight     func(weightPct float64) float64
	FinalAt100 bool
	// Resolves is what Resolve makes of versions as people say them. Invalid are
	// words it must refuse; Unknown is well-formed and there is none such. Either
	// may be empty.
	Resolves map[string]string
	Invalid  []string
	Unknown  string

	// Shows is the split in the world.
	Shows func(t *testing.T) statemachine.Split
	// Raw is all of the target in the world, written out, but for its fence:
	// what must be byte for byte as before after a restore.
	Raw func(t *testing.T) string
	// Written counts the writes that the world has applied, the adapter's only.
	Written func(t *testing.T) int
	// Foreign is somebody else's write.
	Foreign func(t *testing.T, split statemachine.Split)
	// Remove deletes the target, as its owner would.
	Remove func(t *testing.T)
	// Unready lets New be unable to take any traffic (no healthy targets, no
	// capacity); Ready ends that. Nil where there is no such thing.
	Unready, Ready func(t *testing.T)
	// Unfit lets Old and New be such that they may not be weighted together; nil
	// where any two may.
	Unfit func(t *testing.T)
	// Put is what the pipeline does before a version can be weighted, on the side that
	// is idle; nil where any version there is can be.
	Put func(t *testing.T, version string)
	Faults
}

// Target checks worker.Target's contract.
func Target(t *testing.T, open func(t *testing.T) TargetHarness, within ...Within) {
	t.Helper()
	run(t, open, within, targetReads(), targetWrites(), targetFences(), targetFailures())
}

// canary is the split of a step.
func (h TargetHarness) canary(weightPct float64) statemachine.Split {
	return h.split(h.Old, h.New, weightPct)
}

// split is a step from one version to another, as near to the weight as the target
// can show.
func (h TargetHarness) split(stable, canary string, weightPct float64) statemachine.Split {
	weightPct = h.shown(weightPct)
	if h.FinalAt100 && weightPct == 100 {
		return statemachine.Split{Stable: canary}
	}
	return statemachine.Split{Stable: stable, Canary: canary, WeightPct: weightPct}
}

// observe reads the target and checks that it tells what the world shows.
func (h TargetHarness) observe(t *testing.T) (statemachine.Split, worker.Token) {
	t.Helper()
	split, token, err := h.Target.Observe(t.Context())
	ok(t, err)
	if world := h.Shows(t); !split.Same(world) {
		t.Fatalf("observed %s, the world shows %s", split, world)
	}
	if h.Fenced == (token == "") {
		t.Fatalf("fenced %t, but token is %q", h.Fenced, token)
	}
	return split, token
}

// shown is as near to a weight as the target can show.
func (h TargetHarness) shown(weightPct float64) float64 {
	if h.Weight == nil || weightPct <= 0 || weightPct >= 100 {
		return weightPct
	}
	return h.Weight(weightPct)
}

// write reads the token and writes with it.
func (h TargetHarness) write(t *testing.T, split statemachine.Split) {
	t.Helper()
	_, token := h.observe(t)
	ok(t, h.Target.Write(t.Context(), worker.Want{Split: split}, token))
}

// final is the split of a promote from a restore point: New alone, or beside
// Old at 0 where both were attached before and the next release swaps them.
func (h TargetHarness) final(restore statemachine.Split) statemachine.Split {
	final := statemachine.Split{Stable: h.New, Form: restore.Form}
	if h.SwapsRoles && restore.Canary != "" {
		final.Canary = h.Old
	}
	return final
}

// shows checks that a read tells what was written, as the loop's read back does.
func (h TargetHarness) shows(t *testing.T, want statemachine.Split) {
	t.Helper()
	if got, _ := h.observe(t); !got.Same(want) {
		t.Errorf("the target shows %s, want %s", got, want)
	}
}

// preflight asks the target as the loop does and returns the restore point.
func (h TargetHarness) preflight(t *testing.T) (statemachine.Split, worker.TargetFinding) {
	t.Helper()
	split, _ := h.observe(t)
	finding, err := h.Target.Preflight(t.Context(), worker.TargetPreflight{
		Shows: split, Canary: h.resolved(), WeightsPct: []float64{h.shown(5), h.shown(50), 100},
	})
	ok(t, err)
	split.Form = finding.Form
	return split, finding
}

func (h TargetHarness) resolved() string {
	if h.SwapsRoles {
		return ""
	}
	return h.New
}
