package bench_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"

	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/worker"
)

// The loop's own concurrency: receives side by side, and events in hand.
const (
	floorReceivers = 8
	floorInFlight  = 64
)

// floor is the bare SDK doing the calls that cannot be done without: receive ten; for each event that changes a
// release one consistent read and one conditional transaction; delete ten. It decides nothing.
type floor struct {
	s     *stage
	queue *sqs.Client
	db    *dynamodb.Client
	alias *lambda.Client
	// get and transaction are what Serin sent for one event; nil: the events concern nobody.
	get         *dynamodb.GetItemInput
	transaction *dynamodb.TransactWriteItemsInput
	n           atomic.Int64
}

func newFloor(s *stage) *floor {
	cfg := s.config(s.tb, "floor")
	return &floor{s: s, queue: sqs.NewFromConfig(cfg), db: dynamodb.NewFromConfig(cfg), alias: lambda.NewFromConfig(cfg)}
}

// overheard is a DynamoDB client that notes what is asked of it.
type overheard struct {
	dynamostore.API
	get         *dynamodb.GetItemInput
	transaction *dynamodb.TransactWriteItemsInput
}

func (o *overheard) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if o.transaction == nil {
		o.get = in
	}
	return o.API.GetItem(ctx, in, opts...)
}

func (o *overheard) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if o.transaction == nil {
		o.transaction = in // the first: what an event causes before anything else
	}
	return o.API.TransactWriteItems(ctx, in, opts...)
}

// learn has Serin handle one event, and keeps the last read before its first transaction, and that.
func (f *floor) learn(event [][]byte) {
	o := &overheard{API: f.db}
	l := f.s.loop(func(w *worker.Options) { w.Store = dynamostore.New(o, tableName) })
	if err := l.Refresh(f.s.tb.Context()); err != nil {
		f.s.tb.Fatal(err)
	}
	f.s.queues.put(eventQueue, event...)
	out, err := f.queue.ReceiveMessage(f.s.tb.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(queueURL(eventQueue))})
	if err != nil || len(out.Messages) != 1 {
		f.s.tb.Fatalf("received %v, error %v", out, err)
	}
	v := l.Handle(f.s.tb.Context(), worker.Delivery{ID: "learn", Body: *out.Messages[0].Body, Receives: 1})
	if !v.Ack || o.transaction == nil || len(o.transaction.TransactItems) != 2 {
		f.s.tb.Fatalf("the event changed nothing: %+v, %d calls", v, f.s.called("dynamodb:"))
	}
	f.get, f.transaction = o.get, o.transaction
}

// work does the calls of one event.
func (f *floor) work(ctx context.Context) error {
	if f.transaction == nil {
		return nil
	}
	if _, err := f.db.GetItem(ctx, f.get); err != nil {
		return err
	}
	n := f.n.Add(1)
	update, put := *f.transaction.TransactItems[0].Update, *f.transaction.TransactItems[1].Put
	update.Key = maps.Clone(update.Key)
	update.Key["pk"] = &types.AttributeValueMemberS{Value: fmt.Sprint("FLOOR#", n%concerned)}
	update.ConditionExpression = aws.String("attribute_not_exists (floor)") // as long, and true
	put.Item = maps.Clone(put.Item)
	put.Item["sk"] = &types.AttributeValueMemberS{Value: fmt.Sprintf("%010d", n)}
	put.Item["pk"] = &types.AttributeValueMemberS{Value: "FLOOR"}
	_, err := f.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		ClientRequestToken: aws.String(fmt.Sprintf("floor-%030d", n)),
		TransactItems:      []types.TransactWriteItem{{Update: &update}, {Put: &put}},
	})
	return err
}

// round handles the messages, and says how long it took.
func (f *floor) round(tb testing.TB, messages [][]byte) time.Duration {
	tb.Helper()
	const queue = "floor"
	ctx, cancel := context.WithCancel(tb.Context())
	defer cancel()
	began := time.Now()
	done := f.s.queues.feedOn(queue, messages)
	var receivers sync.WaitGroup
	var pool errgroup.Group
	pool.SetLimit(floorInFlight)
	for range floorReceivers {
		receivers.Go(func() {
			for ctx.Err() == nil {
				if n, err := f.batch(ctx, queue, &pool); err != nil || n == 0 {
					return
				}
			}
		})
	}
	select {
	case <-done:
	case <-time.After(time.Minute):
		tb.Fatal("the floor does not come to an end")
	}
	took := time.Since(began)
	receivers.Wait()
	return took
}

// batch receives ten, works on them side by side, and deletes them when all are done.
func (f *floor) batch(ctx context.Context, queue string, pool *errgroup.Group) (int, error) {
	url := aws.String(queueURL(queue))
	out, err := f.queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10,
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{"SenderId", "ApproximateReceiveCount"}})
	if err != nil {
		return 0, err
	}
	left := int64(len(out.Messages))
	var entries []sqstypes.DeleteMessageBatchRequestEntry
	for i, m := range out.Messages {
		entries = append(entries, sqstypes.DeleteMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
	}
	for range out.Messages {
		pool.Go(func() error {
			err := f.work(ctx)
			if atomic.AddInt64(&left, -1) == 0 {
				_, err = f.queue.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: entries})
			}
			if err != nil && ctx.Err() == nil {
				f.s.tb.Error(err)
			}
			return nil
		})
	}
	return len(out.Messages), nil
}

// naive is the consumer of the tutorials: one goroutine, one message after the other.
func (f *floor) naive(tb testing.TB, messages [][]byte) time.Duration {
	tb.Helper()
	const queue = "floor"
	url := aws.String(queueURL(queue))
	f.s.queues.feedOn(queue, messages)
	began := time.Now()
	for {
		out, err := f.queue.ReceiveMessage(tb.Context(), &sqs.ReceiveMessageInput{QueueUrl: url})
		if err != nil {
			tb.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return time.Since(began)
		}
		if err := f.work(tb.Context()); err != nil {
			tb.Fatal(err)
		}
		if _, err := f.queue.DeleteMessage(tb.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: out.Messages[0].ReceiptHandle}); err != nil {
			tb.Fatal(err)
		}
	}
}
