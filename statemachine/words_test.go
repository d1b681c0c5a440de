package statemachine

import (
	"encoding"
	"fmt"
	"testing"
)

// word is what every enum does.
type word interface {
	fmt.Stringer
	encoding.TextMarshaler
}

// TestWords_areKeptAndReadBack holds every enum to its words: they are the table's
// and the command line's, so a changed one is a changed format.
func TestWords_areKeptAndReadBack(t *testing.T) {
	keeps(t, phaseWords(), []string{
		"queued", "preflight", "shifting", "baking", "gated", "promoting", "promoted", "rolling_back", "rolled_back", "refused", "superseded",
	}, func(n int) (word, *Phase) { return Phase(n), new(Phase) })
	keeps(t, kindWords(), []string{"release", "revert"}, func(n int) (word, *Kind) { return Kind(n), new(Kind) })
	keeps(t, orderKindWords(), []string{
		"shift", "promote", "restore", "continue", "stop", "answer", "stop_execution", "check", "rollback_stage",
	}, func(n int) (word, *OrderKind) { return OrderKind(n), new(OrderKind) })
	keeps(t, faultCodeWords(), []string{
		"conflict", "not_ready", "throttled", "unavailable", "drift", "denied", "gone", "invalid",
	}, func(n int) (word, *FaultCode) { return FaultCode(n), new(FaultCode) })
	keeps(t, alarmStateWords(), []string{"ok", "alarm", "no_data", "blind", "missing", "unknown"},
		func(n int) (word, *AlarmState) { return AlarmState(n), new(AlarmState) })
	keeps(t, onNoDataWords(), []string{"refuse", "hold", "proceed"}, func(n int) (word, *OnNoData) { return OnNoData(n), new(OnNoData) })
	keeps(t, onTimeoutWords(), []string{"rollback", "proceed"}, func(n int) (word, *OnTimeout) { return OnTimeout(n), new(OnTimeout) })
	keeps(t, consoleApprovalWords(), []string{"continue", "promote"},
		func(n int) (word, *ConsoleApproval) { return ConsoleApproval(n), new(ConsoleApproval) })
	keeps(t, checkStatusWords(), []string{"pass", "fail", "wait", "unknown"},
		func(n int) (word, *CheckStatus) { return CheckStatus(n), new(CheckStatus) })
	keeps(t, pointWords(), []string{
		"reconcile_service", "pre_scale_up", "post_scale_up", "post_test_traffic_shift", "ready", "shift", "shifted",
	}, func(n int) (word, *Point) { return Point(n), new(Point) })
	keeps(t, triggerKindWords(), []string{"pipeline", "deployment", "manual"},
		func(n int) (word, *TriggerKind) { return TriggerKind(n), new(TriggerKind) })
	keeps(t, gateStatusWords(), []string{"open", "approved", "rejected", "gone", "unknown"},
		func(n int) (word, *GateStatus) { return GateStatus(n), new(GateStatus) })
	keeps(t, deploymentStatusWords(), []string{"running", "waiting", "stopping", "succeeded", "failed", "stopped", "unknown"},
		func(n int) (word, *DeploymentStatus) { return DeploymentStatus(n), new(DeploymentStatus) })
	keeps(t, verbWords(), []string{"approve", "reject", "promote", "rollback", "pause", "resume"},
		func(n int) (word, *Verb) { return Verb(n), new(Verb) })
	keeps(t, causeKindWords(), []string{"event", "look", "command", "wake", "order"},
		func(n int) (word, *CauseKind) { return CauseKind(n), new(CauseKind) })
}

// keeps writes and reads every value from one on; zero and what lies beyond have no word.
func keeps[T ~int, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, all words, want []string, value func(int) (word, P)) {
	t.Helper()
	if len(all) != len(want) {
		t.Errorf("%v has %d words, want %v", all, len(all), want)
	}
	for i, text := range want {
		w, back := value(i + 1)
		written, err := w.MarshalText()
		if err != nil || string(written) != text || w.String() != text {
			t.Errorf("value %d is written %q and told %q, %v; want %q", i+1, written, w, err, text)
		}
		if err := back.UnmarshalText(written); err != nil || int(*back) != i+1 {
			t.Errorf("%q is read as %d, %v; want %d", written, *back, err, i+1)
		}
	}
	for _, n := range []int{0, len(want) + 1, -1} {
		w, back := value(n)
		if written, err := w.MarshalText(); err == nil {
			t.Errorf("%T %d is written as %q", w, n, written)
		}
		if w.String() == "" {
			t.Errorf("%T %d can't be told in a log", w, n)
		}
		if err := back.UnmarshalText([]byte("nothing")); err == nil {
			t.Errorf("%T is read from nothing", w)
		}
	}
}
