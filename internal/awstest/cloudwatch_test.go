package awstest_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// handClock is a clock the test moves.
type handClock struct{ now time.Time }

func (c *handClock) read() time.Time { return c.now }

func (c *handClock) set(t *testing.T, alarmTime string) {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05.000-0700", alarmTime)
	if err != nil {
		t.Fatal(err)
	}
	c.now = at
}

// cloud is account 111122223333 in us-east-1, as in the sample events, without alarms.
func cloud(t *testing.T) (*awstest.CloudWatch, *handClock, *cloudwatch.Client) {
	t.Helper()
	clock := &handClock{now: fixedClock()}
	w := awstest.NewCloudWatch("111122223333", "us-east-1", clock.read)
	return w, clock, cloudwatch.NewFromConfig(alone(t, w, "AKIDWORKER"))
}

func canary5xx() awstest.AlarmMetric {
	return awstest.AlarmMetric{
		Namespace: "AWS/ApplicationELB", Name: "HTTPCode_Target_5XX_Count",
		Dimensions: map[string]string{
			"TargetGroup": "targetgroup/checkout-green/73e2d6bc24d8a067", "LoadBalancer": "app/checkout/50dc6c495c0c9188",
		},
	}
}

// checkout5xx is the alarm of the sample events.
func checkout5xx() awstest.AlarmSpec {
	return awstest.AlarmSpec{
		Name: "checkout-canary-5xx", Description: "canary 5xx", Threshold: 5, TreatMissingData: "notBreaching",
		Metrics: []awstest.AlarmMetric{canary5xx()},
	}
}

func describe(t *testing.T, api *cloudwatch.Client, in *cloudwatch.DescribeAlarmsInput) *cloudwatch.DescribeAlarmsOutput {
	t.Helper()
	out, err := api.DescribeAlarms(t.Context(), in)
	if err != nil {
		t.Fatalf("DescribeAlarms: %v", err)
	}
	return out
}

func TestCloudWatch_describesAMetricAlarmWhole(t *testing.T) {
	w, clock, api := cloud(t)
	spec := checkout5xx()
	spec.EvaluationPeriods, spec.DatapointsToAlarm = 3, 2
	w.PutAlarm(spec)
	made := clock.now
	clock.now = made.Add(time.Minute)
	w.SetState(spec.Name, "OK", "all fine")
	a := describe(t, api, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{spec.Name}}).MetricAlarms[0]

	got := fmt.Sprintln(*a.AlarmName, *a.AlarmArn, *a.AlarmDescription, *a.ActionsEnabled, a.StateValue, *a.StateReason,
		*a.Namespace, *a.MetricName, a.Statistic, *a.Period, *a.EvaluationPeriods, *a.DatapointsToAlarm, *a.Threshold,
		a.ComparisonOperator, *a.TreatMissingData, a.EvaluationState)
	want := "checkout-canary-5xx arn:aws:cloudwatch:us-east-1:111122223333:alarm:checkout-canary-5xx canary 5xx true OK all fine " +
		"AWS/ApplicationELB HTTPCode_Target_5XX_Count Sum 60 3 2 5 GreaterThanThreshold notBreaching \n"
	if got != want {
		t.Error(cmp.Diff(want, got))
	}
	if len(a.Dimensions) != 2 || *a.Dimensions[0].Name != "LoadBalancer" || *a.Dimensions[0].Value != "app/checkout/50dc6c495c0c9188" {
		t.Errorf("dimensions %+v", a.Dimensions)
	}
	if !a.AlarmConfigurationUpdatedTimestamp.Equal(made) || !a.StateTransitionedTimestamp.Equal(clock.now) {
		t.Errorf("configured %v, transitioned %v", a.AlarmConfigurationUpdatedTimestamp, a.StateTransitionedTimestamp)
	}
}

func TestCloudWatch_metricMathStandsInMetrics(t *testing.T) {
	w, _, api := cloud(t)
	errs, all := canary5xx(), canary5xx()
	errs.ID, errs.Hidden, all.ID, all.Hidden, all.Name, all.Stat = "m1", true, "m2", true, "RequestCount", "p99"
	w.PutAlarm(awstest.AlarmSpec{Name: "rate", Metrics: []awstest.AlarmMetric{errs, all, {ID: "e1", Expression: "m1/m2"}}})
	a := describe(t, api, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]
	if a.MetricName != nil || len(a.Metrics) != 3 {
		t.Fatalf("%+v", a)
	}
	if m := a.Metrics[1]; *m.Id != "m2" || *m.ReturnData || *m.MetricStat.Stat != "p99" || *m.MetricStat.Metric.MetricName != "RequestCount" || *m.MetricStat.Period != 60 {
		t.Errorf("metric %+v", m)
	}
	if m := a.Metrics[2]; *m.Expression != "m1/m2" || !*m.ReturnData || m.MetricStat != nil {
		t.Errorf("expression %+v", m)
	}
}

