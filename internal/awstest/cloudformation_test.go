package awstest_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

type stackFixture struct {
	*testing.T
	stand  *awstest.CloudFormation
	ledger *awstest.Ledger
	api    *cloudformation.Client
	asked  []string
	id     string
}

func newStackFixture(t *testing.T, o awstest.StackOptions) *stackFixture {
	t.Helper()
	f := &stackFixture{T: t, ledger: awstest.NewLedger(fixedClock)}
	f.stand = awstest.NewCloudFormation("111122223333", "us-east-1", f.ledger, fixedClock)
	f.id = f.stand.DeclareStack("orders", o)
	cfg := alone(t, f.stand, "AKIDWORKER")
	cfg.HTTPClient = watchResource{into: &f.asked}
	f.api = cloudformation.NewFromConfig(cfg)
	return f
}

func (f *stackFixture) status() types.StackStatus {
	f.Helper()
	return f.describe().StackStatus
}

func (f *stackFixture) describe() types.Stack {
	f.Helper()
	out := must[*cloudformation.DescribeStacksOutput](f.T)(f.api.DescribeStacks(f.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("orders")}))
	return out.Stacks[0]
}

func (f *stackFixture) cancel(token string) error {
	in := &cloudformation.CancelUpdateStackInput{StackName: aws.String("orders")}
	if token != "" {
		in.ClientRequestToken = &token
	}
	_, err := f.api.CancelUpdateStack(f.Context(), in)
	return err
}

func (f *stackFixture) update(token string) error {
	_, err := f.api.UpdateStack(f.Context(), &cloudformation.UpdateStackInput{
		StackName: aws.String("orders"), UsePreviousTemplate: aws.Bool(true), ClientRequestToken: &token,
	})
	return err
}

func wantStackInvalid(t *testing.T, err error, says string) {
	t.Helper()
	if coded := smithy.APIError(nil); !errors.As(err, &coded) || coded.ErrorCode() != "ValidationError" || !strings.Contains(coded.ErrorMessage(), says) {
		t.Errorf("error %v, want a ValidationError that says %q", err, says)
	}
}

