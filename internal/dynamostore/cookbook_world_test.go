package dynamostore_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const aThousand = 1000

// cookbookWorld fills a table with a thousand old releases of other canaries and
// the few that the cookbook asks for.
func (d db) cookbookWorld(t *testing.T) cookedWorld {
	t.Helper()
	s := dynamostore.New(d.client, d.table)
	begun := now()
	d.others(t, s, begun.Add(-30*24*time.Hour))

	// 900001 runs, and 900002 waits behind it; 900000 and 900003 were rolled back.
	first := release("checkout", 900000, begun.Add(-time.Hour))
	baking := release("checkout", 900001, begun.Add(-30*time.Minute))
	baking.Phase = statemachine.Baking
	baking.WakeAt = begun.Add(time.Minute)
	waiting := release("checkout", 900002, begun.Add(-20*time.Minute))
	waiting.Phase = statemachine.Gated
	waiting.ClockStopped = waiting.UpdatedAt
	waiting.WakeAt = begun.Add(24 * time.Hour)
	stuck := release("orders", 900004, begun.Add(-10*time.Minute))
	stuck.Phase = statemachine.RollingBack
	stuck.WakeAt = begun.Add(time.Second)
	stuck.Stuck = &statemachine.Stuck{Code: "denied", Since: begun.Add(-5 * time.Minute)}
	back := release("orders", 900003, begun.Add(-time.Hour))

	const execution = "pipeline#checkout-prod/4f0c7a52-91d3-4c0e-8f5e-0b8d7c1a2e3f"
	triggered(t, s, settle(first, statemachine.RolledBack, begun.Add(-50*time.Minute)), execution, "gate-1")
	triggered(t, s, baking, execution, "gate-2", worker.TargetSlot{Kind: "lambda", ID: "checkout:live", Release: baking.ID, Canary: "checkout"})
	triggered(t, s, waiting, "manual#checkout", "cmd-1")
	triggered(t, s, stuck, "codedeploy#orders/prod", "d-A1B2C3D4E")
	triggered(t, s, settle(back, statemachine.RolledBack, begun.Add(-40*time.Minute)), "codedeploy#orders/prod", "d-Z9Y8X7W6V")
	next := baking
	next.Rev, next.Step = 2, 1
	ok(t, s.Commit(t.Context(), commit("op-next", save(next, 1))))

	ok(t, s.Beat(t.Context(), worker.WorkerInfo{ID: "worker-1", SeenAt: begun, LastSweepAt: begun, Version: "1.0.0"}))
	ok(t, s.Beat(t.Context(), worker.WorkerInfo{ID: "worker-2", SeenAt: begun.Add(-23 * time.Hour), Version: "1.0.0"}))
	return cookedWorld{begun.Add(-2 * time.Hour), []answer{
		{sorts: []string{stuck.ID, baking.ID, waiting.ID}}, // running, by their wakes
		{sorts: []string{waiting.ID, baking.ID, first.ID}},
		{sorts: []string{"0000000001", "0000000002"}},
		{sorts: []string{back.ID, first.ID}},
		{sorts: []string{stuck.ID}},
		{sorts: []string{waiting.ID}},
		{sorts: []string{"gate-1", "gate-2"}},
		{sorts: []string{"d-A1B2C3D4E"}},
		{sorts: []string{"ACTIVE"}},
		{sorts: []string{"worker-1"}, read: 2},
	}}
}

func triggered(t *testing.T, s *dynamostore.Store, r statemachine.Release, source, key string, slots ...worker.TargetSlot) {
	t.Helper()
	c := commit("op-"+r.ID, save(r, 0))
	c.Trigger = &worker.TriggerItem{Source: source, Key: key, Ref: refOf(r)}
	c.TargetSlots = slots
	ok(t, s.Commit(t.Context(), c))
}

// others are a thousand releases of twenty canaries that ended long ago, a tenth
// of them rolled back. One is saved, the rest are copies of its items: moto
// takes minutes for as many transactions.
func (d db) others(t *testing.T, s *dynamostore.Store, ended time.Time) {
	t.Helper()
	old := settle(release("canary-0", 0, ended.Add(-time.Hour)), statemachine.Promoted, ended)
	ok(t, s.Commit(t.Context(), commit("op-old", save(old, 0))))
	head, entry := d.item(t, "CANARY#canary-0", "RELEASE#"+old.ID), d.item(t, "RELEASE#"+old.ID, "0000000001")
	var copies []types.WriteRequest
	for n := 1; n < aThousand; n++ {
		canary, id, phase := fmt.Sprintf("canary-%d", n%20), releaseID(n), "promoted"
		if n%10 == 0 {
			phase = "rolled_back"
		}
		copies = append(copies,
			with(head, map[string]string{"pk": "CANARY#" + canary, "sk": "RELEASE#" + id, "canary": canary, "release": id, "phase": phase}),
			with(entry, map[string]string{"pk": "RELEASE#" + id, "canary": canary, "release": id}),
		)
	}
	for batch := range slices.Chunk(copies, 25) {
		out, err := d.client.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{d.table: batch},
		})
		ok(t, err)
		if len(out.UnprocessedItems) > 0 {
			t.Fatalf("%d items were not written", len(out.UnprocessedItems))
		}
	}
}

// with is a copy of an item, but for some texts.
func with(item map[string]types.AttributeValue, texts map[string]string) types.WriteRequest {
	item = maps.Clone(item)
	for name, value := range texts {
		item[name] = &types.AttributeValueMemberS{Value: value}
	}
	return types.WriteRequest{PutRequest: &types.PutRequest{Item: item}}
}
