package sqsqueue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// batch is the most that one call deletes (SQS quotas).
const batch = 10

// Ack deletes them, ten a call, and tries every ten even if one fails. SQS
// answers a delete of what is deleted already with success, so all of them may
// be sent again after an error.
func (q *Queue) Ack(ctx context.Context, deliveries []worker.Delivery) error {
	var failed []error
	for ten := range slices.Chunk(deliveries, batch) {
		failed = append(failed, q.remove(ctx, ten))
	}
	if err := errors.Join(failed...); err != nil {
		return fmt.Errorf("delete from %s: %w", q.name(), err)
	}
	return nil
}

// remove deletes up to ten. A batch is answered with 200 even if nothing of it
// was deleted (DeleteMessageBatch): what failed stands in the answer.
func (q *Queue) remove(ctx context.Context, ten []worker.Delivery) error {
	entries := make([]types.DeleteMessageBatchRequestEntry, 0, batch)
	for i, d := range ten {
		entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(d.Handle)})
	}
	out, err := q.api.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &q.url, Entries: entries})
	if err != nil {
		return q.classify(callDelete, err)
	}
	var failed []error
	for _, entry := range out.Failed {
		failed = append(failed, awserr.Entry(callDelete, q.name(), aws.ToString(entry.Code), aws.ToString(entry.Message)))
	}
	return errors.Join(failed...)
}

// Later makes one visible after delay, in whole seconds, rounded up; 0 is sent
// and means now. One that is visible again already needs nothing: an earlier
// try, whose answer was lost, may have done it.
func (q *Queue) Later(ctx context.Context, d worker.Delivery, delay time.Duration) error {
	err := q.hide(ctx, d, delay)
	if _, back := errors.AsType[*types.MessageNotInflight](err); back {
		return nil
	}
	if err != nil {
		return fmt.Errorf("hand message %s back to %s: %w", d.ID, q.name(), err)
	}
	return nil
}

// Extend keeps one invisible, at most 12 hours since it was received (SQS
// quotas). worker.ErrConflict if it is visible again: somebody else may have it.
func (q *Queue) Extend(ctx context.Context, del worker.Delivery, d time.Duration) error {
	if err := q.hide(ctx, del, d); err != nil {
		return fmt.Errorf("keep message %s of %s: %w", del.ID, q.name(), err)
	}
	return nil
}

func (q *Queue) hide(ctx context.Context, d worker.Delivery, away time.Duration) error {
	_, err := q.api.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.url, ReceiptHandle: aws.String(d.Handle), VisibilityTimeout: seconds(away),
	})
	return q.classify(callChange, err)
}
