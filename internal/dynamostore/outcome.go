package dynamostore

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/serinhq/serin/worker"
)

// day is how long outcomes and workers' signs of life are kept.
const day = 24 * time.Hour

func outcomeItem(o worker.Outcome, op string) attributes {
	var a attributes
	a.text("command", o.Command)
	outcome := "refused"
	if o.Done {
		outcome = "done"
	}
	a.text("outcome", outcome)
	a.text("code", o.Code)
	a.text("text", o.Text)
	a.text("release", o.Release)
	a.number(attrRev, o.Rev)
	a.at("at", o.At)
	a.text(attrOpID, op)
	a.expires(o.At.Add(day))
	return a
}

func (s *Store) outcome(c worker.Commit, o worker.Outcome) write {
	return s.put("outcome of command "+o.Command, outcomeKey(o.Command), outcomeItem(o, c.OpID), absent())
}

// PutOutcome keeps a refusal; worker.ErrConflict if the command has an outcome.
func (s *Store) PutOutcome(ctx context.Context, o worker.Outcome) error {
	if err := s.putOutcome(ctx, o); err != nil {
		return fmt.Errorf("keep the outcome of command %s: %w", o.Command, err)
	}
	return nil
}

func (s *Store) putOutcome(ctx context.Context, o worker.Outcome) error {
	op := rand.Text()
	var w wording
	must := absent()(&w)
	in := &dynamodb.PutItemInput{
		TableName: &s.table, Item: outcomeItem(o, op).item(outcomeKey(o.Command)),
		ConditionExpression: &must, ExpressionAttributeNames: w.names,
		ReturnValuesOnConditionCheckFailure: allOld,
	}
	return s.patiently(ctx, callPut, op, func(int) error {
		_, err := s.api.PutItem(ctx, in)
		return s.single(callPut, attrOpID, op, err)
	})
}

// Outcome finds what became of a command. worker.ErrNotFound.
func (s *Store) Outcome(ctx context.Context, command string) (worker.Outcome, error) {
	var in struct {
		Outcome string `dynamodbav:"outcome"`
		Code    string `dynamodbav:"code"`
		Text    string `dynamodbav:"text"`
		Release string `dynamodbav:"release"`
		Rev     int64  `dynamodbav:"rev"`
		At      string `dynamodbav:"at"`
	}
	item, err := s.get(ctx, outcomeKey(command))
	if err == nil {
		err = unmarshal(item, &in)
	}
	var at time.Time
	if err == nil {
		at, err = instant(in.At)
	}
	if err != nil {
		return worker.Outcome{}, fmt.Errorf("read the outcome of command %s: %w", command, err)
	}
	return worker.Outcome{
		Command: command, Done: in.Outcome == "done", Code: in.Code, Text: in.Text,
		Release: in.Release, Rev: in.Rev, At: at,
	}, nil
}
