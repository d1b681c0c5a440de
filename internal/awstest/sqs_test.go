package awstest_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/serinhq/serin/internal/awstest"
)

// drain receives and deletes until want messages came, counting them by body and by message id.
func drain(t *testing.T, client *sqs.Client, url string, want int) (bodies, ids map[string]int, order []string) {
	t.Helper()
	bodies, ids = map[string]int{}, map[string]int{}
	for total := 0; total < want; {
		messages := receive(t, client, url, 5)
		if len(messages) == 0 {
			t.Fatalf("the queue is empty after %d of %d messages", total, want)
		}
		for _, m := range messages {
			total++
			bodies[aws.ToString(m.Body)]++
			ids[aws.ToString(m.MessageId)]++
			order = append(order, aws.ToString(m.Body))
			if _, err := client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatalf("delete: %v", err)
			}
		}
	}
	return bodies, ids, order
}

func TestDuplicate_bringsAMessageOnceMoreUnderItsIDEvenAfterItsDeletion(t *testing.T) {
	w := awstest.Start(t)
	url := newQueue(t, w, "events", nil)
	w.Inject(awstest.Faults{Duplicate: 1, Match: awstest.ByActors("worker")})
	for i := range 3 {
		if err := w.Send(url, fmt.Sprintf("message %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	bodies, ids, _ := drain(t, sqs.NewFromConfig(w.Config("worker")), url, 6)
	for what, counts := range map[string]map[string]int{"body": bodies, "message id": ids} {
		if len(counts) != 3 || slices.Max(slices.Collect(maps.Values(counts))) != 2 {
			t.Errorf("each %s must come twice, came %v", what, counts)
		}
	}
}

func TestReorder_changesTheOrderAndLosesNothing(t *testing.T) {
	w := awstest.Start(t)
	url := newQueue(t, w, "events", nil)
	w.Inject(awstest.Faults{Reorder: 0.5, Match: awstest.ByActors("worker")})
	var sent []string
	for i := range 9 {
		sent = append(sent, fmt.Sprintf("message %d", i))
		if err := w.Send(url, sent[i]); err != nil {
			t.Fatal(err)
		}
	}
	bodies, _, order := drain(t, sqs.NewFromConfig(w.Config("worker")), url, 9)
	if len(bodies) != 9 || slices.Equal(order, sent) {
		t.Errorf("received %v, want all of %v in another order", order, sent)
	}
}

func TestSenderID_isStampedOnMessagesAndToldBySTS(t *testing.T) {
	w := awstest.Start(t)
	url := newQueue(t, w, "commands", nil)
	for _, operator := range []string{"alice", "bob"} {
		cfg := w.Config(operator)
		if _, err := sqs.NewFromConfig(cfg).SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &operator}); err != nil {
			t.Fatal(err)
		}
		who, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil {
			t.Fatal(err)
		}
		if want := "arn:aws:iam::123456789012:user/" + operator; aws.ToString(who.Arn) != want || aws.ToString(who.UserId) != awstest.SenderID(operator) {
			t.Errorf("STS says %s, %s; want %s, %s", *who.Arn, *who.UserId, want, awstest.SenderID(operator))
		}
	}
	got := map[string]string{}
	for len(got) < 2 {
		for _, m := range receive(t, sqs.NewFromConfig(w.Config("worker")), url, 5) {
			got[aws.ToString(m.Body)] = m.Attributes[string(sqstypes.MessageSystemAttributeNameSenderId)]
		}
	}
	for _, operator := range []string{"alice", "bob"} {
		if got[operator] != awstest.SenderID(operator) {
			t.Errorf("%s's message is stamped %q, want %q", operator, got[operator], awstest.SenderID(operator))
		}
	}
}

func TestSend_putsAHostileBodyOnAQueueAsItIs(t *testing.T) {
	w := awstest.Start(t)
	url := newQueue(t, w, "events", nil)
	for _, body := range []string{"not json \u2028 \"\\", "{\"version\":\"0\",\"detail\":[]}", strings.Repeat("[", 20_000)} {
		if err := w.Send(url, body); err != nil {
			t.Fatal(err)
		}
		bodies, _, _ := drain(t, sqs.NewFromConfig(w.Config("worker")), url, 1)
		if bodies[body] != 1 {
			t.Errorf("sent %.40q, received %.80v", body, bodies)
		}
	}
}

func TestPutEvent_refusesWhatEventBridgeCouldNotCarry(t *testing.T) {
	w := awstest.Start(t)
	for _, raw := range []string{"", "{}", `{"source":"a","detail-type":"b","detail":[]}`, `{"source":"a","detail":{}}`} {
		if err := w.PutEvent([]byte(raw)); err == nil {
			t.Errorf("put %q without an error", raw)
		}
	}
}

func TestReceive_endsItsWaitWhenAnEventArrives(t *testing.T) {
	w := awstest.Start(t)
	url := newQueue(t, w, "events", nil)
	newRule(t, w, `{"source":["aws.cloudwatch"]}`, "events")
	w.Before(func(c awstest.Call) {
		if c.Operation == "ReceiveMessage" {
			go func() {
				if err := w.PutEvent([]byte(alarmEvent)); err != nil {
					t.Error(err)
				}
			}()
		}
	})
	began := time.Now()
	got := receive(t, sqs.NewFromConfig(w.Config("worker")), url, 20)
	if waited := time.Since(began); len(got) != 1 || waited > 10*time.Second {
		t.Errorf("received %d messages after %v, want one at once", len(got), waited)
	}
}

func TestReceive_leftByItsClientTakesNoMessageWithIt(t *testing.T) {
	w := awstest.Start(t)
	url := newQueue(t, w, "events", map[string]string{"VisibilityTimeout": "43200"})
	if err := w.Send(url, "kept"); err != nil {
		t.Fatal(err)
	}
	client := sqs.NewFromConfig(w.Config("worker"))
	left, leave := context.WithCancel(t.Context())
	leaver := len(w.Calls()) + 1
	w.Before(func(c awstest.Call) {
		if c.N == leaver {
			leave()
			<-c.Request.Context().Done()
		}
	})
	over := make(chan struct{})
	w.After(func(c awstest.Call) {
		if c.N == leaver {
			close(over)
		}
	})
	if _, err := client.ReceiveMessage(left, &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20}); err == nil {
		t.Fatal("the receive outlived its client")
	}
	<-over
	if got := receive(t, client, url, 5); len(got) != 1 {
		t.Errorf("received %d messages, want the one the first receive had in hand", len(got))
	}
}
