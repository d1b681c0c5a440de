package sqsqueue

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// API is what is called of SQS. In IAM, on the queue: sqs:ReceiveMessage,
// sqs:DeleteMessage (a batch is checked as its single form) and
// sqs:ChangeMessageVisibility for the worker, sqs:SendMessage for who commands.
type API interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
	ChangeMessageVisibility(context.Context, *sqs.ChangeMessageVisibilityInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error)
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// The calls as IAM and CallError name them.
const (
	callReceive = "sqs:ReceiveMessage"
	callDelete  = "sqs:DeleteMessage"
	callChange  = "sqs:ChangeMessageVisibility"
	callSend    = "sqs:SendMessage"
)

// Queue is one queue. Safe for concurrent use.
type Queue struct {
	api     API
	url     string
	command bool
}

// Events is the queue that the rules deliver to, by its URL. No call is made.
func Events(api API, url string) *Queue { return &Queue{api: api, url: url} }

// Commands is the queue that people command through, by its URL. No call is made.
func Commands(api API, url string) *Queue { return &Queue{api: api, url: url, command: true} }

// Send puts a body into the queue: 1 byte to 1 MiB of XML-legal Unicode (SQS
// quotas), else worker.ErrInvalid.
func (q *Queue) Send(ctx context.Context, body []byte) error {
	_, err := q.api.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: aws.String(string(body))})
	if err != nil {
		return fmt.Errorf("send to %s: %w", q.name(), q.classify(callSend, err))
	}
	return nil
}

func (q *Queue) classify(call string, err error) error { return awserr.Classify(call, q.name(), err) }

// name is the queue's, the last part of its URL.
func (q *Queue) name() string { return q.url[strings.LastIndex(q.url, "/")+1:] }

// seconds is what SQS counts in: whole ones, so that no wait gets shorter than
// it was asked for.
func seconds(d time.Duration) int32 {
	return int32((d + time.Second - 1) / time.Second) //nolint:gosec // SQS refuses more than 12 h
}

var _ worker.Queue = (*Queue)(nil)
