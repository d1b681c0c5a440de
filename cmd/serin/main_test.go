package main

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serinhq/serin/internal/awstest"
)

// asSerin makes this test binary the program itself.
const asSerin = "SERIN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asSerin) != "" {
		os.Exit(run())
	}
	os.Exit(awstest.Main(m))
}

// place is an AWS with what one worker needs.
type place struct {
	*awstest.World
	queues           *sqs.Client
	events, commands string
}

func newPlace(t *testing.T) place {
	t.Helper()
	p := place{World: awstest.Start(t)}
	p.queues = sqs.NewFromConfig(p.Config("operator"))
	p.events, p.commands = p.queue(t, "events"), p.queue(t, "commands")
	key := func(name string, kind types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: &name, KeyType: kind}
	}
	in := &dynamodb.CreateTableInput{
		TableName: aws.String("serin"), BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{key("pk", types.KeyTypeHash), key("sk", types.KeyTypeRange)},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("by-wake"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
			KeySchema: []types.KeySchemaElement{key("wake_shard", types.KeyTypeHash), key("wake_at", types.KeyTypeRange)},
		}},
	}
	for _, name := range []string{"pk", "sk", "wake_shard", "wake_at"} {
		in.AttributeDefinitions = append(in.AttributeDefinitions,
			types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS})
	}
	if _, err := dynamodb.NewFromConfig(p.Config("operator")).CreateTable(t.Context(), in); err != nil {
		t.Fatalf("create the table: %v", err)
	}
	return p
}

func (p place) queue(t *testing.T, name string) string {
	t.Helper()
	out, err := p.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{
		QueueName: &name, Attributes: map[string]string{"VisibilityTimeout": "600"},
	})
	if err != nil {
		t.Fatalf("create queue %s: %v", name, err)
	}
	return aws.ToString(out.QueueUrl)
}

// program is `serin worker` as a process of its own.
type program struct {
	*exec.Cmd
	http string
	log  *bufio.Scanner
}

func (p place) worker(t *testing.T) program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := program{Cmd: exec.CommandContext(t.Context(), self, "worker"), http: freeAddress(t)}
	w.Env = slices.Concat(p.Env("worker"), []string{
		asSerin + "=1", "SERIN_TABLE=serin", "SERIN_QUEUE_URL=" + p.events, "SERIN_COMMAND_QUEUE_URL=" + p.commands,
		"SERIN_HTTP_ADDR=" + w.http,
	})
	stderr, err := w.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.log = bufio.NewScanner(stderr)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	return w
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// await reads the log up to a line that says msg. Every line is JSON.
func (w program) await(t *testing.T, msg string) {
	t.Helper()
	for w.log.Scan() {
		var line struct{ Msg, Worker string }
		if err := json.Unmarshal(w.log.Bytes(), &line); err != nil || line.Worker == "" {
			t.Errorf("log line %q: %v, worker %q", w.log.Text(), err, line.Worker)
		}
		if line.Msg == msg {
			return
		}
	}
	t.Fatalf("the log ended without %q", msg)
}

// ready asks until the worker can work.
func (w program) ready(t *testing.T) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1500 {
		<-tick.C
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+w.http+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatal("the worker did not get ready")
}

func TestWorker_SIGTERMHandsBackWhatItHoldsAndEndsWithZero(t *testing.T) {
	p := newPlace(t)
	w := p.worker(t)
	w.await(t, "worker starts")
	w.ready(t)
	if err := w.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	w.await(t, "draining")
	// The receives under way return with what comes now.
	for _, queue := range []string{p.events, p.commands} {
		if _, err := p.queues.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: aws.String("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	w.await(t, "worker ends")
	if w.log.Scan() {
		t.Errorf("after its end the worker wrote %q", w.log.Text())
	}
	if err := w.Wait(); err != nil {
		t.Errorf("the worker ended with %v, want 0", err)
	}
	for _, queue := range []string{p.events, p.commands} {
		out, err := p.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue})
		if err != nil || len(out.Messages) != 1 {
			t.Errorf("%s: %d messages, %v; want the one that was handed back", queue, len(out.Messages), err)
		}
	}
}
