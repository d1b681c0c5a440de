package awstest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// once is the configuration of a client that asks once.
func once(w *awstest.World, actor string) aws.Config {
	cfg := w.Config(actor)
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cfg
}

// calls are one operation of each service Serin uses, hence of each protocol.
func calls() map[string]func(context.Context, aws.Config) error {
	name := aws.String("checkout")
	return map[string]func(context.Context, aws.Config) error{
		"sqs": func(ctx context.Context, cfg aws.Config) error {
			_, err := sqs.NewFromConfig(cfg).SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String("http://x/123456789012/checkout"), MessageBody: name})
			return err
		},
		"dynamodb": func(ctx context.Context, cfg aws.Config) error {
			key := map[string]dynamodbtypes.AttributeValue{"pk": &dynamodbtypes.AttributeValueMemberS{Value: "a"}}
			_, err := dynamodb.NewFromConfig(cfg).GetItem(ctx, &dynamodb.GetItemInput{TableName: name, Key: key})
			return err
		},
		"events": func(ctx context.Context, cfg aws.Config) error {
			e := eventbridgetypes.PutEventsRequestEntry{Source: aws.String("serin"), DetailType: name, Detail: aws.String("{}")}
			_, err := eventbridge.NewFromConfig(cfg).PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventbridgetypes.PutEventsRequestEntry{e}})
			return err
		},
		"lambda": func(ctx context.Context, cfg aws.Config) error {
			_, err := lambda.NewFromConfig(cfg).UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: name, Name: aws.String("live")})
			return err
		},
		"codepipeline": func(ctx context.Context, cfg aws.Config) error {
			_, err := codepipeline.NewFromConfig(cfg).GetPipelineState(ctx, &codepipeline.GetPipelineStateInput{Name: name})
			return err
		},
		"codedeploy": func(ctx context.Context, cfg aws.Config) error {
			_, err := codedeploy.NewFromConfig(cfg).GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: name})
			return err
		},
		"elasticloadbalancing": func(ctx context.Context, cfg aws.Config) error {
			arn := aws.String("arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/a/b/c/d")
			_, err := elasticloadbalancingv2.NewFromConfig(cfg).ModifyRule(ctx, &elasticloadbalancingv2.ModifyRuleInput{RuleArn: arn})
			return err
		},
		"monitoring": func(ctx context.Context, cfg aws.Config) error {
			_, err := cloudwatch.NewFromConfig(cfg).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
			return err
		},
		"cloudformation": func(ctx context.Context, cfg aws.Config) error {
			_, err := cloudformation.NewFromConfig(cfg).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: name})
			return err
		},
	}
}

// seen is an error as the SDK tells it.
type seen struct {
	Code      string
	Status    int
	Retryable bool
}

func see(t *testing.T, err error) seen {
	t.Helper()
	var api smithy.APIError
	var resp interface{ HTTPStatusCode() int }
	if !errors.As(err, &api) || !errors.As(err, &resp) {
		t.Fatalf("the SDK saw %v, want an API error with a status", err)
	}
	return seen{api.ErrorCode(), resp.HTTPStatusCode(), retry.NewStandard().IsErrorRetryable(err)}
}

