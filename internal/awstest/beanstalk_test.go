package awstest_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk"
	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

type beanstalkFixture struct {
	*testing.T
	stand  *awstest.Beanstalk
	ledger *awstest.Ledger
	api    *elasticbeanstalk.Client
	asked  []string
}

const shopEnvironment = "arn:aws:elasticbeanstalk:us-east-1:111122223333:environment/shop/shop-prod"

func newBeanstalkFixture(t *testing.T) *beanstalkFixture {
	t.Helper()
	f := &beanstalkFixture{T: t, ledger: awstest.NewLedger(fixedClock)}
	f.stand = awstest.NewBeanstalk("111122223333", "us-east-1", f.ledger, fixedClock)
	f.stand.CreateEnvironment("shop", "shop-prod", awstest.EnvironmentOptions{})
	cfg := alone(t, f.stand, "AKIDWORKER")
	cfg.HTTPClient = watchResource{into: &f.asked}
	f.api = elasticbeanstalk.NewFromConfig(cfg)
	return f
}

func (f *beanstalkFixture) environment() types.EnvironmentDescription {
	f.Helper()
	out := must[*elasticbeanstalk.DescribeEnvironmentsOutput](f.T)(f.api.DescribeEnvironments(f.Context(), &elasticbeanstalk.DescribeEnvironmentsInput{
		EnvironmentNames: []string{"shop-prod"},
	}))
	if len(out.Environments) != 1 {
		f.Fatalf("%d environments", len(out.Environments))
	}
	return out.Environments[0]
}

func (f *beanstalkFixture) shown() string {
	f.Helper()
	e := f.environment()
	text := string(e.Status) + " " + aws.ToString(e.VersionLabel)
	if aws.ToBool(e.AbortableOperationInProgress) {
		text += " abortable"
	}
	return text
}

func (f *beanstalkFixture) abort() error {
	_, err := f.api.AbortEnvironmentUpdate(f.Context(), &elasticbeanstalk.AbortEnvironmentUpdateInput{EnvironmentName: aws.String("shop-prod")})
	return err
}

// wantInvalidState requires Beanstalk's only word for a call at the wrong time.
func wantInvalidState(t *testing.T, err error) {
	t.Helper()
	if coded := smithy.APIError(nil); !errors.As(err, &coded) || coded.ErrorCode() != "InvalidParameterValue" {
		t.Errorf("error %v, want InvalidParameterValue", err)
	}
}

func statusesOf(t *testing.T, events []json.RawMessage) []string {
	t.Helper()
	var all []string
	for _, event := range events {
		var e struct{ Detail struct{ Status string } }
		if err := json.Unmarshal(event, &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Detail.Status)
	}
	return all
}

func TestBeanstalk_updateSplitsThenEvaluatesThenIsReady(t *testing.T) {
	f := newBeanstalkFixture(t)
	_, err := f.api.UpdateEnvironment(t.Context(), &elasticbeanstalk.UpdateEnvironmentInput{EnvironmentName: aws.String("shop-prod"), VersionLabel: aws.String("v2")})
	if err != nil {
		t.Fatal(err)
	}
	events := f.stand.TakeEvents()
	shown := []string{f.shown()}
	var shares []float64
	for range 3 {
		events = append(events, must[[]json.RawMessage](t)(f.stand.Advance("shop-prod"))...)
		shown = append(shown, f.shown())
		shares = append(shares, f.stand.Environment("shop-prod").WeightPct)
	}
	if diff := cmp.Diff([]string{"Updating v2 abortable", "Updating v2 abortable", "Updating v2 abortable", "Ready v2"}, shown); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{10, 10, 0}, shares); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Environment update started", "Environment update successful"}, statusesOf(t, events)); diff != "" {
		t.Error(diff)
	}
}

func TestBeanstalk_oneUpdateAtATime(t *testing.T) {
	f := newBeanstalkFixture(t)
	must[[]json.RawMessage](t)(f.stand.StartUpdate("shop-prod", "v2"))
	_, err := f.api.UpdateEnvironment(t.Context(), &elasticbeanstalk.UpdateEnvironmentInput{EnvironmentName: aws.String("shop-prod"), VersionLabel: aws.String("v3")})
	wantInvalidState(t, err)
}

func TestBeanstalk_abortGivesTheOldVersionBackAndIsRefusedTwice(t *testing.T) {
	f := newBeanstalkFixture(t)
	wantInvalidState(t, f.abort())
	must[[]json.RawMessage](t)(f.stand.StartUpdate("shop-prod", "v2"))
	must[[]json.RawMessage](t)(f.stand.Advance("shop-prod"))
	if err := f.abort(); err != nil {
		t.Fatal(err)
	}
	wantInvalidState(t, f.abort())
	if diff := cmp.Diff([]string{"Aborting v2", "Ready v1"}, []string{f.shown(), f.shown()}); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Environment update failed"}, statusesOf(t, f.stand.TakeEvents())); diff != "" {
		t.Error(diff)
	}
	changes := f.ledger.Changes()
	if last := changes[len(changes)-1]; last.Kind != "environment-abort" || last.Actor != "AKIDWORKER" || last.Resource != shopEnvironment {
		t.Errorf("the ledger ends with %+v", last)
	}
}

func TestBeanstalk_unhealthyVersionIsTakenBackByBeanstalkItself(t *testing.T) {
	f := newBeanstalkFixture(t)
	must[[]json.RawMessage](t)(f.stand.StartUpdate("shop-prod", "v2"))
	must[[]json.RawMessage](t)(f.stand.Fail("shop-prod"))
	if got := f.shown(); got != "Ready v1" {
		t.Errorf("shows %s", got)
	}
	out := must[*elasticbeanstalk.DescribeEventsOutput](t)(f.api.DescribeEvents(t.Context(), &elasticbeanstalk.DescribeEventsInput{EnvironmentName: aws.String("shop-prod")}))
	if len(out.Events) != 2 || out.Events[0].Severity != types.EventSeverityError {
		t.Errorf("events %+v, want the failure first", out.Events)
	}
}

func TestBeanstalk_tellsPolicyAndSplit(t *testing.T) {
	f := newBeanstalkFixture(t)
	out := must[*elasticbeanstalk.DescribeConfigurationSettingsOutput](t)(f.api.DescribeConfigurationSettings(t.Context(), &elasticbeanstalk.DescribeConfigurationSettingsInput{
		ApplicationName: aws.String("shop"), EnvironmentName: aws.String("shop-prod"),
	}))
	got := map[string]string{}
	for _, s := range out.ConfigurationSettings[0].OptionSettings {
		got[aws.ToString(s.OptionName)] = aws.ToString(s.Value)
	}
	if diff := cmp.Diff(map[string]string{"DeploymentPolicy": "TrafficSplitting", "NewVersionPercent": "10", "EvaluationTime": "5"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestBeanstalk_whatIsNotThere(t *testing.T) {
	f := newBeanstalkFixture(t)
	out := must[*elasticbeanstalk.DescribeEnvironmentsOutput](t)(f.api.DescribeEnvironments(t.Context(), &elasticbeanstalk.DescribeEnvironmentsInput{EnvironmentNames: []string{"other"}}))
	if len(out.Environments) != 0 {
		t.Errorf("found %+v", out.Environments)
	}
	_, err := f.api.AbortEnvironmentUpdate(t.Context(), &elasticbeanstalk.AbortEnvironmentUpdateInput{EnvironmentName: aws.String("other")})
	wantInvalidState(t, err)
	f.environment()
	if diff := cmp.Diff([]string{"*", "*", shopEnvironment}, f.asked); diff != "" {
		t.Error(diff)
	}
}
