package awstest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cftypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestDynamoDBEngines_areEmptyAndTheTestsOwn(t *testing.T) {
	for _, e := range append(awstest.DynamoDBEngines(t), awstest.DynamoDBEngines(t)...) {
		client := dynamodb.NewFromConfig(e.Config())
		newTable(t, client, "serin")
		out, err := client.ListTables(t.Context(), &dynamodb.ListTablesInput{})
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		if diff := cmp.Diff([]string{"serin"}, out.TableNames); diff != "" {
			t.Errorf("%s: tables (-want +got):\n%s", e.Name, diff)
		}
	}
}

func TestWorld_sharesNothingWithTheOneBefore(t *testing.T) {
	for range 2 {
		t.Run("world", func(t *testing.T) {
			w := awstest.Start(t)
			newTable(t, dynamodb.NewFromConfig(w.Config("test")), "serin")
			url := newQueue(t, w, "events", nil)
			if err := w.Send(url, "mine"); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestCloudFormation_makesItsTablesWhereDynamoDBAnswers(t *testing.T) {
	w := awstest.Start(t)
	const template = `{"Resources":{"T":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"serin","BillingMode":"PAY_PER_REQUEST",
		"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"owner","AttributeType":"S"}],
		"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
		"GlobalSecondaryIndexes":[{"IndexName":"by-owner","KeySchema":[{"AttributeName":"owner","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}}}}`
	_, err := cloudformation.NewFromConfig(w.Config("installer")).CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: aws.String("serin"), TemplateBody: aws.String(template), Capabilities: []cftypes.Capability{cftypes.CapabilityCapabilityIam},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := dynamodb.NewFromConfig(w.Config("worker")).DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("serin")})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Table.GlobalSecondaryIndexes) != 1 || aws.ToString(out.Table.GlobalSecondaryIndexes[0].IndexName) != "by-owner" {
		t.Errorf("indexes are %v, want by-owner", out.Table.GlobalSecondaryIndexes)
	}
}

// again runs one test of this binary in another process, in this process's environment and env, and returns what it
// said, how it ended, and its not-run report.
func again(t *testing.T, test string, env ...string) (out, report string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(append(os.Environ(), "SERIN_REQUIRE_ENGINES=", "SERIN_NOT_RUN_REPORT="+path), env...)
	b, err := cmd.CombinedOutput()
	r, readErr := os.ReadFile(path)
	if readErr != nil {
		t.Errorf("no report: %v", readErr)
	}
	return string(b), string(r), err
}

func TestWorld_withoutJavaUsesMotoAndSaysSo(t *testing.T) {
	awstest.Start(t) // where there is no moto this test cannot run
	const test = "TestWorld_recordsActorActionAndResource"
	out, report, err := again(t, test, "JAVA_HOME=/nonexistent")
	if err != nil || !strings.Contains(out, "--- PASS: "+test) {
		t.Errorf("without Java: %v\n%s", err, out)
	}
	if !strings.HasPrefix(report, "not run: the tests on DynamoDB Local") || !strings.Contains(report, ", install Java 17") || strings.Count(report, "\n") != 1 {
		t.Errorf("the report says\n%s", report)
	}
	if out, _, err := again(t, test, "JAVA_HOME=/nonexistent", "SERIN_REQUIRE_ENGINES=1"); err == nil {
		t.Errorf("without Java, which is required, the test passes:\n%s", out)
	}
}

func TestWorld_withoutPythonIsNotRunAndSaysSo(t *testing.T) {
	const test = "TestWorld_sharesNothingWithTheOneBefore"
	nothing := []string{"PATH=/nonexistent", "XDG_CACHE_HOME=" + t.TempDir()}
	out, report, err := again(t, test, nothing...)
	if err != nil || !strings.Contains(out, "--- SKIP: "+test+"/world") {
		t.Errorf("without Python: %v\n%s", err, out)
	}
	if !strings.HasPrefix(report, "not run: everything that needs moto because no Python was found") || strings.Count(report, "\n") != 1 {
		t.Errorf("the report says\n%s", report)
	}
	if out, _, err := again(t, test, append(nothing, "SERIN_REQUIRE_ENGINES=1")...); err == nil {
		t.Errorf("without Python, which is required, the test passes:\n%s", out)
	}
}

func TestWorld_ofQueuesAloneIsNotRunWithoutJavaAndSaysSo(t *testing.T) {
	const test = "TestElasticMQ_tellsWhoSentAndWhatIsDeleted"
	out, report, err := again(t, test, "JAVA_HOME=/nonexistent")
	if err != nil || !strings.Contains(out, "--- SKIP: "+test) {
		t.Errorf("without Java: %v\n%s", err, out)
	}
	if !strings.HasPrefix(report, "not run: the queue's tests on ElasticMQ") || !strings.Contains(report, ", install Java 17") || strings.Count(report, "\n") != 1 {
		t.Errorf("the report says\n%s", report)
	}
	if out, _, err := again(t, test, "JAVA_HOME=/nonexistent", "SERIN_REQUIRE_ENGINES=1"); err == nil {
		t.Errorf("without Java, which is required, the test passes:\n%s", out)
	}
}

func TestElasticMQ_tellsWhoSentAndWhatIsDeleted(t *testing.T) {
	w := awstest.Start(t, awstest.WithElasticMQ())
	client := sqs.NewFromConfig(w.Config("operator"))
	url := newQueue(t, w, "events", nil)
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("mine")}); err != nil {
		t.Fatal(err)
	}
	got, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, WaitTimeSeconds: 5, MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{"SenderId"},
	})
	if err != nil || len(got.Messages) != 1 || got.Messages[0].Attributes["SenderId"] != awstest.SenderID("operator") {
		t.Fatalf("received %+v, error %v; want one message from %s", got, err, awstest.SenderID("operator"))
	}
	for range 2 {
		out, err := client.DeleteMessageBatch(t.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: &url, Entries: []sqstypes.DeleteMessageBatchRequestEntry{
			{Id: aws.String("a"), ReceiptHandle: got.Messages[0].ReceiptHandle}, {Id: aws.String("b"), ReceiptHandle: aws.String("nobody's#handle")},
		}})
		if err != nil || len(out.Successful) != 1 || len(out.Failed) != 1 || aws.ToString(out.Failed[0].Id) != "b" {
			t.Errorf("deleted %+v, error %v; want the first again and again, never the other", out, err)
		}
	}
}
