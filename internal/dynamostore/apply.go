package dynamostore

import (
	"context"
	"crypto/rand"
	"fmt"

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
	writes := []write{
		s.put(fmt.Sprintf("definition %d", was), canaryKey(d.Plan.Canary), a, inForce(was)),
		s.put(fmt.Sprintf("definition %d", last+1), definitionKey(d.Plan.Canary, last+1), a, absent()),
	}
	if old := last + 1 - definitionsKept; old > 0 {
		writes = append(writes, s.drop(definitionKey(d.Plan.Canary, old)))
	}
	return last + 1, s.transact(ctx, op, writes)
}

// drop deletes an item that may be gone already.
func (s *Store) drop(k key) write {
	return write{what: k.String(), item: types.TransactWriteItem{Delete: &types.Delete{TableName: &s.table, Key: k.item()}}}
}

// Delete removes the definition in force; its slot, its releases and the last
// ten definitions stay. It is a transaction of one for the sake of its token: a
// repeat would find nothing to recognise itself by.
func (s *Store) Delete(ctx context.Context, canary string, was int) error {
	var w wording
	must := is(attrDefinition, number(int64(was)))(&w)
	gone := s.drop(canaryKey(canary))
	gone.what = fmt.Sprintf("definition %d", was)
	gone.item.Delete.ConditionExpression = &must
	gone.item.Delete.ExpressionAttributeNames, gone.item.Delete.ExpressionAttributeValues = w.names, w.values
	gone.item.Delete.ReturnValuesOnConditionCheckFailure = allOld
	if err := s.transact(ctx, rand.Text(), []write{gone}); err != nil {
		return fmt.Errorf("delete canary %s: %w", canary, err)
	}
	return nil
}
