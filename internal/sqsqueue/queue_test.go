package sqsqueue_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/sqsqueue"
	"github.com/serinhq/serin/worker"
)

type sqsAttribute = types.QueueAttributeName

func TestQueue_keepsTheContract(t *testing.T) { keepsTheContract(t, newPlace(t)) }

// Visibility, redelivery and the dead-letter queue as a second engine understands them, its own long poll included.
func TestQueue_keepsTheContractOnElasticMQ(t *testing.T) {
	keepsTheContract(t, newPlace(t, awstest.WithElasticMQ()))
}

func keepsTheContract(t *testing.T, p *place) {
	t.Helper()
	t.Run(p.QueueEngine(), func(t *testing.T) { p.keepsTheContract(t) })
}

func (p *place) keepsTheContract(t *testing.T) {
	t.Helper()
	porttest.Queue(t, func(t *testing.T) porttest.QueueHarness {
		t.Helper()
		c := p.corner(t)
		return porttest.QueueHarness{
			Queue: sqsqueue.Commands(c.client, c.url), Command: true, Sender: awstest.SenderID(c.actor),
			Visibility: visibility, MaxReceives: maxReceives, Elapse: elapse, Dead: c.deadLetters, Faults: c.faults(),
		}
	}, func(t *testing.T, claim func(t *testing.T)) {
		t.Helper()
		t.Parallel() // most of a claim is waiting for a visibility timeout
		claim(t)
	})
}

func elapse(t *testing.T, d time.Duration) {
	t.Helper()
	<-time.After(d)
}

func TestEvents_areNoCommandsWhateverTheSenderSays(t *testing.T) {
	c := newPlace(t).corner(t)
	forged := map[string]types.MessageAttributeValue{"SenderId": {DataType: aws.String("String"), StringValue: aws.String("AIDAOPERATOR")}}
	_, err := c.client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &c.url, MessageBody: aws.String("{}"), MessageAttributes: forged})
	if err != nil {
		t.Fatal(err)
	}
	got, err := sqsqueue.Events(c.client, c.url).Receive(t.Context(), 1, 0)
	if err != nil || len(got) != 1 {
		t.Fatalf("received %v, error %v", got, err)
	}
	if got[0].Command || got[0].Sender != awstest.SenderID(c.actor) {
		t.Errorf("delivery %+v, want an event from %s", got[0], awstest.SenderID(c.actor))
	}
}

// visible is SQS once the message is visible again. (moto lets its visibility be
// changed all the same.)
type visible struct{}

func (visible) Service() string { return "sqs" }

func (visible) Operation(*http.Request, []byte) string { return "ChangeMessageVisibility" }

func (visible) Serve(awstest.Call) awstest.Answer {
	return awstest.Answer{
		Status: http.StatusBadRequest,
		Header: http.Header{
			"Content-Type": {"application/x-amz-json-1.0"}, "X-Amzn-Query-Error": {"AWS.SimpleQueueService.MessageNotInflight;Sender"},
		},
		Body: []byte(`{"__type":"com.amazonaws.sqs#MessageNotInflight","message":"The message is not in flight."}`),
	}
}

func TestLater_ofWhatIsBackAlreadyIsDone(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	w.Register(visible{})
	queue := sqsqueue.Events(sqs.NewFromConfig(w.Config("worker")), "http://127.0.0.1/1/serin-events")
	if err := queue.Later(t.Context(), worker.Delivery{ID: "message-1", Handle: "handle-1"}, 0); err != nil {
		t.Errorf("hand back what is back: %v", err)
	}
	if err := queue.Extend(t.Context(), worker.Delivery{ID: "message-1", Handle: "handle-1"}, time.Minute); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("extend what somebody else may have: %v, want a conflict", err)
	}
}

// partly is SQS answering 200 to a batch of which it deleted only a part, which
// no emulator does.
type partly struct {
	sqsqueue.API
	batches [][]string
}

func (p *partly) DeleteMessageBatch(_ context.Context, in *sqs.DeleteMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	var handles []string
	out := &sqs.DeleteMessageBatchOutput{}
	for _, e := range in.Entries {
		handles = append(handles, *e.ReceiptHandle)
		if *e.ReceiptHandle == "handle-3" {
			out.Failed = append(out.Failed, types.BatchResultErrorEntry{
				Id: e.Id, Code: aws.String("ServiceUnavailable"), Message: aws.String("try again"), SenderFault: false,
			})
		}
	}
	p.batches = append(p.batches, handles)
	return out, nil
}

func TestAck_reportsWhatABatchLeftUndoneAndStillSendsTheRest(t *testing.T) {
	var all []worker.Delivery
	for i := range 23 {
		all = append(all, worker.Delivery{ID: fmt.Sprint("message-", i), Handle: fmt.Sprint("handle-", i)})
	}
	api := &partly{}
	err := sqsqueue.Events(api, "http://127.0.0.1/1/serin-events").Ack(t.Context(), all)
	failed, ok := errors.AsType[*worker.CallError](err)
	if !ok || !errors.Is(err, worker.ErrUnavailable) || failed.Call != "sqs:DeleteMessage" || failed.Resource != "serin-events" {
		t.Errorf("error %v, want the entry's", err)
	}
	if n := len(slices.Concat(api.batches...)); n != 23 || len(api.batches) != 3 {
		t.Errorf("sent %d in %d batches, want 23 in tens", n, len(api.batches))
	}
}
