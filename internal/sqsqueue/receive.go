package sqsqueue

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/serinhq/serin/worker"
)

// Receive is one ReceiveMessage, a long poll of wait in whole seconds, rounded
// up, at most 20. The SDK does not send a wait of 0: what is meant then is the
// queue's own ReceiveMessageWaitTimeSeconds. Nor is a visibility timeout sent:
// the queue's own counts until Extend.
func (q *Queue) Receive(ctx context.Context, most int, wait time.Duration) ([]worker.Delivery, error) {
	out, err := q.api.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:            &q.url,
		MaxNumberOfMessages: int32(most), //nolint:gosec // 1 to 10; SQS refuses the rest
		WaitTimeSeconds:     seconds(wait),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{
			types.MessageSystemAttributeNameSenderId, types.MessageSystemAttributeNameApproximateReceiveCount,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("receive from %s: %w", q.name(), q.classify(callReceive, err))
	}
	deliveries := make([]worker.Delivery, 0, len(out.Messages))
	for _, m := range out.Messages {
		deliveries = append(deliveries, q.delivery(m))
	}
	return deliveries, nil
}

// delivery is a message as the loop knows it. Who sent it is what AWS stamped
// (SenderId); message attributes, which a sender may fill as it likes, are not
// even asked for.
func (q *Queue) delivery(m types.Message) worker.Delivery {
	return worker.Delivery{
		ID: aws.ToString(m.MessageId), Body: aws.ToString(m.Body), Handle: aws.ToString(m.ReceiptHandle),
		Receives: receives(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)]),
		Sender:   m.Attributes[string(types.MessageSystemAttributeNameSenderId)],
		Command:  q.command,
	}
}

// receives reads the count, which says at least that this one happened.
func receives(count string) int {
	n, err := strconv.Atoi(count)
	if err != nil {
		return 1
	}
	return max(n, 1)
}