func TestFaults_lookToTheSDKLikeTheServicesOwn(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	kinds := []struct {
		fault  string
		inject func(match func(awstest.Call) bool) (remove func())
		want   map[string]seen
	}{
		{"throttle", func(m func(awstest.Call) bool) func() { return w.Inject(awstest.Faults{Throttle: 1, Match: m}) }, map[string]seen{
			"sqs": {"RequestThrottled", 400, true}, "dynamodb": {"ThrottlingException", 400, true}, "events": {"ThrottlingException", 400, true},
			"lambda": {"TooManyRequestsException", 429, true}, "codepipeline": {"ThrottlingException", 400, true},
			"codedeploy": {"ThrottlingException", 400, true}, "elasticloadbalancing": {"Throttling", 400, true},
			"monitoring": {"Throttling", 400, true}, "cloudformation": {"Throttling", 400, true},
		}},
		{"error", func(m func(awstest.Call) bool) func() { return w.Inject(awstest.Faults{Fail: 1, Match: m}) }, map[string]seen{
			"sqs": {"InternalError", 500, true}, "dynamodb": {"InternalServerError", 500, true}, "events": {"InternalException", 500, true},
			"lambda": {"ServiceException", 500, true}, "codepipeline": {"InternalFailure", 500, true},
			"codedeploy": {"InternalFailure", 500, true}, "elasticloadbalancing": {"InternalFailure", 500, true},
			"monitoring": {"InternalServiceFault", 500, true}, "cloudformation": {"InternalFailure", 500, true},
		}},
		{"deny", func(m func(awstest.Call) bool) func() { return w.Deny(m) }, map[string]seen{
			"sqs": {"AccessDenied", 403, false}, "dynamodb": {"AccessDeniedException", 400, false}, "events": {"AccessDeniedException", 400, false},
			"lambda": {"AccessDeniedException", 403, false}, "codepipeline": {"AccessDeniedException", 400, false},
			"codedeploy": {"AccessDeniedException", 400, false}, "elasticloadbalancing": {"AccessDenied", 403, false},
			"monitoring": {"AccessDenied", 403, false}, "cloudformation": {"AccessDenied", 403, false},
		}},
	}
	for _, k := range kinds {
		remove := k.inject(awstest.ByActors("worker"))
		got := map[string]seen{}
		for service, call := range calls() {
			got[service] = see(t, call(t.Context(), once(w, "worker")))
		}
		remove()
		if diff := cmp.Diff(k.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", k.fault, diff)
		}
	}
	for _, c := range w.Calls() {
		if c.Fault == "" || c.Actor != "worker" {
			t.Errorf("call %d, %s by %s, is recorded without its fault", c.N, c.Service, c.Actor)
		}
	}
}

func TestFaults_haveTheServicesOwnTypes(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	w.Inject(awstest.Faults{Throttle: 1})
	if err := calls()["sqs"](t.Context(), once(w, "worker")); !errors.As(err, new(*sqstypes.RequestThrottled)) {
		t.Errorf("sqs: %v is no RequestThrottled", err)
	}
	if err := calls()["dynamodb"](t.Context(), once(w, "worker")); !errors.As(err, new(*dynamodbtypes.ThrottlingException)) {
		t.Errorf("dynamodb: %v is no ThrottlingException", err)
	}
	if err := calls()["lambda"](t.Context(), once(w, "worker")); !errors.As(err, new(*lambdatypes.TooManyRequestsException)) {
		t.Errorf("lambda: %v is no TooManyRequestsException", err)
	}
}

func TestDeny_namesUserActionAndResource(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	w.Register(awstest.NewLambda(awstest.Account, awstest.Region, w.Ledger(), w.Clock()))
	w.Deny(func(c awstest.Call) bool { return c.Operation == "UpdateAlias" })
	err := calls()["lambda"](t.Context(), once(w, "worker"))
	want := "User: arn:aws:iam::123456789012:user/worker is not authorized to perform: lambda:UpdateAlias on resource: " +
		"arn:aws:lambda:us-east-1:123456789012:function:checkout because no identity-based policy allows the lambda:UpdateAlias action"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("denied with %v, want it to say %q", err, want)
	}
}

func TestOutage_refusesOneServiceUntilRestored(t *testing.T) {
	w := awstest.Start(t)
	w.Outage("dynamodb")
	if got, want := see(t, calls()["dynamodb"](t.Context(), once(w, "worker"))), (seen{"ServiceUnavailable", http.StatusServiceUnavailable, true}); got != want {
		t.Errorf("in the outage the SDK saw %+v, want %+v", got, want)
	}
	if err := calls()["events"](t.Context(), once(w, "worker")); err != nil {
		t.Errorf("another service in the outage: %v", err)
	}
	w.Restore("dynamodb")
	if err := calls()["dynamodb"](t.Context(), once(w, "worker")); !errors.As(err, new(*dynamodbtypes.ResourceNotFoundException)) {
		t.Errorf("after the outage: %v, want the engine's own answer", err)
	}
}

