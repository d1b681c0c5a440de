package sqsqueue_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
)

func TestMain(m *testing.M) { os.Exit(awstest.Main(m)) }

// visibility is long enough that a busy machine does not bring back what a
// claim still holds.
const visibility = 2 * time.Second

const maxReceives = 4

// place is one SQS that all claims of a suite share, each with queues and an
// actor of its own.
type place struct {
	*awstest.World
	last atomic.Int32
}

func newPlace(t *testing.T, opts ...awstest.Option) *place {
	t.Helper()
	return &place{World: awstest.Start(t, opts...)}
}

// client retries as often as any, but at once.
func (p *place) client(actor string) *sqs.Client {
	return sqs.NewFromConfig(p.Config(actor), func(o *sqs.Options) {
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.MaxBackoff = time.Millisecond })
	})
}

// corner is one claim's.
type corner struct {
	*place
	actor, url, dead string
	client           *sqs.Client
}

func (p *place) corner(t *testing.T) corner {
	t.Helper()
	c := corner{place: p, actor: fmt.Sprint("worker-", p.last.Add(1))}
	c.client = p.client(c.actor)
	c.dead = c.create(t, c.actor+"-dead", nil)
	out, err := c.client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &c.dead, AttributeNames: []sqsAttribute{"QueueArn"}})
	if err != nil {
		t.Fatal(err)
	}
	redrive, err := json.Marshal(map[string]any{"deadLetterTargetArn": out.Attributes["QueueArn"], "maxReceiveCount": maxReceives})
	if err != nil {
		t.Fatal(err)
	}
	c.url = c.create(t, c.actor, map[string]string{
		"VisibilityTimeout": strconv.Itoa(int(visibility.Seconds())), "RedrivePolicy": string(redrive),
	})
	return c
}

func (c corner) create(t *testing.T, name string, attributes map[string]string) string {
	t.Helper()
	out, err := c.client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		t.Fatalf("create queue %s: %v", name, err)
	}
	return aws.ToString(out.QueueUrl)
}

// deadLetters are the bodies in the dead-letter queue.
func (c corner) deadLetters(t *testing.T) []string {
	t.Helper()
	out, err := c.client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &c.dead, MaxNumberOfMessages: 10})
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, m := range out.Messages {
		bodies = append(bodies, aws.ToString(m.Body))
	}
	return bodies
}

// faults befall this claim's calls alone.
func (c corner) faults() porttest.Faults {
	var mend []func()
	return porttest.Faults{
		Break: func(_ *testing.T, side porttest.Side, fault porttest.Fault) {
			hit := func(call awstest.Call) bool {
				return call.Actor == c.actor && (call.Operation == "ReceiveMessage") == (side == porttest.Reads)
			}
			switch fault {
			case porttest.Denied:
				mend = append(mend, c.Deny(hit))
			case porttest.Throttled:
				mend = append(mend, c.Inject(awstest.Faults{Throttle: 1, Match: hit}))
			case porttest.Unavailable:
				mend = append(mend, c.Inject(awstest.Faults{Fail: 1, Match: hit}))
			case porttest.Lost:
				mend = append(mend, c.Inject(awstest.Faults{Lose: 1, Match: hit}))
			}
		},
		Mend: func(*testing.T) {
			for _, m := range mend {
				m()
			}
			mend = nil
		},
	}
}
