package infra_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/worker"
)

// samples are the events that internal/event is tested with, and the prose that says what each asks for.
const samples = "../internal/event/testdata/events"

// Every sample goes onto the bus of a deployed stack, as AWS would send it. A hostile one that does not arrive so is put into the
// queue past the rules, as somebody would who had found a way around its policy.
func TestDeployedRules_deliverWhatTheWorkerReadsAndNothingElse(t *testing.T) {
	w := awstest.Start(t)
	queue := inbox{sqs.NewFromConfig(w.Config("worker")), deploy(t, w, "serin", nil)["QueueUrl"], map[string]int{}}
	sent, way := map[string]int{}, map[string]string{}
	for _, sample := range indexed(t) {
		if err := w.PutEvent([]byte(sample.text)); err == nil {
			sent[sample.text]++
			way[sample.File] = "by a rule: "
		}
	}
	queue.drain(t)
	for _, sample := range indexed(t) {
		if queue.arrived[sample.text] == 0 && strings.HasPrefix(sample.File, "hostile-") {
			if err := w.Send(queue.url, sample.text); err != nil {
				t.Fatal(err)
			}
			sent[sample.text] = 1
			way[sample.File] = "past the rules: "
		}
	}
	queue.drain(t)
	queue.mustHoldOnly(t, sent)
	got := map[string]string{}
	for _, sample := range indexed(t) {
		got[sample.File] = nowhere
		if queue.arrived[sample.text] > 0 {
			got[sample.File] = way[sample.File] + sample.decision(t)
		}
	}
	if diff := cmp.Diff(deliveries(), got); diff != "" {
		t.Errorf("what becomes of each sample (-want +got):\n%s", diff)
	}
}

// sampleEvent is a line of the index, and the file it is about.
type sampleEvent struct{ File, Expect, text string }

// indexed are all samples.
func indexed(t *testing.T) []sampleEvent {
	t.Helper()
	var index struct{ Files []sampleEvent }
	if err := json.Unmarshal([]byte(readSample(t, "INDEX.json")), &index); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(samples)
	if err != nil {
		t.Fatal(err)
	}
	if len(index.Files) != len(files)-1 {
		t.Fatalf("%d samples, %d in the index", len(files)-1, len(index.Files))
	}
	for i := range index.Files {
		index.Files[i].text = readSample(t, index.Files[i].File)
	}
	return index.Files
}

func readSample(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(samples, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// decision is what the worker, in the samples' account and region, makes of it: the class of its error, or what it is about. It
// must be what the index says: what that rejects is malformed or refused, what it acknowledges is not, all else is an event.
func (s sampleEvent) decision(t *testing.T) string {
	t.Helper()
	e, err := event.NewDecoder(event.Options{Accounts: []string{"111122223333"}, Regions: []string{"us-east-1"}}).Decode(s.text)
	rejected := errors.Is(err, worker.ErrMalformed) || errors.Is(err, worker.ErrRefused)
	ok := err == nil
	switch {
	case strings.HasPrefix(s.Expect, "reject"), strings.HasPrefix(s.Expect, "permanent reject"), strings.HasSuffix(s.Expect, "reject"):
		ok = rejected
	case strings.HasPrefix(s.Expect, "ack"):
		ok = !rejected
	}
	if !ok {
		t.Errorf("%s is decoded with %v; the index says: %s", s.File, err, s.Expect)
	}
	for _, class := range []error{worker.ErrMalformed, worker.ErrIgnored, worker.ErrRefused} {
		if errors.Is(err, class) {
			return class.Error()
		}
	}
	return about(e)
}

func about(e worker.Event) string {
	switch e := e.(type) {
	case worker.ActionEvent:
		if e.Approval {
			return "gate " + e.State
		}
		return "action " + e.State
	case worker.ExecutionEvent:
		if e.Stage != "" {
			return "stage " + e.State
		}
		return "execution " + e.State
	case worker.DeploymentEvent:
		return "deployment " + e.State
	case worker.AlarmEvent:
		return "alarm " + e.Alarm.State.String()
	case worker.AlarmEdited:
		return "alarm edited by " + e.Operation
	case worker.CheckEvent:
		return "check " + e.Kind
	case worker.Tick:
		return "tick"
	}
	return fmt.Sprintf("%T", e)
}

// inbox is a queue as the worker reads it.
type inbox struct {
	api     *sqs.Client
	url     string
	arrived map[string]int // how often each body did
}

// drain takes all that is there. What a rule delivers is there when PutEvent returns. A body is what was sent, byte for byte, or
// another body.
func (q inbox) drain(t *testing.T) {
	t.Helper()
	for {
		out, err := q.api.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &q.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return
		}
		for _, m := range out.Messages {
			q.arrived[*m.Body]++
			if _, err := q.api.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &q.url, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// mustHoldOnly fails the test unless what arrived, arrived as it was sent and as often.
func (q inbox) mustHoldOnly(t *testing.T, sent map[string]int) {
	t.Helper()
	for body, n := range q.arrived {
		if n != sent[body] {
			t.Errorf("sent %d times, arrived %d times: %.300s", sent[body], n, body)
		}
	}
}
