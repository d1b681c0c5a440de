package dynamostore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// now is a moment after which DynamoDB Local's own TTL must find nothing.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func releaseID(n int) string { return fmt.Sprintf("01KAY%021d", n) }

// release is a new one in preflight.
func release(canary string, n int, begun time.Time) statemachine.Release {
	r := statemachine.New(statemachine.Spec{
		ID: releaseID(n), Kind: statemachine.Forward, Version: "43",
		Plan: statemachine.Plan{Canary: canary, Definition: 1, Trigger: statemachine.TriggerSpec{Kind: statemachine.TriggerManual}},
		Trigger: statemachine.Trigger{
			Kind: statemachine.TriggerManual, Source: "manual#" + canary, Key: releaseID(n), At: begun,
		},
		Lease: 15 * time.Second, CallTimeout: 5 * time.Second,
	}, begun)
	r.Phase = statemachine.Preflight
	r.WakeAt = begun.Add(time.Minute)
	return r
}

func settle(r statemachine.Release, phase statemachine.Phase, at time.Time) statemachine.Release {
	r.Phase, r.WakeAt = phase, time.Time{}
	r.UpdatedAt, r.FinishedAt, r.SettledAt = at, at, at
	return r
}

func refOf(r statemachine.Release) worker.Ref { return worker.Ref{Canary: r.Canary, ID: r.ID} }

func save(next statemachine.Release, was int64) worker.Save {
	return worker.Save{Next: next, WasRev: was, Entry: statemachine.Entry{
		Seq: next.Rev, At: next.UpdatedAt, From: statemachine.Queued, To: next.Phase, Reason: statemachine.Reason{
			Code: statemachine.CodeCreated, Text: "a reason", Actor: "ada",
			Cause: statemachine.Cause{Kind: statemachine.CauseCommand, ID: "cmd-1"},
		},
	}}
}

func commit(op string, saves ...worker.Save) worker.Commit {
	return worker.Commit{OpID: op, By: "worker-1", At: now(), Saves: saves}
}

// item reads one as it stands in the table; nil if there is none.
func (d db) item(t *testing.T, pk, sk string) map[string]types.AttributeValue {
	t.Helper()
	out, err := d.client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &d.table, ConsistentRead: aws.Bool(true), Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk},
		},
	})
	if err != nil {
		t.Fatalf("read item %s %s: %v", pk, sk, err)
	}
	return out.Item
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}
