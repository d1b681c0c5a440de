package eventbus_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/eventbus"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/worker"
)

func TestMain(m *testing.M) { os.Exit(awstest.Main(m)) }

func TestAnnouncer_keepsTheContract(t *testing.T) {
	porttest.Announcer(t, func(t *testing.T) porttest.AnnouncerHarness {
		t.Helper()
		e := newEars(t)
		return porttest.AnnouncerHarness{Announcer: eventbus.New(client(e.World), "releases"), Heard: e.ids, Faults: faults(e.World)}
	})
}

// ears are a queue that hears what Serin says on the bus releases.
type ears struct {
	*awstest.World
	sqs   *sqs.Client
	queue string
	heard []envelope
}

type envelope struct {
	Source     string `json:"source"`
	DetailType string `json:"detail-type"`
	Detail     json.RawMessage
}

func newEars(t *testing.T) *ears {
	t.Helper()
	w := awstest.Start(t)
	e := &ears{World: w, sqs: sqs.NewFromConfig(w.Config("listener"))}
	queue, err := e.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("heard")})
	if err != nil {
		t.Fatal(err)
	}
	e.queue = *queue.QueueUrl
	bus, events := aws.String("releases"), eventbridge.NewFromConfig(w.Config("listener"))
	if _, err = events.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: bus}); err != nil {
		t.Fatal(err)
	}
	_, err = events.PutRule(t.Context(), &eventbridge.PutRuleInput{
		Name: aws.String("serin"), EventBusName: bus,
		EventPattern: aws.String(`{"source":["serin"],"detail-type":["Serin Release State Change"],"detail":{"release":{"canary":["checkout"]}}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	arn := "arn:aws:sqs:" + awstest.Region + ":" + awstest.Account + ":heard"
	_, err = events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{
		Rule: aws.String("serin"), EventBusName: bus, Targets: []types.Target{{Id: aws.String("q"), Arn: &arn}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// listen takes in what the queue got since.
func (e *ears) listen(t *testing.T) []envelope {
	t.Helper()
	for {
		out, err := e.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &e.queue, MaxNumberOfMessages: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return e.heard
		}
		for _, m := range out.Messages {
			var one envelope
			if err := json.Unmarshal([]byte(*m.Body), &one); err != nil {
				t.Fatal(err)
			}
			e.heard = append(e.heard, one)
		}
	}
}

func (e *ears) ids(t *testing.T) []string {
	t.Helper()
	var ids []string
	for _, one := range e.listen(t) {
		var in struct{ ID string }
		if err := json.Unmarshal(one.Detail, &in); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, in.ID)
	}
	return ids
}

func client(w *awstest.World) *eventbridge.Client {
	return eventbridge.NewFromConfig(w.Config("worker"), func(o *eventbridge.Options) {
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.MaxBackoff = time.Millisecond })
	})
}

func faults(w *awstest.World) porttest.Faults {
	var mend []func()
	return porttest.Faults{
		Break: func(t *testing.T, side porttest.Side, fault porttest.Fault) {
			t.Helper()
			if side != porttest.Writes {
				t.Fatal("an announcer reads nothing")
			}
			hit := awstest.ByActors("worker")
			switch fault {
			case porttest.Denied:
				mend = append(mend, w.Deny(hit))
			case porttest.Throttled:
				mend = append(mend, w.Inject(awstest.Faults{Throttle: 1, Match: hit}))
			case porttest.Unavailable:
				mend = append(mend, w.Inject(awstest.Faults{Fail: 1, Match: hit}))
			case porttest.Lost:
				mend = append(mend, w.Inject(awstest.Faults{Lose: 1, Match: hit}))
			}
		},
		Mend: func(*testing.T) {
			for _, m := range slices.Backward(mend) {
				m()
			}
			mend = nil
		},
	}
}

// halfDeaf is EventBridge taking the first of the entries and not the others,
// which the emulator does only with details that are no JSON.
type halfDeaf struct{ puts *int }

func (halfDeaf) Service() string { return "events" }

func (halfDeaf) Operation(*http.Request, []byte) string { return "PutEvents" }

func (h halfDeaf) Serve(awstest.Call) awstest.Answer {
	*h.puts++
	return awstest.Answer{
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
		Body:   []byte(`{"FailedEntryCount":1,"Entries":[{"EventId":"1"},{"ErrorCode":"ThrottlingException","ErrorMessage":"Rate exceeded"}]}`),
	}
}

func TestAnnounce_failsIfTheBusLeftAnythingOut(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	puts := 0
	w.Register(halfDeaf{&puts})
	all := make([]worker.Announcement, 12)
	for i := range all {
		all[i] = baking()
	}
	err := eventbus.New(client(w), "releases").Announce(t.Context(), all)
	call, ok := errors.AsType[*worker.CallError](err)
	if !errors.Is(err, worker.ErrThrottled) || !ok || call.Call != "events:PutEvents" || call.Resource != "releases" {
		t.Errorf("error %v, want the entry's", err)
	}
	if puts != 1 {
		t.Errorf("%d calls: what comes later overtook what failed", puts)
	}
}
