package dynamostore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/worker"
)

// write is one part of a transaction, and what it is in words for errors.
type write struct {
	what string
	item types.TransactWriteItem
	// leaves is the release that it leaves in the table, if it is one's.
	leaves *known
}

const allOld = types.ReturnValuesOnConditionCheckFailureAllOld

func (s *Store) put(what string, k key, a attributes, cond condition) write {
	var w wording
	must := cond(&w)
	return write{what: what, item: types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table, Item: a.item(k), ConditionExpression: &must,
		ExpressionAttributeNames: w.names, ExpressionAttributeValues: w.values,
		ReturnValuesOnConditionCheckFailure: allOld,
	}}}
}

// transact writes all of it or nothing, under an op id that every item written
// carries as op_id.
//
// The SDK repeats a request whose answer was lost with the same token, which
// DynamoDB knows for ten minutes; beyond that, and in an emulator that ignores
// tokens, the repeat fails on its conditions and the items met show our op id:
// then the transaction was applied, whole, and this is success.
func (s *Store) transact(ctx context.Context, op string, writes []write) error {
	if len(writes) == 0 {
		return nil
	}
	in := &dynamodb.TransactWriteItemsInput{}
	for _, w := range writes {
		in.TransactItems = append(in.TransactItems, w.item)
	}
	return s.patiently(ctx, callTransact, op, func(try int) error {
		// A cancelled transaction was not applied, so the next try is a new request.
		in.ClientRequestToken = aws.String(s.token(op, try))
		_, err := s.api.TransactWriteItems(ctx, in)
		cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
		if !ok {
			return s.classifyTransact(err)
		}
		return s.canceled(op, writes, cancelled)
	})
}

// classifyTransact sees to the one error that only a misused op id can cause.
func (s *Store) classifyTransact(err error) error {
	if _, mismatch := errors.AsType[*types.IdempotentParameterMismatchException](err); mismatch {
		return s.failed(worker.ErrInvalid, callTransact, "an op id was used for two transactions", err)
	}
	return s.classify(callTransact, err)
}

// canceled tells why, from the reasons, which stand in the order of the writes.
func (s *Store) canceled(op string, writes []write, err *types.TransactionCanceledException) error {
	var failed []string
	busy := len(err.CancellationReasons) > 0
	for i, reason := range err.CancellationReasons {
		switch code := aws.ToString(reason.Code); code {
		case "", "None":
		case "TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError":
		case "ConditionalCheckFailed":
			if ours(reason.Item, attrOpID, op) {
				return nil
			}
			if i < len(writes) {
				failed = append(failed, writes[i].what)
			}
		default:
			busy = false
		}
	}
	switch {
	case len(failed) > 0:
		return s.failed(worker.ErrConflict, callTransact, strings.Join(failed, ", ")+" moved", err)
	case busy:
		return &busyError{err}
	}
	return s.failed(worker.ErrInvalid, callTransact, "DynamoDB refuses it", err)
}

// token is a ClientRequestToken: at most 36 characters, the same for the same
// table, op id and try. Tokens are one space for all tables of an account.
func (s *Store) token(op string, try int) string {
	sum := sha256.Sum256([]byte(s.table + " " + op))
	return hex.EncodeToString(sum[:16]) + "-" + strconv.Itoa(try)
}
