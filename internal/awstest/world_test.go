package awstest_test

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestMain(m *testing.M) { os.Exit(awstest.Main(m)) }

// newQueue makes a queue and returns its URL.
func newQueue(t *testing.T, w *awstest.World, name string, attributes map[string]string) string {
	t.Helper()
	out, err := sqs.NewFromConfig(w.Config("test")).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		t.Fatalf("create queue: %v", err)
	}
	return aws.ToString(out.QueueUrl)
}

// newRule delivers what matches pattern from the default bus to the queue.
func newRule(t *testing.T, w *awstest.World, pattern, queueName string) {
	t.Helper()
	client := eventbridge.NewFromConfig(w.Config("test"))
	if _, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("rule"), EventPattern: &pattern}); err != nil {
		t.Fatalf("put rule: %v", err)
	}
	_, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("rule"), Targets: []eventbridgetypes.Target{
		{Id: aws.String("queue"), Arn: aws.String("arn:aws:sqs:us-east-1:" + awstest.Account + ":" + queueName)},
	}})
	if err != nil {
		t.Fatalf("put targets: %v", err)
	}
}

// newTable makes a table with the key pk and an index by-owner.
func newTable(t *testing.T, client *dynamodb.Client, name string) {
	t.Helper()
	text := func(n string) dynamodbtypes.AttributeDefinition {
		return dynamodbtypes.AttributeDefinition{AttributeName: &n, AttributeType: dynamodbtypes.ScalarAttributeTypeS}
	}
	hash := func(n string) []dynamodbtypes.KeySchemaElement {
		return []dynamodbtypes.KeySchemaElement{{AttributeName: &n, KeyType: dynamodbtypes.KeyTypeHash}}
	}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: dynamodbtypes.BillingModePayPerRequest,
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{text("pk"), text("owner")}, KeySchema: hash("pk"),
		GlobalSecondaryIndexes: []dynamodbtypes.GlobalSecondaryIndex{{
			IndexName: aws.String("by-owner"), KeySchema: hash("owner"),
			Projection: &dynamodbtypes.Projection{ProjectionType: dynamodbtypes.ProjectionTypeAll},
		}},
	})
	if err != nil {
		t.Fatalf("create table: %v", err)
	}
}

// receive takes at most ten messages, waiting up to wait seconds.
func receive(t *testing.T, client *sqs.Client, url string, wait int32) []sqstypes.Message {
	t.Helper()
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10, WaitTimeSeconds: wait,
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	return out.Messages
}

const alarmEvent = `{"version":"0",  "id":"7bf73129-1428-4cd3-a780-95db273d1602","detail-type":"CloudWatch Alarm State Change",
 "source":"aws.cloudwatch","account":"123456789012","time":"2026-11-23T04:05:06Z","region":"us-east-1",
 "resources":["arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-5xx"],
 "detail":{"alarmName":"checkout-5xx","state":{"value":"ALARM","timestamp":"2026-11-23T04:05:06.000+0000","n":1.10}}}`

func TestPutEvent_arrivesThroughARuleByteForByte(t *testing.T) {
	w := awstest.Start(t)
	url := newQueue(t, w, "events", nil)
	newRule(t, w, `{"source":["aws.cloudwatch"],"detail":{"state":{"value":["ALARM"]}}}`, "events")
	if err := w.PutEventTimes([]byte(alarmEvent), 2); err != nil {
		t.Fatal(err)
	}
	client := sqs.NewFromConfig(w.Config("worker"))
	var bodies []string
	for _, m := range receive(t, client, url, 5) {
		bodies = append(bodies, aws.ToString(m.Body))
	}
	if diff := cmp.Diff([]string{alarmEvent, alarmEvent}, bodies); diff != "" {
		t.Errorf("bodies received (-want +got):\n%s", diff)
	}
}

func TestWorld_recordsActorActionAndResource(t *testing.T) {
	w := awstest.Start(t)
	db := dynamodb.NewFromConfig(w.Config("operator"))
	newTable(t, db, "serin")
	item := map[string]dynamodbtypes.AttributeValue{"pk": &dynamodbtypes.AttributeValueMemberS{Value: "a"}, "owner": &dynamodbtypes.AttributeValueMemberS{Value: "x"}}
	_, err := db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []dynamodbtypes.TransactWriteItem{
		{Put: &dynamodbtypes.Put{TableName: aws.String("serin"), Item: item}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = db.Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String("serin"), IndexName: aws.String("by-owner"), KeyConditionExpression: aws.String("#o = :o"),
		ExpressionAttributeNames: map[string]string{"#o": "owner"}, ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":o": item["owner"]},
	}); err != nil {
		t.Fatal(err)
	}
	newQueue(t, w, "commands", nil)

	type line struct {
		N               int
		Actor, Resource string
		Actions         []string
		Status          int
	}
	var got []line
	for _, c := range w.Calls() {
		got = append(got, line{c.N, c.Actor, c.Resource, c.Actions(), c.Status})
	}
	want := []line{
		{1, "operator", "arn:aws:dynamodb:us-east-1:123456789012:table/serin", []string{"dynamodb:CreateTable"}, 200},
		{2, "operator", "arn:aws:dynamodb:us-east-1:123456789012:table/serin", []string{"dynamodb:PutItem"}, 200},
		{3, "operator", "arn:aws:dynamodb:us-east-1:123456789012:table/serin/index/by-owner", []string{"dynamodb:Query"}, 200},
		{4, "test", "arn:aws:sqs:us-east-1:123456789012:commands", []string{"sqs:CreateQueue"}, 200},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}
