package dynamostore

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/statemachine"
)

// line is one entry of a release's history.
func line(r statemachine.Release, e statemachine.Entry) (attributes, error) {
	a := make(attributes, 0, 17)
	if err := a.doc(e); err != nil {
		return nil, err
	}
	a.text("release", r.ID)
	a.text("canary", r.Canary)
	a.number("seq", e.Seq)
	a.at("at", e.At)
	from := ""
	if e.From != 0 {
		from = e.From.String()
	}
	a.text("from", from)
	a.text("to", e.To.String())
	a.number("step", int64(e.Step))
	a.set("weight", share(e.WeightPct))
	a.reason(e.Reason)
	return a, nil
}

func (a *attributes) reason(r statemachine.Reason) {
	a.text("reason_code", string(r.Code))
	a.text("reason", r.Text)
	a.text("cause", r.Cause.Kind.String())
	a.text("cause_id", r.Cause.ID)
	a.text("actor", r.Actor)
}

// History reads a release's entries with seq > after, in order.
func (s *Store) History(ctx context.Context, id string, after int64) ([]statemachine.Entry, error) {
	items, err := s.query(ctx, query{where: expression.KeyAnd(
		inPartition(historyPartition(id)),
		expression.Key(attrSK).GreaterThan(expression.Value(tenDigits(after))),
	)})
	if err != nil {
		return nil, fmt.Errorf("read the history of release %s: %w", id, err)
	}
	entries := make([]statemachine.Entry, 0, len(items))
	for _, item := range items {
		e, err := entryOf(item)
		if err != nil {
			return nil, fmt.Errorf("read the history of release %s: %w", id, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func entryOf(item map[string]types.AttributeValue) (statemachine.Entry, error) {
	var e statemachine.Entry
	return e, fromDoc(item, &e)
}