// counter is a tiny service: each call it is asked to serve counts.
type counter struct {
	mu sync.Mutex
	n  int
}

func (*counter) Service() string                            { return "codedeploy" }
func (*counter) Operation(r *http.Request, _ []byte) string { return r.Header.Get("X-Amz-Target") }

func (s *counter) Serve(awstest.Call) awstest.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return awstest.Answer{Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: []byte("{}"), Resource: "counted"}
}

func (s *counter) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

func TestLose_appliesTheCallAndCutsTheAnswer(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	s := &counter{}
	w.Register(s)
	remove := w.Inject(awstest.Faults{Lose: 1})
	err := calls()["codedeploy"](t.Context(), once(w, "worker"))
	if err == nil || errors.As(err, new(smithy.APIError)) || !retry.NewStandard().IsErrorRetryable(err) {
		t.Errorf("the SDK saw %v, want a retryable connection error", err)
	}
	remove()
	if err := calls()["codedeploy"](t.Context(), once(w, "worker")); err != nil {
		t.Error(err)
	}
	if s.count() != 2 {
		t.Errorf("applied %d calls, want both", s.count())
	}
	c := w.Calls()[0]
	if c.Fault != "lost" || c.Status != http.StatusOK || c.Resource != "counted" {
		t.Errorf("recorded fault %q, status %d, resource %q; want lost, 200, counted", c.Fault, c.Status, c.Resource)
	}
}

func TestDelay_appliesACallItsClientGaveUpOn(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	s := &counter{}
	w.Register(s)
	landed := make(chan awstest.Call, 1)
	w.After(func(c awstest.Call) { landed <- c })
	w.Inject(awstest.Faults{Delay: 1, DelayFor: 2 * time.Second})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := calls()["codedeploy"](ctx, once(w, "worker")); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the client saw %v, want its own timeout", err)
	}
	if c := <-landed; c.Fault != "delay" || s.count() != 1 {
		t.Errorf("fault %q, applied %d times; want delay, once", c.Fault, s.count())
	}
}

func TestFaults_ofOneSeedAreTheSame(t *testing.T) {
	draw := func(seed uint64) string {
		w := awstest.Start(t, awstest.WithoutEngines(), awstest.WithSeed(seed))
		w.Register(&counter{})
		w.Inject(awstest.Faults{Throttle: 0.2, Fail: 0.2, Lose: 0.2})
		var out []string
		for range 40 {
			_ = calls()["codedeploy"](t.Context(), once(w, "worker"))
		}
		for _, c := range w.Calls() {
			out = append(out, c.Fault)
		}
		return strings.Join(out, ",")
	}
	first := draw(7)
	if second := draw(7); first != second {
		t.Errorf("seed 7 drew\n%s\nand then\n%s", first, second)
	}
	if other := draw(8); first == other {
		t.Errorf("seeds 7 and 8 both drew %s", first)
	}
	for _, fault := range []string{"throttle", "error", "lost", ",,"} {
		if !strings.Contains(first, fault) {
			t.Errorf("of 40 calls at 20%% each none is %q: %s", fault, first)
		}
	}
}

func TestHooks_seeEachCallNumberedAroundItsApplication(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	s := &counter{}
	w.Register(s)
	type sight struct{ N, Applied, Status int }
	var before, after []sight
	w.Before(func(c awstest.Call) { before = append(before, sight{c.N, s.count(), c.Status}) })
	w.After(func(c awstest.Call) { after = append(after, sight{c.N, s.count(), c.Status}) })
	for range 2 {
		if err := calls()["codedeploy"](t.Context(), once(w, "worker")); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]sight{{1, 0, 0}, {2, 1, 0}}, before); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]sight{{1, 1, 200}, {2, 2, 200}}, after); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
}
