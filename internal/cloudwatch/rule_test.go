package cloudwatch

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"
)

func TestChildren_areTheNamesInARule(t *testing.T) {
	for rule, want := range map[string][]string{
		"TRUE":                   nil,
		"ALARM(a)":               {"a"},
		`ALARM( "a" )OR OK("b")`: {"a", "b"},
		`NOT (INSUFFICIENT_DATA(c) AND ALARM(d-5xx))`: {"c", "d-5xx"},
		`ALARM("a (b), \"c\" \\ é")`:                  {`a (b), "c" \ é`},
		`ALARM("OK")`:                                 {"OK"},
		`ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a) AND ALARM("arn:aws:x:alarm:b c")`: {"a", "b c"},
		"AT_LEAST(50%, NOT ALARM, (a, b))": {"a", "b"},
		`ALARM("never closed`:              {"never closed"},
	} {
		if diff := cmp.Diff(want, children(rule)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}

func TestSchedule_isALogAlarmsPeriod(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"rate(5 minutes)": 5 * time.Minute, "rate(1 minute)": time.Minute, "rate(2 hours)": 2 * time.Hour,
		"rate(1 day)": 24 * time.Hour, "cron(0 * * * ? *)": 0, "": 0,
	} {
		config := types.ScheduledQueryConfiguration{ScheduleConfiguration: &types.ScheduleConfiguration{ScheduleExpression: aws.String(text)}}
		if got := schedule(&config); got != want {
			t.Errorf("%q is every %s, want %s", text, got, want)
		}
	}
}