func TestCloudFormation_updateGoesThroughCleanupToComplete(t *testing.T) {
	f := newStackFixture(t, awstest.StackOptions{})
	if err := f.update("canary-123"); err != nil {
		t.Fatal(err)
	}
	wantStackInvalid(t, f.update("canary-124"), "can not be updated")
	seen := []types.StackStatus{f.status()}
	for range 2 {
		must[[]json.RawMessage](t)(f.stand.Advance("orders"))
		seen = append(seen, f.status())
	}
	want := []types.StackStatus{"UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	wantStackInvalid(t, f.cancel(""), "CancelUpdateStack cannot be called from current stack status")
	if got := f.describe().LastOperations; len(got) != 1 || got[0].OperationType != types.OperationTypeUpdateStack {
		t.Errorf("last operations %+v", got)
	}
}

func TestCloudFormation_cancelRollsBackAndIsRefusedAfterwards(t *testing.T) {
	f := newStackFixture(t, awstest.StackOptions{})
	must[[]json.RawMessage](t)(f.stand.StartUpdate("orders", "canary-123", false))
	if err := f.cancel("stop-1"); err != nil {
		t.Fatal(err)
	}
	if err := f.cancel("stop-1"); err != nil {
		t.Errorf("the same token again: %v", err)
	}
	wantStackInvalid(t, f.cancel("stop-2"), "CancelUpdateStack")
	wantError[*types.TokenAlreadyExistsException](t, f.cancel("canary-123"))
	if diff := cmp.Diff([]types.StackStatus{"UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"}, []types.StackStatus{f.status(), f.status()}); diff != "" {
		t.Error(diff)
	}
	changes := f.ledger.Changes()
	if last := changes[len(changes)-1]; last.Kind != "stack-cancel" || last.Resource != f.id || last.Actor != "AKIDWORKER" || len(changes) != 2 {
		t.Errorf("the ledger is %+v", changes)
	}
}

func TestCloudFormation_keptFailureIsRolledBackOnRequest(t *testing.T) {
	f := newStackFixture(t, awstest.StackOptions{})
	rollback := func() error {
		_, err := f.api.RollbackStack(t.Context(), &cloudformation.RollbackStackInput{StackName: aws.String("orders")})
		return err
	}
	wantStackInvalid(t, rollback(), "can not be rolled back")
	must[[]json.RawMessage](t)(f.stand.StartUpdate("orders", "", true))
	must[[]json.RawMessage](t)(f.stand.Fail("orders", "the service did not stabilise"))
	if got := f.describe(); got.StackStatus != types.StackStatusUpdateFailed || aws.ToString(got.StackStatusReason) == "" {
		t.Errorf("failed: %s, %q", got.StackStatus, aws.ToString(got.StackStatusReason))
	}
	if err := rollback(); err != nil {
		t.Fatal(err)
	}
	f.status()
	if got := f.status(); got != types.StackStatusUpdateRollbackComplete {
		t.Errorf("rolled back: %s", got)
	}
}

func TestCloudFormation_failedRollbackIsContinued(t *testing.T) {
	f := newStackFixture(t, awstest.StackOptions{Alarms: []string{"arn:aws:cloudwatch:us-east-1:111122223333:alarm:orders"}, RollbackFails: true})
	must[[]json.RawMessage](t)(f.stand.StartUpdate("orders", "", false))
	must[[]json.RawMessage](t)(f.stand.AlarmFires("orders"))
	f.status()
	if got := f.status(); got != types.StackStatusUpdateRollbackFailed {
		t.Fatalf("rollback: %s", got)
	}
	wantStackInvalid(t, f.update("again"), "UPDATE_ROLLBACK_FAILED")
	_, err := f.api.ContinueUpdateRollback(t.Context(), &cloudformation.ContinueUpdateRollbackInput{StackName: aws.String("orders"), ResourcesToSkip: []string{"Service"}})
	if err != nil {
		t.Fatal(err)
	}
	f.status()
	if got := f.status(); got != types.StackStatusUpdateRollbackComplete {
		t.Errorf("continued: %s", got)
	}
}

func TestCloudFormation_eventsHaveTheShapeOfTheSample(t *testing.T) {
	f := newStackFixture(t, awstest.StackOptions{})
	events := must[[]json.RawMessage](t)(f.stand.StartUpdate("orders", "canary-123", false))
	if diff := cmp.Diff(sample(t, "cloudformation-stack-status"), shape(t, events[0])); diff != "" {
		t.Error(diff)
	}
	out := must[*cloudformation.DescribeStackEventsOutput](t)(f.api.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: &f.id}))
	if len(out.StackEvents) != 1 || aws.ToString(out.StackEvents[0].ClientRequestToken) != "canary-123" {
		t.Errorf("stack events %+v", out.StackEvents)
	}
}

func TestCloudFormation_missingStackDoesNotExist(t *testing.T) {
	f := newStackFixture(t, awstest.StackOptions{})
	_, err := f.api.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("other")})
	wantStackInvalid(t, err, "does not exist")
	f.status()
	if diff := cmp.Diff([]string{"arn:aws:cloudformation:us-east-1:111122223333:stack/other/*", f.id}, f.asked); diff != "" {
		t.Error(diff)
	}
}

func TestCloudFormation_leavesStacksItWasNotToldOfToTheEngine(t *testing.T) {
	w := awstest.Start(t)
	stand := awstest.NewCloudFormation(awstest.Account, awstest.Region, w.Ledger(), w.Clock())
	w.Register(stand)
	declared := stand.DeclareStack("orders", awstest.StackOptions{})
	api := cloudformation.NewFromConfig(w.Config("operator"))
	_, err := api.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: aws.String("serin"), TemplateBody: aws.String(`{"Resources":{"Queue":{"Type":"AWS::SQS::Queue"}}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, name := range []string{"serin", "orders"} {
		out := must[*cloudformation.DescribeStacksOutput](t)(api.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &name}))
		for _, s := range out.Stacks {
			seen = append(seen, aws.ToString(s.StackName))
		}
	}
	if diff := cmp.Diff([]string{"serin", "orders"}, seen); diff != "" {
		t.Error(diff)
	}
	calls := w.Calls()
	if !slices.ContainsFunc(calls, func(c awstest.Call) bool { return c.Resource == declared && c.Operation == "DescribeStacks" }) {
		t.Errorf("no call on %s among %d", declared, len(calls))
	}
}
