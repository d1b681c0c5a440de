package eventbus_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/eventbus"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// secret stands in every field that an announcement must not tell.
const secret = "5CReTt0ken"

// baking is a release in its second step, and the entry that says so.
func baking() worker.Announcement {
	at := time.Date(2026, 11, 20, 14, 4, 40, 989_654_321, time.FixedZone("", 3600))
	split := &statemachine.Split{Stable: "42", Canary: "43", WeightPct: 25, Form: secret}
	return worker.Announcement{
		ID: "01KA/7",
		Entry: statemachine.Entry{
			Seq: 7, At: at, From: statemachine.Shifting, To: statemachine.Baking, Step: 2, WeightPct: 25,
			Reason: statemachine.Reason{
				Code: statemachine.CodeBakeStarted, Text: "25% on checkout:live, baking 30m",
				Cause: statemachine.Cause{Kind: statemachine.CauseLook, ID: "01KL"},
			},
		},
		Release: statemachine.Release{
			ID: "01KA", Canary: "checkout", Kind: statemachine.Forward, Phase: statemachine.Baking, Rev: 7, Step: 2, Version: "43", FromVersion: "42",
			Plan: statemachine.Plan{
				Targets: []statemachine.TargetSpec{{Kind: "lambda", Name: "checkout:live", Config: json.RawMessage(`"` + secret + `"`), Version: secret}},
				Steps:   make([]statemachine.Step, 4),
			},
			Trigger: statemachine.Trigger{Kind: statemachine.TriggerPipeline, Source: "pipeline#checkout-prod/4f0c", Key: secret, Execution: secret},
			Targets: []statemachine.Target{{
				Name: "checkout:live", Canary: "43", Want: split, Seen: split,
				Restore: &statemachine.Split{Stable: "42", Form: secret},
			}},
			Gate:    &statemachine.Gate{By: secret, Execution: secret},
			Alarms:  []statemachine.Alarm{{Name: secret}},
			Pending: []statemachine.Order{{Key: secret, Text: secret, Fault: &statemachine.Fault{Error: secret}}},
			Held:    &statemachine.Held{By: secret, Reason: secret},
			Waiting: secret, Wish: &statemachine.Wish{By: secret}, Failure: &statemachine.Failure{Text: secret},
			StartedAt: at, UpdatedAt: at,
		},
	}
}

// told is the detail of an announcement as a listener hears it.
func told(t *testing.T, a worker.Announcement) map[string]any {
	t.Helper()
	e := newEars(t)
	if err := eventbus.New(client(e.World), "releases").Announce(t.Context(), []worker.Announcement{a}); err != nil {
		t.Fatal(err)
	}
	heard := e.listen(t)
	if len(heard) != 1 {
		t.Fatalf("heard %d events, want one", len(heard))
	}
	if strings.Contains(string(heard[0].Detail), secret) {
		t.Errorf("told a secret: %s", heard[0].Detail)
	}
	var detail map[string]any
	if err := json.Unmarshal(heard[0].Detail, &detail); err != nil {
		t.Fatal(err)
	}
	return detail
}

func TestDetail_isTheEntryAndTheHeadAndNothingElse(t *testing.T) {
	want := map[string]any{
		"id": "01KA/7",
		"entry": map[string]any{
			"seq": 7.0, "at": "2026-11-20T13:04:40.989Z", "from": "shifting", "to": "baking", "step": 2.0, "weight": 25.0,
			"code": "bake_started", "text": "25% on checkout:live, baking 30m",
			"cause": map[string]any{"kind": "look", "id": "01KL"}, "actor": nil,
		},
		"release": map[string]any{
			"id": "01KA", "canary": "checkout", "kind": "release", "phase": "baking", "step": 2.0, "steps": 4.0, "weight": 25.0, "rev": 7.0,
			"version": "43", "fromVersion": "42", "attention": "held",
			"trigger":      map[string]any{"kind": "pipeline", "key": "checkout-prod/4f0c"},
			"restorePoint": []any{map[string]any{"kind": "lambda", "name": "checkout:live", "stable": "42", "weight": 0.0}},
		},
	}
	if diff := cmp.Diff(want, told(t, baking())); diff != "" {
		t.Errorf("detail (-want +got):\n%s", diff)
	}
}

func TestDetail_saysNullForWhatIsNotThereYet(t *testing.T) {
	a := baking()
	a.Entry.From, a.Entry.Cause.ID, a.Entry.Actor = 0, "", "ann"
	a.Release.FromVersion, a.Release.Held, a.Release.Targets[0].Restore = "", nil, nil
	a.Release.Trigger = statemachine.Trigger{Kind: statemachine.TriggerDeployment, Source: "codedeploy#orders/prod", Key: "d-1"}
	got := told(t, a)
	entry, release := got["entry"].(map[string]any), got["release"].(map[string]any)
	want := map[string]any{
		"from": nil, "cause": map[string]any{"kind": "look", "id": nil}, "actor": "ann", "fromVersion": nil, "attention": nil,
		"restorePoint": []any{}, "trigger": map[string]any{"kind": "codedeploy", "key": "orders/prod/d-1"},
	}
	seen := map[string]any{
		"from": entry["from"], "cause": entry["cause"], "actor": entry["actor"], "fromVersion": release["fromVersion"],
		"attention": release["attention"], "restorePoint": release["restorePoint"], "trigger": release["trigger"],
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("detail (-want +got):\n%s", diff)
	}
}
