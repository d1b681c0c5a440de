package awstest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func muteRules(t *testing.T, api *cloudwatch.Client, in *cloudwatch.ListAlarmMuteRulesInput) []string {
	t.Helper()
	var got []string
	for pages := cloudwatch.NewListAlarmMuteRulesPaginator(api, in); pages.HasMorePages(); {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("ListAlarmMuteRules: %v", err)
		}
		for _, s := range out.AlarmMuteRuleSummaries {
			got = append(got, *s.AlarmMuteRuleArn+" "+string(s.Status))
		}
	}
	return got
}

func TestCloudWatch_muteRuleIsScheduledActiveThenExpired(t *testing.T) {
	w, clock, api := cloud(t)
	start := clock.now.Add(time.Hour)
	w.Mute(awstest.MuteRule{Name: "maintenance", Alarms: []string{"checkout-canary-5xx"}, Start: start, End: start.Add(2 * time.Hour)})
	for at, want := range map[time.Duration]types.AlarmMuteRuleStatus{
		-time.Second: types.AlarmMuteRuleStatusScheduled, 0: types.AlarmMuteRuleStatusActive, 2 * time.Hour: types.AlarmMuteRuleStatusExpired,
	} {
		clock.now = start.Add(at)
		out, err := api.GetAlarmMuteRule(t.Context(), &cloudwatch.GetAlarmMuteRuleInput{AlarmMuteRuleName: aws.String("maintenance")})
		if err != nil {
			t.Fatal(err)
		}
		if out.Status != want || *out.Rule.Schedule.Duration != "PT120M" || out.MuteTargets.AlarmNames[0] != "checkout-canary-5xx" || !out.StartDate.Equal(start) {
			t.Errorf("at %v: %s, %+v", at, out.Status, out.Rule.Schedule)
		}
	}
	w.Unmute("maintenance")
	_, err := api.GetAlarmMuteRule(t.Context(), &cloudwatch.GetAlarmMuteRuleInput{AlarmMuteRuleName: aws.String("maintenance")})
	if missing := (*types.ResourceNotFoundException)(nil); !errors.As(err, &missing) {
		t.Errorf("after Unmute: %v, want ResourceNotFoundException", err)
	}
}

func TestCloudWatch_muteRulesAreListedByAlarmAndStatusInPages(t *testing.T) {
	w, clock, api := cloud(t)
	for name, rule := range map[string]awstest.MuteRule{
		"a": {Alarms: []string{"checkout-canary-5xx"}, Start: clock.now, End: clock.now.Add(time.Hour)},
		"b": {Alarms: []string{"checkout-canary-5xx", "other"}, Start: clock.now.Add(time.Hour), End: clock.now.Add(2 * time.Hour)},
		"c": {Alarms: []string{"other"}, Start: clock.now, End: clock.now.Add(time.Hour)},
	} {
		rule.Name = name
		w.Mute(rule)
	}
	prefix := "arn:aws:cloudwatch:us-east-1:111122223333:alarm-mute-rule:"
	ofAlarm := &cloudwatch.ListAlarmMuteRulesInput{AlarmName: aws.String("checkout-canary-5xx"), MaxRecords: aws.Int32(1)}
	if diff := cmp.Diff([]string{prefix + "a ACTIVE", prefix + "b SCHEDULED"}, muteRules(t, api, ofAlarm)); diff != "" {
		t.Error(diff)
	}
	active := &cloudwatch.ListAlarmMuteRulesInput{Statuses: []types.AlarmMuteRuleStatus{types.AlarmMuteRuleStatusActive}}
	if diff := cmp.Diff([]string{prefix + "a ACTIVE", prefix + "c ACTIVE"}, muteRules(t, api, active)); diff != "" {
		t.Error(diff)
	}
	_, err := api.ListAlarmMuteRules(t.Context(), &cloudwatch.ListAlarmMuteRulesInput{NextToken: aws.String("made up")})
	wantBadToken(t, "ListAlarmMuteRules", err)
}
