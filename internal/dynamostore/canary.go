package dynamostore

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func definitionItem(d worker.Definition, op string) (attributes, error) {
	var a attributes
	if err := a.doc(d.Plan); err != nil {
		return nil, err
	}
	a.text("canary", d.Plan.Canary)
	a.number(attrDefinition, int64(d.Plan.Definition))
	a.number("schema", statemachine.Schema)
	a.at("applied_at", d.AppliedAt)
	a.text("applied_by", d.AppliedBy)
	a.text("file", d.File)
	a.text(attrOpID, op)
	return a, nil
}

func definitionOf(item map[string]types.AttributeValue) (worker.Definition, error) {
	var in struct {
		Canary    string `dynamodbav:"canary"`
		Schema    int    `dynamodbav:"schema"`
		AppliedAt string `dynamodbav:"applied_at"`
		AppliedBy string `dynamodbav:"applied_by"`
		File      string `dynamodbav:"file"`
		Doc       string `dynamodbav:"doc"`
	}
	err := attributevalue.UnmarshalMap(item, &in)
	d := worker.Definition{AppliedBy: in.AppliedBy, File: in.File}
	if err == nil && in.Schema > statemachine.Schema {
		err = fmt.Errorf("schema %d: %w", in.Schema, worker.ErrNewerSchema)
	}
	if err == nil {
		err = json.Unmarshal([]byte(in.Doc), &d.Plan)
	}
	if err == nil {
		d.AppliedAt, err = instant(in.AppliedAt)
	}
	if err != nil {
		return worker.Definition{}, fmt.Errorf("read canary %s: %w", in.Canary, err)
	}
	return d, nil
}

// Canary reads the definition in force. worker.ErrNotFound, ErrNewerSchema.
func (s *Store) Canary(ctx context.Context, canary string) (worker.Definition, error) {
	item, err := s.get(ctx, canaryKey(canary))
	if err != nil {
		return worker.Definition{}, fmt.Errorf("read canary %s: %w", canary, err)
	}
	return definitionOf(item)
}

// Canaries reads the definitions in force, by name, a page at a time. What can't
// be read is an error in its place.
func (s *Store) Canaries(ctx context.Context) iter.Seq2[worker.Definition, error] {
	return func(yield func(worker.Definition, error) bool) {
		for item, err := range s.each(ctx, query{where: inPartition(partitionCanaries)}) {
			var d worker.Definition
			if err != nil {
				err = fmt.Errorf("read the canaries: %w", err)
			} else {
				d, err = definitionOf(item)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// lastDefinition is the highest number that a canary ever had, also one that was
// deleted; 0 for a new name.
func (s *Store) lastDefinition(ctx context.Context, canary string) (int, error) {
	items, err := s.query(ctx, query{
		where: inPartitionFrom(canaryPartition(canary), sortDefinitions), newestFirst: true, limit: 1,
	})
	if err != nil || len(items) == 0 {
		return 0, err
	}
	var in struct {
		Definition int `dynamodbav:"definition"`
	}
	return in.Definition, unmarshal(items[0], &in)
}

func inForce(definition int) condition {
	if definition == 0 {
		return absent()
	}
	return is(attrDefinition, number(int64(definition)))
}
