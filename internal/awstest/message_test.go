package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestNoteMessages_keepsWhatWasSentAndWhatWasDeleted(t *testing.T) {
	w := awstest.Start(t, func(o *awstest.Options) { o.ElasticMQ, o.FrontWaits, o.NoteMessages = true, true, true })
	url := newQueue(t, w, "events", nil)
	client := sqs.NewFromConfig(w.Config("worker"))
	if err := w.Send(url, "an event"); err != nil {
		t.Fatal(err)
	}
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("a command")}); err != nil {
		t.Fatal(err)
	}
	entries := []sqstypes.DeleteMessageBatchRequestEntry{{Id: aws.String("x"), ReceiptHandle: aws.String("of nothing")}}
	for len(entries) < 3 {
		for _, m := range receive(t, client, url, 1) {
			entries = append(entries, sqstypes.DeleteMessageBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
		}
	}
	if _, err := client.DeleteMessageBatch(t.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: &url, Entries: entries}); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	ids := map[string]string{}
	for _, change := range w.Changes() {
		state := change.State.(awstest.MessageState)
		got[change.Actor+" "+change.Kind+" "+state.Queue+" "+state.Body]++
		if first, known := ids[state.Body]; known && first != state.ID {
			t.Errorf("%q has the ids %s and %s", state.Body, first, state.ID)
		}
		ids[state.Body] = state.ID
	}
	want := map[string]int{
		"awstest message-sent events an event": 1, "worker message-sent events a command": 1,
		"worker message-deleted events an event": 1, "worker message-deleted events a command": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}
}

func TestElasticMQ_hasATableBesideIt(t *testing.T) {
	w := awstest.Start(t, awstest.WithElasticMQ())
	client := dynamodb.NewFromConfig(w.Config("test"))
	newTable(t, client, "serin")
	if _, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("serin")}); err != nil {
		t.Error(err)
	}
}