func TestCloudWatch_onlyMetricAlarmsUnlessTypesAreAsked(t *testing.T) {
	w, _, api := cloud(t)
	w.PutAlarm(checkout5xx())
	w.PutAlarm(awstest.AlarmSpec{Name: "all", Kind: awstest.CompositeAlarm, Rule: "ALARM(checkout-canary-5xx)"})
	w.PutAlarm(awstest.AlarmSpec{Name: "panics", Kind: awstest.LogAlarm, Query: "fields @message", Threshold: 1})
	names := []string{"checkout-canary-5xx", "all", "panics", "no such alarm"}

	out := describe(t, api, &cloudwatch.DescribeAlarmsInput{AlarmNames: names})
	if len(out.MetricAlarms) != 1 || len(out.CompositeAlarms)+len(out.LogAlarms) != 0 {
		t.Errorf("without AlarmTypes: %d metric, %d composite, %d log", len(out.MetricAlarms), len(out.CompositeAlarms), len(out.LogAlarms))
	}
	out = describe(t, api, &cloudwatch.DescribeAlarmsInput{AlarmNames: names, AlarmTypes: types.AlarmType("").Values()})
	if len(out.MetricAlarms) != 1 || len(out.CompositeAlarms) != 1 || len(out.LogAlarms) != 1 {
		t.Fatalf("with all types: %d metric, %d composite, %d log", len(out.MetricAlarms), len(out.CompositeAlarms), len(out.LogAlarms))
	}
	if c := out.CompositeAlarms[0]; *c.AlarmName != "all" || *c.AlarmRule != "ALARM(checkout-canary-5xx)" || c.StateValue != types.StateValueInsufficientData {
		t.Errorf("composite %+v", c)
	}
	if l := out.LogAlarms[0]; *l.AlarmName != "panics" || *l.ScheduledQueryConfiguration.QueryString != "fields @message" || *l.Threshold != 1 {
		t.Errorf("log %+v", l)
	}
}

func TestCloudWatch_namesArePerRegion(t *testing.T) {
	w, _, api := cloud(t)
	w.In("eu-west-1").PutAlarm(checkout5xx())
	if out := describe(t, api, &cloudwatch.DescribeAlarmsInput{}); len(out.MetricAlarms) != 0 {
		t.Errorf("us-east-1 shows %+v", out.MetricAlarms)
	}
	out, err := api.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{}, func(o *cloudwatch.Options) { o.Region = "eu-west-1" })
	if err != nil || len(out.MetricAlarms) != 1 || *out.MetricAlarms[0].AlarmArn != "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:checkout-canary-5xx" {
		t.Errorf("eu-west-1 shows %+v, %v", out, err)
	}
}

func TestCloudWatch_alarmsComeInPages(t *testing.T) {
	w, _, api := cloud(t)
	var want, got []string
	for i := range 120 {
		name := fmt.Sprintf("alarm-%03d", i)
		kind := []string{awstest.MetricAlarm, awstest.CompositeAlarm}[i%2]
		w.PutAlarm(awstest.AlarmSpec{Name: name, Kind: kind})
		want = append(want, name)
	}
	pages := cloudwatch.NewDescribeAlarmsPaginator(api, &cloudwatch.DescribeAlarmsInput{AlarmTypes: types.AlarmType("").Values()})
	n := 0
	for ; pages.HasMorePages(); n++ {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range out.MetricAlarms {
			got = append(got, *a.AlarmName)
		}
		for _, a := range out.CompositeAlarms {
			got = append(got, *a.AlarmName)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || n != 3 {
		t.Errorf("%d pages, want 3 of fifty: %s", n, diff)
	}
}

func TestCloudWatch_describeAlarmsFilters(t *testing.T) {
	w, _, api := cloud(t)
	w.PutAlarm(awstest.AlarmSpec{Name: "checkout-5xx"})
	w.PutAlarm(awstest.AlarmSpec{Name: "orders-5xx"})
	w.SetState("orders-5xx", "OK", "")
	out := describe(t, api, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String("check")})
	if len(out.MetricAlarms) != 1 || *out.MetricAlarms[0].AlarmName != "checkout-5xx" {
		t.Errorf("by prefix: %+v", out.MetricAlarms)
	}
	out = describe(t, api, &cloudwatch.DescribeAlarmsInput{StateValue: types.StateValueOk})
	if len(out.MetricAlarms) != 1 || *out.MetricAlarms[0].AlarmName != "orders-5xx" {
		t.Errorf("by state: %+v", out.MetricAlarms)
	}
}

func wantValidation(t *testing.T, what string, err error) {
	t.Helper()
	if invalid := (*types.ValidationException)(nil); !errors.As(err, &invalid) || invalid.ErrorCode() != "ValidationError" {
		t.Errorf("%s: %v, want ValidationError", what, err)
	}
}

func wantBadToken(t *testing.T, what string, err error) {
	t.Helper()
	if bad := (*types.InvalidNextToken)(nil); !errors.As(err, &bad) {
		t.Errorf("%s: %v, want InvalidNextToken", what, err)
	}
}

func TestCloudWatch_describeAlarmsRefusesWhatTheModelRefuses(t *testing.T) {
	_, _, api := cloud(t)
	for what, in := range map[string]*cloudwatch.DescribeAlarmsInput{
		"101 names":        {AlarmNames: slices.Repeat([]string{"a"}, 101)},
		"names and prefix": {AlarmNames: []string{"a"}, AlarmNamePrefix: aws.String("b")},
		"101 records":      {MaxRecords: aws.Int32(101)},
	} {
		_, err := api.DescribeAlarms(t.Context(), in)
		wantValidation(t, what, err)
	}
	_, err := api.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{NextToken: aws.String("made up")})
	wantBadToken(t, "DescribeAlarms", err)
}

