package dynamostore

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/serinhq/serin/worker"
)

// asTrigger takes it for a pipeline execution, which has a trigger for each gate
// action it opened, or a deployment.
func (s *Store) asTrigger(ctx context.Context, word string) ([]worker.Ref, error) {
	definitions, err := worker.All(s.Canaries(ctx))
	if err != nil && !errors.Is(err, worker.ErrNewerSchema) {
		return nil, err
	}
	var refs []worker.Ref
	for _, k := range triggersOf(definitions, word) {
		where := inPartition(k.pk)
		if k.sk != "" {
			where = where.And(expression.Key(attrSK).Equal(expression.Value(k.sk)))
		}
		items, err := s.query(ctx, query{where: where})
		if err != nil {
			return nil, err
		}
		found, err := refsOf(items)
		if err != nil {
			return nil, err
		}
		refs = append(refs, found...)
	}
	return refs, nil
}

// triggersOf are the keys under which a trigger that the word names would stand,
// each once; no sort key means any.
func triggersOf(definitions []worker.Definition, word string) []key {
	var keys []key
	for _, d := range definitions {
		k := triggerKey("pipeline#"+d.Plan.Trigger.Pipeline+"/"+word, "")
		if guarded := d.Plan.Deployment; guarded != nil {
			k = triggerKey(guarded.Kind+"#"+guarded.Key, word)
		}
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// enough releases of one canary show that a prefix is ambiguous.
const enough = 10

// asPrefix looks in every canary for ids that begin so.
func (s *Store) asPrefix(ctx context.Context, word string) ([]worker.Ref, error) {
	if !ulidPrefix(word) {
		return nil, nil
	}
	definitions, err := worker.All(s.Canaries(ctx))
	if err != nil && !errors.Is(err, worker.ErrNewerSchema) {
		return nil, err
	}
	var refs []worker.Ref
	for _, d := range definitions {
		items, err := s.query(ctx, query{
			where:       inPartitionFrom(canaryPartition(d.Plan.Canary), sortReleases+strings.ToUpper(word)),
			newestFirst: true, limit: enough,
		})
		if err != nil {
			return nil, err
		}
		found, err := refsOf(items)
		if err != nil {
			return nil, err
		}
		refs = append(refs, found...)
	}
	return refs, nil
}
