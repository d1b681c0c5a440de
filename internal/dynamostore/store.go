package dynamostore

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// API is what is called of DynamoDB. In IAM: dynamodb:GetItem, PutItem,
// UpdateItem and DeleteItem on the table (TransactWriteItems needs those of its
// parts and none of its own), and Query on the table and its indexes.
type API interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// The calls as IAM and CallError name them.
const (
	callGet      = "dynamodb:GetItem"
	callPut      = "dynamodb:PutItem"
	callUpdate   = "dynamodb:UpdateItem"
	callQuery    = "dynamodb:Query"
	callTransact = "dynamodb:TransactWriteItems"
)

// Store is one table. Safe for concurrent use.
type Store struct {
	api     API
	table   string
	recall  recall
	phrases phrases
}

// New makes the store of a table, by name or ARN, that has the keys and indexes
// of infra/cloudformation/serin.yaml. No call is made.
func New(api API, table string) *Store { return &Store{api: api, table: table} }

// get reads one item, consistently. worker.ErrNotFound if there is none.
func (s *Store) get(ctx context.Context, k key) (map[string]types.AttributeValue, error) {
	out, err := s.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: k.item(), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, s.classify(callGet, err)
	}
	if len(out.Item) == 0 {
		return nil, &worker.CallError{Call: callGet, Resource: s.table, Kind: worker.ErrNotFound, Err: fmt.Errorf("no item %s", k)}
	}
	return out.Item, nil
}

// classify is the error of a call. A table that is not there is no answer about
// an item: nobody may take it for a free slot or a release that does not exist.
func (s *Store) classify(call string, err error) error {
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return s.failed(worker.ErrUnavailable, call, "the table is not there", err)
	}
	return awserr.Classify(call, s.table, err)
}

// failed is a failed call of which more is known than its error says.
func (s *Store) failed(kind error, call, why string, err error) error {
	told := err
	if classified, ok := errors.AsType[*worker.CallError](awserr.Classify(call, s.table, err)); ok {
		told = classified.Err
	}
	return &worker.CallError{Call: call, Resource: s.table, Kind: kind, Err: fmt.Errorf("%s: %w", why, told)}
}

// ours reports whether an item shows that the call with this id was applied, by
// an earlier try whose answer was lost.
func ours(item map[string]types.AttributeValue, attribute, id string) bool {
	value, ok := item[attribute].(*types.AttributeValueMemberS)
	return ok && id != "" && value.Value == id
}

// failedOn is the item that a failed condition met, if err is one.
func failedOn(err error) (item map[string]types.AttributeValue, failed bool) {
	if check, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return check.Item, true
	}
	return nil, false
}

var _ worker.Catalog = (*Store)(nil)
