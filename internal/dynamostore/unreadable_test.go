package dynamostore_test

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// edit changes texts and numbers of an item by hand.
func (d db) edit(t *testing.T, pk, sk string, change map[string]types.AttributeValue) {
	t.Helper()
	item := d.item(t, pk, sk)
	maps.Copy(item, change)
	_, err := d.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &d.table, Item: item})
	ok(t, err)
}

func TestStore_leavesANewerDefinitionAloneAndSaysSo(t *testing.T) {
	d := newTable(t, awstest.DynamoDB(t))
	s := dynamostore.New(d.client, d.table)
	for n, canary := range []string{"checkout", "orders"} {
		_, err := s.Apply(t.Context(), worker.Definition{Plan: release(canary, n, now()).Plan}, 0)
		ok(t, err)
	}
	d.edit(t, "CANARY", "orders", map[string]types.AttributeValue{"schema": &types.AttributeValueMemberN{Value: "2"}})
	_, err := s.Canary(t.Context(), "orders")
	isKind(t, err, worker.ErrNewerSchema)
	others, err := worker.All(s.Canaries(t.Context()))
	isKind(t, err, worker.ErrNewerSchema)
	if len(others) != 1 || others[0].Plan.Canary != "checkout" {
		t.Errorf("canaries beside it: %v", others)
	}
	r := release("checkout", 1, now())
	ok(t, s.Commit(t.Context(), commit("op-1", save(r, 0))))
	found, err := s.Find(t.Context(), r.ID[:25])
	ok(t, err)
	if len(found) != 1 {
		t.Errorf("found %d releases of the other canary, want 1", len(found))
	}
}

// TestStore_oneBrokenReleaseStopsNoOther: an item that a hand made unreadable is
// named by Due, and Load says what is wrong with it.
func TestStore_oneBrokenReleaseStopsNoOther(t *testing.T) {
	d := newTable(t, awstest.DynamoDB(t))
	s := dynamostore.New(d.client, d.table)
	sound, broken := release("checkout", 1, now()), release("orders", 2, now())
	ok(t, s.Commit(t.Context(), commit("op-1", save(sound, 0), save(broken, 0))))
	d.edit(t, "CANARY#orders", "RELEASE#"+broken.ID, map[string]types.AttributeValue{
		"doc": &types.AttributeValueMemberS{Value: "{"}, "wake_at": &types.AttributeValueMemberS{Value: "0 soon"},
	})
	running, err := worker.All(s.Running(t.Context()))
	ok(t, err)
	if len(running) != 1 || running[0].Release.ID != sound.ID {
		t.Errorf("%d releases run, want the sound one", len(running))
	}
	due, err := s.Due(t.Context(), sound.WakeAt)
	ok(t, err)
	if len(due) != 1 || due[0].Ref != refOf(broken) || !due[0].WakeAt.IsZero() {
		t.Errorf("due: %v, want the broken one, at once", due)
	}
	if _, err := s.Load(t.Context(), refOf(broken)); err == nil {
		t.Error("a broken release was loaded")
	}
}

func TestStore_refusesWhatHasNoWordInTheTable(t *testing.T) {
	s := dynamostore.New((&wire{}).answering(t), "serin")
	r := release("checkout", 1, now())
	r.Phase = 0
	isKind(t, s.Commit(t.Context(), commit("op-1", save(r, 0))), worker.ErrInvalid)
	isKind(t, s.Touch(t.Context(), r, r.WakeAt), worker.ErrInvalid)
	noCause := save(release("checkout", 1, now()), 0)
	noCause.Entry.Cause.Kind = 0
	isKind(t, s.Commit(t.Context(), commit("op-2", noCause)), worker.ErrInvalid)
	_, err := s.Apply(t.Context(), worker.Definition{Plan: statemachine.Plan{Canary: "checkout"}}, 1)
	isKind(t, err, worker.ErrInvalid)
}
