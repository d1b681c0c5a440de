package cli

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// example is a release with a mark in whatever is not to be shown.
func example() worker.Stored {
	const mark = "hunter2"
	r := baking(statemachine.Baking, func(r *statemachine.Release) {
		for _, split := range []*statemachine.Split{r.Targets[0].Want, r.Targets[0].Restore} {
			split.Form = mark
		}
		r.Plan.Targets[0].Config = json.RawMessage(`"` + mark + `"`)
		r.Plan.Targets[0].Version, r.Plan.Targets[0].ID = mark, mark
		r.Trigger = statemachine.Trigger{Kind: statemachine.TriggerPipeline, Source: "pipeline#checkout-prod/4f0c", Key: mark}
		r.Gate = &statemachine.Gate{Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate", Execution: "4f0c",
			ActionExecution: mark, Status: statemachine.GateOpen, By: mark}
		r.Pending = []statemachine.Order{{Kind: statemachine.Shift, Key: "01KA/7/shift/checkout:live", Target: "checkout:live",
			Want: &statemachine.Split{Stable: "42", Canary: "43", WeightPct: 25, Form: mark}, Text: mark, WaitKey: mark,
			Fault: &statemachine.Fault{Code: statemachine.FaultThrottled, Call: mark, Resource: mark, Error: "throttled"}}}
		r.Wish = &statemachine.Wish{Verb: statemachine.VerbPromote, By: mark}
	})
	return worker.Stored{Release: r, OpID: mark, SavedBy: "w1"}
}

func TestViewOf_hasTheFieldsOfTheDesignAndNoOthers(t *testing.T) {
	last := &statemachine.Entry{To: statemachine.Baking, Reason: statemachine.Reason{Code: statemachine.CodeBakeStarted, Text: "25%",
		Cause: statemachine.Cause{Kind: statemachine.CauseLook, ID: "01KB"}, Actor: "hunter2"}}
	text, err := json.Marshal(viewOf(example(), last, "eu-central-1", at("02:30")))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "hunter2") {
		t.Errorf("the view shows what is not listed: %s", text)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(`alarms attention canary deployment finishedAt fromVersion gate held id kind links next pending phase reason
		restorePoint rev savedBy settledAt startedAt step steps stuck targets trigger updatedAt version wakeAt weight`)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	parts := map[string]any{
		"targets": []any{map[string]any{"kind": "lambda", "name": "checkout:live", "stable": "42", "canary": "43",
			"want": 25.0, "seen": 25.0, "seenAt": nil}},
		"restorePoint": []any{map[string]any{"kind": "lambda", "name": "checkout:live", "stable": "42", "weight": 0.0}},
		"alarms":       []any{map[string]any{"name": "checkout-5xx", "state": "OK", "at": nil}},
		"pending": []any{map[string]any{"order": "shift", "target": "checkout:live", "key": "01KA/7/shift/checkout:live",
			"attempts": 0.0, "error": "throttled", "retryAt": nil}},
		"next":    map[string]any{"what": "shift checkout:live", "by": "serin", "at": nil},
		"gate":    map[string]any{"pipeline": "checkout-prod", "stage": "Canary", "action": "Gate", "execution": "4f0c"},
		"trigger": map[string]any{"kind": "pipeline", "key": "checkout-prod/4f0c"},
		"reason":  map[string]any{"code": "bake_started", "text": "25%", "cause": map[string]any{"kind": "look", "id": "01KB"}},
		"links": map[string]any{"pipeline": "https://eu-central-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/" +
			"checkout-prod/executions/4f0c/visualization?region=eu-central-1"},
		"updatedAt": "2026-11-23T02:14:00.000Z", "finishedAt": nil, "held": nil, "weight": 25.0,
	}
	for field, part := range parts {
		if diff := cmp.Diff(part, got[field]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

func TestConsoleHost_isThePartitions(t *testing.T) {
	for region, want := range map[string]string{
		"eu-central-1":  "eu-central-1.console.aws.amazon.com",
		"cn-north-1":    "cn-north-1.console.amazonaws.cn",
		"us-gov-west-1": "us-gov-west-1.console.amazonaws-us-gov.com",
	} {
		if got := consoleHost(region); got != want {
			t.Errorf("console of %s is %s, want %s", region, got, want)
		}
	}
}

func TestAgo_isWhatPeopleSay(t *testing.T) {
	for want, past := range map[string]time.Duration{
		"0s ago": -time.Second, "59s ago": 59 * time.Second, "2m1s ago": 121 * time.Second, "12m ago": 12*time.Minute + 5*time.Second,
		"3h ago": 3*time.Hour + 10*time.Second, "72h ago": 72*time.Hour + 40*time.Minute,
	} {
		if got := ago(at("02:30").Add(-past), at("02:30")); got != want {
			t.Errorf("%s is said %q, want %q", past, got, want)
		}
	}
}
