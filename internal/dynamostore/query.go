package dynamostore

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// pageItems is how many items one page has at most. DynamoDB would give a megabyte
// of them, and the SDK makes four of it.
const pageItems = 100

// query is a read of many. On the table itself it is consistent, on an index it
// can't be.
type query struct {
	index       string
	where       expression.KeyConditionBuilder
	filter      expression.ConditionBuilder
	newestFirst bool
	// limit ends it early; 0 reads everything. Not with a filter.
	limit int32
}

func inPartition(pk string) expression.KeyConditionBuilder {
	return expression.Key(attrPK).Equal(expression.Value(pk))
}

func inPartitionFrom(pk, prefix string) expression.KeyConditionBuilder {
	return expression.KeyAnd(inPartition(pk), expression.Key(attrSK).BeginsWith(prefix))
}

// query reads all of it.
func (s *Store) query(ctx context.Context, q query) ([]map[string]types.AttributeValue, error) {
	var items []map[string]types.AttributeValue
	for item, err := range s.each(ctx, q) {
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// each reads a page when the one before was walked through. An error ends it.
func (s *Store) each(ctx context.Context, q query) iter.Seq2[map[string]types.AttributeValue, error] {
	return func(yield func(map[string]types.AttributeValue, error) bool) {
		in, err := s.input(q)
		if err != nil {
			yield(nil, err)
			return
		}
		count := 0
		for pages := dynamodb.NewQueryPaginator(s.api, in); pages.HasMorePages() && (q.limit == 0 || count < int(q.limit)); {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(nil, s.classify(callQuery, err))
				return
			}
			count += len(page.Items)
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

func (s *Store) input(q query) (*dynamodb.QueryInput, error) {
	builder := expression.NewBuilder().WithKeyCondition(q.where)
	if q.filter.IsSet() {
		builder = builder.WithFilter(q.filter)
	}
	e, err := builder.Build()
	if err != nil {
		return nil, fmt.Errorf("build a query: %w", err)
	}
	in := &dynamodb.QueryInput{
		TableName: &s.table, KeyConditionExpression: e.KeyCondition(), FilterExpression: e.Filter(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ScanIndexForward: aws.Bool(!q.newestFirst), ConsistentRead: aws.Bool(q.index == ""),
	}
	if q.index != "" {
		in.IndexName = &q.index
	}
	in.Limit = aws.Int32(pageItems)
	if q.limit > 0 {
		in.Limit = &q.limit
	}
	return in, nil
}

// fromDoc reads the value that an item carries whole.
func fromDoc(item map[string]types.AttributeValue, into any) error {
	var in struct {
		Doc string `dynamodbav:"doc"`
	}
	if err := unmarshal(item, &in); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(in.Doc), into); err != nil {
		return fmt.Errorf("read the doc of an item as %T: %w", into, err)
	}
	return nil
}

func unmarshal(item map[string]types.AttributeValue, into any) error {
	if err := attributevalue.UnmarshalMap(item, into); err != nil {
		return fmt.Errorf("read an item: %w", err)
	}
	return nil
}
