package dynamostore_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func isKind(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

func TestStore_waitsForARunningTransactionAndWritesOnce(t *testing.T) {
	engine := awstest.DynamoDB(t)
	d := newTable(t, engine)
	w := &wire{operation: "TransactWriteItems", answers: []string{
		canceled("None", "TransactionConflict"), canceled("ThrottlingError", "None"),
	}}
	s := dynamostore.New(w.client(config(engine)), d.table)
	r := release("checkout", 1, now())
	ok(t, s.Commit(t.Context(), commit("op-1", save(r, 0))))
	var tokens []string
	for _, body := range w.sent {
		var in struct{ ClientRequestToken string }
		ok(t, json.Unmarshal([]byte(body), &in))
		if n := len(in.ClientRequestToken); n < 1 || n > 36 {
			t.Errorf("token %q has %d characters", in.ClientRequestToken, n)
		}
		tokens = append(tokens, in.ClientRequestToken)
	}
	if len(tokens) != 3 || len(slices.Compact(slices.Sorted(slices.Values(tokens)))) != 3 {
		t.Errorf("tokens %q, want three tries, each a request of its own", tokens)
	}

	w = &wire{operation: "UpdateItem", answers: []string{exception("TransactionConflictException")}}
	s = dynamostore.New(w.client(config(engine)), d.table)
	ok(t, s.Claim(t.Context(), refOf(r), 1, r.WakeAt, r.WakeAt.Add(time.Second)))
}

func TestStore_isThrottledWhenATransactionNeverEnds(t *testing.T) {
	for operation, c := range map[string]struct {
		answer string
		write  func(context.Context, *dynamostore.Store) error
	}{
		"TransactWriteItems": {canceled("TransactionConflict"), func(ctx context.Context, s *dynamostore.Store) error {
			return s.Commit(ctx, commit("op-1", save(release("checkout", 1, now()), 0)))
		}},
		"UpdateItem": {exception("TransactionConflictException"), func(ctx context.Context, s *dynamostore.Store) error {
			return s.Announced(ctx, worker.Ref{Canary: "checkout", ID: releaseID(1)}, 1, false)
		}},
		"PutItem": {exception("TransactionConflictException"), func(ctx context.Context, s *dynamostore.Store) error {
			return s.PutOutcome(ctx, worker.Outcome{Command: "cmd-1", At: now()})
		}},
	} {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{operation: operation, answers: []string{c.answer}, forever: true}
				began := time.Now()
				isKind(t, c.write(t.Context(), dynamostore.New(w.answering(t), "serin")), worker.ErrThrottled)
				if took := time.Since(began); took > time.Second || len(w.sent) != 6 {
					t.Errorf("gave up after %s and %d tries, want 6 within a second", took, len(w.sent))
				}

				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Millisecond)
				defer cancel()
				w = &wire{operation: operation, answers: []string{c.answer}, forever: true}
				began = time.Now()
				isKind(t, c.write(ctx, dynamostore.New(w.answering(t), "serin")), worker.ErrThrottled)
				if took := time.Since(began); took > 15*time.Millisecond {
					t.Errorf("outlived its context by %s", took-15*time.Millisecond)
				}
			})
		})
	}
}

func TestStore_tellsWhyATransactionWasRefused(t *testing.T) {
	for answer, want := range map[string]error{
		canceled("ConditionalCheckFailed", "None"):                worker.ErrConflict,
		canceled("TransactionConflict", "ConditionalCheckFailed"): worker.ErrConflict,
		canceled("ValidationError", "None"):                       worker.ErrInvalid,
		canceled("ItemCollectionSizeLimitExceeded", "None"):       worker.ErrInvalid,
		canceled(): worker.ErrInvalid,
		exception("IdempotentParameterMismatchException"): worker.ErrInvalid,
		exception("AccessDeniedException"):                worker.ErrDenied,
	} {
		w := &wire{operation: "TransactWriteItems", answers: []string{answer}, forever: true}
		s := dynamostore.New(w.answering(t), "serin")
		err := s.Commit(t.Context(), commit("op-1", save(release("checkout", 1, now()), 0)))
		isKind(t, err, want)
		if call, ok := errors.AsType[*worker.CallError](err); !ok || call.Call != "dynamodb:TransactWriteItems" || call.Resource != "serin" {
			t.Errorf("error %v names no call on a table", err)
		}
	}
}

func TestStore_aConflictNamesWhatMoved(t *testing.T) {
	w := &wire{operation: "TransactWriteItems", answers: []string{canceled("None", "None", "ConditionalCheckFailed")}}
	c := commit("op-1", save(release("checkout", 1, now()), 0))
	c.Slot = &statemachine.Slot{Canary: "checkout", Rev: 3}
	err := dynamostore.New(w.answering(t), "serin").Commit(t.Context(), c)
	const want = "commit op-1: conflict (dynamodb:TransactWriteItems on serin): slot of checkout at rev 3 moved"
	if got := err.Error(); len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("got  %s\nwant %s…", got, want)
	}
}

// TestStore_aMissingTableIsNoAnswer: with a wrong table name every slot would be
// free, and every release unknown.
func TestStore_aMissingTableIsNoAnswer(t *testing.T) {
	for _, engine := range awstest.DynamoDBEngines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			s := dynamostore.New((&wire{}).client(config(engine)), "no-such-table")
			_, load := s.Load(t.Context(), worker.Ref{Canary: "checkout", ID: releaseID(1)})
			_, slot := s.Slot(t.Context(), "checkout")
			_, targets := s.TargetSlots(t.Context(), []statemachine.TargetSpec{{Kind: "lambda", ID: "checkout:live"}})
			_, trigger := s.Trigger(t.Context(), "manual#checkout", "cmd-1")
			_, outcome := s.Outcome(t.Context(), "cmd-1")
			_, running := worker.All(s.Running(t.Context()))
			write := s.Commit(t.Context(), commit("op-1", save(release("checkout", 1, now()), 0)))
			for name, err := range map[string]error{
				"load": load, "slot": slot, "target slots": targets, "trigger": trigger, "outcome": outcome,
				"running": running, "commit": write,
			} {
				if !errors.Is(err, worker.ErrUnavailable) || errors.Is(err, worker.ErrNotFound) {
					t.Errorf("%s: got error %v, want %v", name, err, worker.ErrUnavailable)
				}
			}
		})
	}
}
