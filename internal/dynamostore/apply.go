package dynamostore

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/worker"
)

// definitionsKept is how many definitions of a canary stay in the table.
const definitionsKept = 10

// Apply stores a definition and its numbered copy in one transaction.
func (s *Store) Apply(ctx context.Context, d worker.Definition, was int) (int, error) {
	n, err := s.apply(ctx, d, was)
	if err != nil {
		return 0, fmt.Errorf("apply canary %s: %w", d.Plan.Canary, err)
	}
	return n, nil
}

func (s *Store) apply(ctx context.Context, d worker.Definition, was int) (int, error) {
	last := was
	if was == 0 {
		n, err := s.lastDefinition(ctx, d.Plan.Canary)
		if err != nil {
			return 0, err
		}
		last = n
	}
	d.Plan.Definition = last + 1
	op := rand.Text()
	a, err := definitionItem(d, op)
	if err != nil {
		return 0, invalid(err)
	}
	var p parts
	p.add(s.put(fmt.Sprintf("definition %d", was), canaryKey(d.Plan.Canary), a, inForce(was)))
	p.add(s.put(fmt.Sprintf("definition %d", last+1), definitionKey(d.Plan.Canary, last+1), a, absent()))
	if old := last + 1 - definitionsKept; old > 0 {
		p.writes = append(p.writes, s.drop(definitionKey(d.Plan.Canary, old)))
	}
	if p.err != nil {
		return 0, p.err
	}
	return last + 1, s.transact(ctx, op, p.writes)
}

// drop deletes an item that may be gone already.
func (s *Store) drop(k key) write {
	return write{k.String(), types.TransactWriteItem{Delete: &types.Delete{TableName: &s.table, Key: k.item()}}}
}

// Delete removes the definition in force; its slot, its releases and the last
// ten definitions stay. It is a transaction of one for the sake of its token: a
// repeat would find nothing to recognise itself by.
func (s *Store) Delete(ctx context.Context, canary string, was int) error {
	e, err := expression.NewBuilder().WithCondition(is(attrDefinition, number(int64(was)))).Build()
	if err == nil {
		w := s.drop(canaryKey(canary))
		w.what = fmt.Sprintf("definition %d", was)
		w.item.Delete.ConditionExpression = e.Condition()
		w.item.Delete.ExpressionAttributeNames, w.item.Delete.ExpressionAttributeValues = e.Names(), e.Values()
		w.item.Delete.ReturnValuesOnConditionCheckFailure = allOld
		err = s.transact(ctx, rand.Text(), []write{w})
	}
	if err != nil {
		return fmt.Errorf("delete canary %s: %w", canary, err)
	}
	return nil
}
