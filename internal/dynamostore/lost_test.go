package dynamostore_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// TestStore_recognisesItsOwnWriteWhoseAnswerWasLost: DynamoDB Local knows the
// token of a transaction, moto ignores it, as DynamoDB does after ten minutes;
// single writes have none anywhere.
func TestStore_recognisesItsOwnWriteWhoseAnswerWasLost(t *testing.T) {
	begun := now()
	first := release("checkout", 1, begun)
	second := first
	second.Rev, second.Phase = 2, statemachine.Shifting
	touched := first
	touched.Waiting, touched.WakeAt = "an alarm", first.WakeAt.Add(time.Second)
	outcome := worker.Outcome{Command: "cmd-1", Code: "stale_rev", At: begun}
	whole := commit("op-2", save(second, 1))
	whole.Slot = &statemachine.Slot{Canary: "checkout", Active: first.ID}
	slotAlone := commit("op-2")
	slotAlone.Slot = whole.Slot
	engines := awstest.DynamoDBEngines(t)
	for name, c := range map[string]struct {
		operation string
		write     func(ctx context.Context, s *dynamostore.Store) error
		want      statemachine.Release
	}{
		"commit": {"TransactWriteItems", func(ctx context.Context, s *dynamostore.Store) error {
			return s.Commit(ctx, whole)
		}, second},
		"commit of a slot alone": {"TransactWriteItems", func(ctx context.Context, s *dynamostore.Store) error {
			return s.Commit(ctx, slotAlone)
		}, first},
		"apply": {"TransactWriteItems", func(ctx context.Context, s *dynamostore.Store) error {
			_, err := s.Apply(ctx, worker.Definition{Plan: first.Plan}, 0)
			return err
		}, first},
		"claim": {"UpdateItem", func(ctx context.Context, s *dynamostore.Store) error {
			return s.Claim(ctx, refOf(first), 1, first.WakeAt, touched.WakeAt)
		}, func() statemachine.Release { r := first; r.WakeAt = touched.WakeAt; return r }()},
		"touch": {"UpdateItem", func(ctx context.Context, s *dynamostore.Store) error {
			return s.Touch(ctx, touched, first.WakeAt)
		}, touched},
		"announced": {"UpdateItem", func(ctx context.Context, s *dynamostore.Store) error {
			return s.Announced(ctx, refOf(first), 1, false)
		}, first},
		"outcome": {"PutItem", func(ctx context.Context, s *dynamostore.Store) error {
			return s.PutOutcome(ctx, outcome)
		}, first},
	} {
		for _, engine := range engines {
			t.Run(name+" on "+engine.Name, func(t *testing.T) {
				d := newTable(t, engine)
				ok(t, dynamostore.New(d.client, d.table).Commit(t.Context(), commit("op-1", save(first, 0))))
				w := &wire{operation: c.operation, lose: 1}
				s := dynamostore.New(w.client(config(engine)), d.table)
				ok(t, c.write(t.Context(), s))
				if len(w.sent) != 2 {
					t.Errorf("sent %d times, want the lost one and one more", len(w.sent))
				}
				stored, err := s.Load(t.Context(), refOf(first))
				ok(t, err)
				if diff := cmp.Diff(c.want, stored.Release); diff != "" {
					t.Errorf("what is stored (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestStore_aConflictWhoseAnswerWasLostStaysAConflict(t *testing.T) {
	for _, engine := range awstest.DynamoDBEngines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			d := newTable(t, engine)
			r := release("checkout", 1, now())
			other := dynamostore.New(d.client, d.table)
			ok(t, other.Commit(t.Context(), commit("op-theirs", save(r, 0))))
			for operation, write := range map[string]func(s *dynamostore.Store) error{
				"TransactWriteItems": func(s *dynamostore.Store) error { return s.Commit(t.Context(), commit("op-mine", save(r, 0))) },
				"UpdateItem":         func(s *dynamostore.Store) error { return s.Claim(t.Context(), refOf(r), 7, r.WakeAt, now()) },
			} {
				w := &wire{operation: operation, lose: 1}
				isKind(t, write(dynamostore.New(w.client(config(engine)), d.table)), worker.ErrConflict)
			}
		})
	}
}

// TestStore_aLostDeleteIsRecognisedByItsToken: nothing is left to recognise it
// by otherwise, and moto ignores tokens.
func TestStore_aLostDeleteIsRecognisedByItsToken(t *testing.T) {
	for _, engine := range awstest.DynamoDBEngines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			d := newTable(t, engine)
			w := &wire{operation: "TransactWriteItems"}
			s := dynamostore.New(w.client(config(engine)), d.table)
			_, err := s.Apply(t.Context(), worker.Definition{Plan: release("checkout", 1, now()).Plan}, 0)
			ok(t, err)
			w.lose = 1
			err = s.Delete(t.Context(), "checkout", 1)
			if moto(engine) {
				isKind(t, err, worker.ErrConflict)
				return
			}
			ok(t, err)
		})
	}
}