func TestCloudWatch_reasonMovesUpdatedButNotTransitioned(t *testing.T) {
	w, clock, api := cloud(t)
	w.PutAlarm(checkout5xx())
	clock.now = clock.now.Add(time.Minute)
	w.SetState("checkout-canary-5xx", "OK", "first")
	at := clock.now
	clock.now = clock.now.Add(time.Minute)
	if event := w.SetState("checkout-canary-5xx", "OK", "second"); event != nil {
		t.Errorf("OK to OK emitted %s", event)
	}
	a := describe(t, api, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]
	if *a.StateReason != "second" || !a.StateTransitionedTimestamp.Equal(at) || !a.StateUpdatedTimestamp.Equal(clock.now) {
		t.Errorf("reason %q, transitioned %v, updated %v", *a.StateReason, a.StateTransitionedTimestamp, a.StateUpdatedTimestamp)
	}
}

func TestCloudWatch_evaluationStateIsShownAndGoesWithTheNextState(t *testing.T) {
	w, _, api := cloud(t)
	w.PutAlarm(checkout5xx())
	w.SetState("checkout-canary-5xx", "OK", "")
	w.FailEvaluation("checkout-canary-5xx", "EVALUATION_FAILURE", "evaluation failed")
	if a := describe(t, api, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]; a.EvaluationState != types.EvaluationStateEvaluationFailure || a.StateValue != types.StateValueInsufficientData {
		t.Errorf("state %s, evaluation %s", a.StateValue, a.EvaluationState)
	}
	w.SetState("checkout-canary-5xx", "OK", "")
	if a := describe(t, api, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]; a.EvaluationState != "" {
		t.Errorf("evaluation %s stayed", a.EvaluationState)
	}
}

func TestCloudWatch_setAlarmStateMovesTheAlarmAndEmits(t *testing.T) {
	w, _, api := cloud(t)
	w.PutAlarm(checkout5xx())
	set := func(name string, state types.StateValue, data *string) error {
		_, err := api.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: &name, StateValue: state, StateReason: aws.String("drill"), StateReasonData: data})
		return err
	}
	if err := set("checkout-canary-5xx", types.StateValueAlarm, nil); err != nil {
		t.Fatal(err)
	}
	if a := describe(t, api, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]; a.StateValue != types.StateValueAlarm || *a.StateReason != "drill" || a.StateReasonData != nil {
		t.Errorf("%+v", a)
	}
	if got := w.TakeEvents(); len(got) != 1 {
		t.Errorf("%d events, want one", len(got))
	}
	if err := set("checkout-canary-5xx", types.StateValueAlarm, nil); err != nil || len(w.TakeEvents()) != 0 {
		t.Errorf("ALARM to ALARM emitted, or %v", err)
	}
	if missing := (*types.ResourceNotFound)(nil); !errors.As(set("other", types.StateValueOk, nil), &missing) {
		t.Error("a missing alarm is not ResourceNotFound")
	}
	if garbled := (*types.InvalidFormatFault)(nil); !errors.As(set("checkout-canary-5xx", types.StateValueOk, aws.String("{")), &garbled) || garbled.ErrorCode() != "InvalidFormat" {
		t.Errorf("broken reason data is %v, want InvalidFormat", garbled)
	}
	wantValidation(t, "an unknown state", set("checkout-canary-5xx", "BROKEN", nil))
}

func TestCloudWatch_unknownOperationIsNoServerError(t *testing.T) {
	_, _, api := cloud(t)
	_, err := api.ListDashboards(t.Context(), &cloudwatch.ListDashboardsInput{})
	if unknown := smithy.APIError(nil); !errors.As(err, &unknown) || unknown.ErrorCode() != "UnknownOperationException" {
		t.Errorf("got %v, want UnknownOperationException", err)
	}
}

func TestCloudWatch_answersNameTheResourceIAMChecks(t *testing.T) {
	w, _, api := cloud(t)
	w.PutAlarm(checkout5xx())
	var got []string
	watch := func(o *cloudwatch.Options) { o.HTTPClient = watchResource{into: &got} }
	_, _ = api.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{}, watch)
	_, _ = api.DescribeAlarmHistory(t.Context(), &cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("checkout-canary-5xx")}, watch)
	_, _ = api.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("checkout-canary-5xx"), StateValue: "OK", StateReason: aws.String("drill")}, watch)
	want := []string{"*", "*", "arn:aws:cloudwatch:us-east-1:111122223333:alarm:checkout-canary-5xx"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
