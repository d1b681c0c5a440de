package dynamostore_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// late is an engine whose indexes show what they showed when first asked: DynamoDB's are eventually consistent (developer
// guide, "Using Global Secondary Indexes"), and no engine that runs here is.
type late struct {
	*dynamodb.Client
	shown map[string]*dynamodb.QueryOutput
}

func (l late) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	if in.IndexName == nil {
		return l.Client.Query(ctx, in, opts...)
	}
	asked, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	out := l.shown[string(asked)]
	if out == nil {
		out, err = l.Client.Query(ctx, in, opts...)
		l.shown[string(asked)] = out
	}
	return out, err
}

func onALateIndex(t *testing.T, play func(t *testing.T, s *dynamostore.Store)) {
	t.Helper()
	for _, engine := range awstest.DynamoDBEngines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			d := newTable(t, engine)
			play(t, dynamostore.New(late{d.client, map[string]*dynamodb.QueryOutput{}}, d.table))
		})
	}
}

// listed are the releases that the index by-wake names, in both ways to ask it.
func listed(t *testing.T, s *dynamostore.Store, before time.Time) (running, due int) {
	t.Helper()
	all, err := worker.All(s.Running(t.Context()))
	ok(t, err)
	soon, err := s.Due(t.Context(), before)
	ok(t, err)
	return len(all), len(soon)
}

func TestStore_aLateIndexHidesNothingFromWhoAsksByKey(t *testing.T) {
	onALateIndex(t, func(t *testing.T, s *dynamostore.Store) {
		t.Helper()
		r := release("checkout", 1, now())
		before := r.WakeAt.Add(time.Minute)
		if running, due := listed(t, s, before); running+due != 0 {
			t.Fatalf("%d run and %d are due in an empty table", running, due)
		}
		c := commit("op-1", save(r, 0))
		c.Slot = &statemachine.Slot{Canary: "checkout", Active: r.ID}
		c.Trigger = &worker.TriggerItem{Source: r.Trigger.Source, Key: r.Trigger.Key, Ref: refOf(r)}
		ok(t, s.Commit(t.Context(), c))
		if running, due := listed(t, s, before); running+due != 0 {
			t.Fatalf("the index is not late: %d run and %d are due", running, due)
		}
		stored, err := s.Load(t.Context(), refOf(r))
		ok(t, err)
		slot, err := s.Slot(t.Context(), "checkout")
		ok(t, err)
		ref, err := s.Trigger(t.Context(), r.Trigger.Source, r.Trigger.Key)
		ok(t, err)
		if stored.Release.ID != r.ID || slot.Active != r.ID || ref != refOf(r) {
			t.Errorf("load %s, slot %s, trigger %v: want %s in each", stored.Release.ID, slot.Active, ref, r.ID)
		}
	})
}

func TestStore_whoFollowsALateIndexMeetsAConflict(t *testing.T) {
	onALateIndex(t, func(t *testing.T, s *dynamostore.Store) {
		t.Helper()
		begun := now()
		moved, ended := release("checkout", 1, begun), release("orders", 2, begun)
		ok(t, s.Commit(t.Context(), commit("op-1", save(moved, 0))))
		ok(t, s.Commit(t.Context(), commit("op-2", save(ended, 0))))
		before := begun.Add(2 * time.Minute)
		if running, due := listed(t, s, before); running != 2 || due != 2 {
			t.Fatalf("%d run and %d are due, want both", running, due)
		}
		ok(t, s.Claim(t.Context(), refOf(moved), 1, moved.WakeAt, moved.WakeAt.Add(time.Hour)))
		settled := settle(ended, statemachine.RolledBack, begun.Add(time.Second))
		settled.Rev = 2
		ok(t, s.Commit(t.Context(), commit("op-3", save(settled, 1))))

		stale, err := s.Due(t.Context(), before)
		ok(t, err)
		if len(stale) != 2 {
			t.Fatalf("the index is not late: %v are due", stale)
		}
		for _, d := range stale {
			isKind(t, s.Claim(t.Context(), d.Ref, 1, d.WakeAt, d.WakeAt.Add(time.Minute)), worker.ErrConflict)
		}
		isKind(t, s.Commit(t.Context(), commit("op-4", save(ended, 1))), worker.ErrConflict)
	})
}
