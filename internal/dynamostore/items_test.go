package dynamostore_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// gated is a release that waits for a person, of every kind of attribute.
func gated(begun time.Time) statemachine.Release {
	r := release("checkout", 7, begun)
	r.Phase, r.Step, r.Rev, r.FromVersion = statemachine.Gated, 2, 1, "42"
	r.ClockStopped = r.UpdatedAt
	r.Plan.Steps = []statemachine.Step{{WeightPct: 25}, {Approval: &statemachine.Approval{Timeout: time.Hour, OnTimeout: statemachine.TimeoutRollback}}}
	r.Plan.Targets = []statemachine.TargetSpec{{Kind: "lambda", ID: "checkout:live", Name: "checkout:live"}}
	r.Plan.Trigger = statemachine.TriggerSpec{Kind: statemachine.TriggerPipeline, Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate"}
	r.Trigger = statemachine.Trigger{Kind: statemachine.TriggerPipeline, Source: "pipeline#checkout-prod/4f0c", Key: "9a", At: begun, Execution: "4f0c"}
	shown := statemachine.Split{Stable: "42", Canary: "43", WeightPct: 25}
	r.Targets = []statemachine.Target{{
		Name: "checkout:live", Canary: "43", Restore: &statemachine.Split{Stable: "42"}, Want: &shown, Seen: &shown, SeenAt: begun,
	}}
	return r
}

// plain is an item as people read it, without doc.
func plain(t *testing.T, item map[string]types.AttributeValue) map[string]any {
	t.Helper()
	if _, has := item["doc"]; !has {
		t.Errorf("item %v has no doc", item["sk"])
	}
	item = maps.Clone(item)
	delete(item, "doc")
	var out map[string]any
	ok(t, attributevalue.UnmarshalMap(item, &out))
	return out
}

// TestItems_arePlainAndReadable: the table is an interface, so this is its
// promise, name by name.
func TestItems_arePlainAndReadable(t *testing.T) {
	d := newTable(t, awstest.DynamoDB(t))
	s := dynamostore.New(d.client, d.table)
	begun := now()
	stamp := begun.Format("2006-01-02T15:04:05.000Z")
	r := gated(begun)
	c := commit("op-1", save(r, 0))
	c.At = begun
	c.Slot = &statemachine.Slot{Canary: "checkout", Active: r.ID, Next: releaseID(8), Newest: releaseID(8)}
	c.TargetSlots = []worker.TargetSlot{{Kind: "lambda", ID: "checkout:live", Release: r.ID, Canary: "checkout"}}
	c.Trigger = &worker.TriggerItem{Source: r.Trigger.Source, Key: r.Trigger.Key, Ref: refOf(r)}
	ok(t, s.Commit(t.Context(), c))
	kept := float64(begun.Add(97 * 24 * time.Hour).Unix())
	for _, want := range []map[string]any{
		{
			"pk": "CANARY#checkout", "sk": "RELEASE#" + r.ID, "release": r.ID, "canary": "checkout", "kind": "release",
			"phase": "gated", "rev": 1.0, "step": 2.0, "steps": 2.0, "weight": 25.0, "version": "43", "from_version": "42",
			"attention": "gated", "attention_since": stamp, "reason_code": "created", "reason": "a reason",
			"cause": "command", "cause_id": "cmd-1", "actor": "ada", "pipeline": "checkout-prod", "execution": "4f0c",
			"started_at": stamp, "updated_at": stamp, "wake_shard": "0",
			"wake_at":       begun.Add(time.Minute).Format("2006-01-02T15:04:05.000Z"),
			"announced_seq": 0.0, "op_id": "op-1", "saved_by": "worker-1", "schema": 1.0,
			"targets": []any{map[string]any{
				"kind": "lambda", "name": "checkout:live", "canary": "43", "restore": "42",
				"want": "42 with 25% on 43", "seen": "42 with 25% on 43", "seen_at": stamp,
			}},
		},
		{
			"pk": "RELEASE#" + r.ID, "sk": "0000000001", "release": r.ID, "canary": "checkout", "seq": 1.0, "at": stamp,
			"from": "queued", "to": "gated", "step": 0.0, "weight": 0.0, "reason_code": "created", "reason": "a reason",
			"cause": "command", "cause_id": "cmd-1", "actor": "ada", "op_id": "op-1", "expires_at": kept,
		},
		{
			"pk": "CANARY#checkout", "sk": "ACTIVE", "canary": "checkout", "active": r.ID, "next": releaseID(8),
			"newest": releaseID(8), "rev": 1.0, "updated_at": stamp, "op_id": "op-1",
		},
	} {
		item := d.item(t, fmt.Sprint(want["pk"]), fmt.Sprint(want["sk"]))
		if diff := cmp.Diff(want, plain(t, item)); diff != "" {
			t.Errorf("item %v %v (-want +got):\n%s", want["pk"], want["sk"], diff)
		}
	}
	for pk, sk := range map[string]string{"TARGET#lambda#checkout:live": "ACTIVE", "TRIGGER#pipeline#checkout-prod/4f0c": "9a"} {
		if d.item(t, pk, sk) == nil {
			t.Errorf("there is no item %s %s", pk, sk)
		}
	}
}

func TestItems_expireOnlyWhenNothingNeedsThem(t *testing.T) {
	d := newTable(t, awstest.DynamoDB(t))
	s := dynamostore.New(d.client, d.table)
	begun := now()
	r := gated(begun)
	c := commit("op-1", save(r, 0))
	c.At = begun
	c.Slot = &statemachine.Slot{Canary: "checkout", Active: r.ID}
	c.Outcome = &worker.Outcome{Command: "cmd-1", Done: true, Code: "created", At: begun}
	ok(t, s.Commit(t.Context(), c))
	ok(t, s.Beat(t.Context(), worker.WorkerInfo{ID: "worker-1", SeenAt: begun}))
	d.expires(t, "CANARY#checkout", "RELEASE#"+r.ID, time.Time{})
	d.expires(t, "CANARY#checkout", "ACTIVE", time.Time{})
	d.expires(t, "COMMAND", "cmd-1", begun.Add(24*time.Hour))
	d.expires(t, "WORKER", "worker-1", begun.Add(24*time.Hour))

	end := settle(r, statemachine.Promoted, begun.Add(time.Hour))
	end.Rev = 2
	c = commit("op-2", save(end, 1))
	c.At = end.SettledAt
	ok(t, s.Commit(t.Context(), c))
	d.expires(t, "CANARY#checkout", "RELEASE#"+r.ID, end.SettledAt.Add(90*24*time.Hour))
	ok(t, s.Announced(t.Context(), worker.Ref{Canary: r.Canary, ID: r.ID}, end.Rev, true))
	item := d.item(t, "CANARY#checkout", "RELEASE#"+r.ID)
	for _, sparse := range []string{"wake_shard", "wake_at", "attention", "attention_since"} {
		if _, has := item[sparse]; has {
			t.Errorf("a settled and announced release still has %s", sparse)
		}
	}
}

// expires checks an item's TTL; never, for the zero time.
func (d db) expires(t *testing.T, pk, sk string, want time.Time) {
	t.Helper()
	value, has := d.item(t, pk, sk)["expires_at"].(*types.AttributeValueMemberN)
	switch {
	case want.IsZero() && has:
		t.Errorf("item %s %s expires at %s, want never", pk, sk, value.Value)
	case !want.IsZero() && (!has || value.Value != strconv.FormatInt(want.Unix(), 10)):
		t.Errorf("item %s %s expires at %v, want %d", pk, sk, value, want.Unix())
	}
}

func TestItems_keepTheLastTenDefinitions(t *testing.T) {
	d := newTable(t, awstest.DynamoDB(t))
	s := dynamostore.New(d.client, d.table)
	for was := range 13 {
		_, err := s.Apply(t.Context(), worker.Definition{Plan: release("checkout", 1, now()).Plan}, was)
		ok(t, err)
	}
	var kept []int
	for n := range 15 {
		if d.item(t, "CANARY#checkout", fmt.Sprintf("DEFINITION#%010d", n)) != nil {
			kept = append(kept, n)
		}
	}
	if want := []int{4, 5, 6, 7, 8, 9, 10, 11, 12, 13}; !slices.Equal(kept, want) {
		t.Errorf("kept definitions %v, want %v", kept, want)
	}
}

// TestTable_isTheTemplates: the names this package calls are those of the
// template, whose table every other test here runs on.
func TestTable_isTheTemplates(t *testing.T) {
	p := template(t)
	got := map[string][]string{}
	for _, index := range p.GlobalSecondaryIndexes {
		for _, k := range index.KeySchema {
			got[index.IndexName] = append(got[index.IndexName], k["AttributeName"]+" "+k["KeyType"])
		}
		if index.Projection["ProjectionType"] != "ALL" {
			t.Errorf("index %s has not the whole release", index.IndexName)
		}
	}
	for _, k := range p.KeySchema {
		got["table"] = append(got["table"], k["AttributeName"]+" "+k["KeyType"])
	}
	if diff := cmp.Diff(dynamostore.Schema(), got); diff != "" {
		t.Errorf("keys (-package +template):\n%s", diff)
	}
	if ttl := p.TimeToLiveSpecification; ttl["AttributeName"] != dynamostore.TTL || ttl["Enabled"] != true {
		t.Errorf("the template's TTL is %v", ttl)
	}
}
