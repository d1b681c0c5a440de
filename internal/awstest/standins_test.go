package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestWorld_recordsWhatTargetsAndAlarmsWereAskedAndWhatIAMChecks(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	functions := awstest.NewLambda(awstest.Account, awstest.Region, w.Ledger(), w.Clock())
	balancing := awstest.NewELBv2(awstest.Account, awstest.Region, w.Ledger())
	alarms := awstest.NewCloudWatch(awstest.Account, awstest.Region, w.Clock())
	for _, s := range []awstest.StandIn{functions, balancing, alarms} {
		w.Register(s)
	}
	function := functions.CreateFunction("checkout", awstest.FunctionConfig{Code: "v1"})
	functions.CreateAlias("checkout", "live", functions.PublishVersion("checkout", nil))
	blue := balancing.CreateTargetGroup("blue", "")
	listener := balancing.CreateListener(balancing.CreateLoadBalancer("checkout"), awstest.ForwardTo(awstest.ForwardGroup{ARN: blue, Weight: 1}))
	alarms.PutAlarm(checkout5xx())

	cfg := w.Config("worker-a")
	_, err := lambda.NewFromConfig(cfg).UpdateAlias(t.Context(), updateLive("1", map[string]float64{}, ""))
	if err != nil {
		t.Error(err)
	}
	if _, err = elb.NewFromConfig(cfg).ModifyListener(t.Context(), &elb.ModifyListenerInput{ListenerArn: &listener}); err != nil {
		t.Error(err)
	}
	out, err := cloudwatch.NewFromConfig(cfg).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"checkout-canary-5xx"}})
	if err != nil || len(out.MetricAlarms) != 1 {
		t.Errorf("alarms %+v, %v", out, err)
	}
	_, err = cloudwatch.NewFromConfig(cfg).SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: aws.String("checkout-canary-5xx"), StateValue: "OK", StateReason: aws.String("drill"),
	})
	if err != nil {
		t.Error(err)
	}

	var got []string
	for _, c := range w.Calls() {
		got = append(got, c.Actor+" "+c.Actions()[0]+" "+c.Resource)
	}
	want := []string{
		"worker-a lambda:UpdateAlias " + function, "worker-a elasticloadbalancing:ModifyListener " + listener, "worker-a cloudwatch:DescribeAlarms *",
		"worker-a cloudwatch:SetAlarmState arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-canary-5xx",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
