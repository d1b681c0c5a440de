package awstest_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func history(t *testing.T, api *cloudwatch.Client, in *cloudwatch.DescribeAlarmHistoryInput) []types.AlarmHistoryItem {
	t.Helper()
	var items []types.AlarmHistoryItem
	pages := cloudwatch.NewDescribeAlarmHistoryPaginator(api, in)
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("DescribeAlarmHistory: %v", err)
		}
		items = append(items, out.AlarmHistoryItems...)
	}
	return items
}

func summaries(items []types.AlarmHistoryItem) []string {
	var out []string
	for _, i := range items {
		out = append(out, i.Timestamp.Format("15:04 ")+*i.HistorySummary)
	}
	return out
}

// dayOf makes an alarm at 10:00 that visits ALARM from 10:02 to 10:03.
func dayOf(t *testing.T, w *awstest.CloudWatch, clock *handClock, spec awstest.AlarmSpec) {
	t.Helper()
	clock.set(t, "2026-11-20T10:00:00.000+0000")
	w.PutAlarm(spec)
	for _, state := range []string{"OK", "ALARM", "OK"} {
		clock.now = clock.now.Add(time.Minute)
		w.SetState(spec.Name, state, "because")
	}
}

func TestCloudWatch_historyShowsAVisitToAlarm(t *testing.T) {
	w, clock, api := cloud(t)
	dayOf(t, w, clock, checkout5xx())
	visit := &cloudwatch.DescribeAlarmHistoryInput{
		AlarmName: aws.String("checkout-canary-5xx"), HistoryItemType: types.HistoryItemTypeStateUpdate, ScanBy: types.ScanByTimestampAscending,
		StartDate: aws.Time(time.Date(2026, 11, 20, 10, 1, 30, 0, time.UTC)), EndDate: aws.Time(clock.now),
	}
	got := history(t, api, visit)
	if diff := cmp.Diff([]string{"10:02 Alarm updated from OK to ALARM", "10:03 Alarm updated from ALARM to OK"}, summaries(got)); diff != "" {
		t.Fatal(diff)
	}
	var data struct {
		Version            string
		OldState, NewState struct {
			StateValue, StateReason string
			StateReasonData         struct{ Threshold float64 }
		}
	}
	if err := json.Unmarshal([]byte(*got[0].HistoryData), &data); err != nil {
		t.Fatal(err)
	}
	if data.Version != "1.0" || data.OldState.StateValue != "OK" || data.NewState.StateValue != "ALARM" ||
		data.NewState.StateReason != "because" || data.NewState.StateReasonData.Threshold != 5 || got[0].AlarmType != types.AlarmTypeMetricAlarm {
		t.Errorf("%s of a %s", *got[0].HistoryData, got[0].AlarmType)
	}
}

func TestCloudWatch_historyIsNewestFirstAndInPages(t *testing.T) {
	w, clock, api := cloud(t)
	dayOf(t, w, clock, checkout5xx())
	w.DeleteAlarm("checkout-canary-5xx")
	want := []string{
		`10:03 Alarm "checkout-canary-5xx" deleted`, "10:03 Alarm updated from ALARM to OK", "10:02 Alarm updated from OK to ALARM",
		"10:01 Alarm updated from INSUFFICIENT_DATA to OK", `10:00 Alarm "checkout-canary-5xx" created`,
	}
	if diff := cmp.Diff(want, summaries(history(t, api, &cloudwatch.DescribeAlarmHistoryInput{MaxRecords: aws.Int32(2)}))); diff != "" {
		t.Error(diff)
	}
	_, err := api.DescribeAlarmHistory(t.Context(), &cloudwatch.DescribeAlarmHistoryInput{NextToken: aws.String("made up")})
	wantBadToken(t, "DescribeAlarmHistory", err)
}

func TestCloudWatch_historyOfACompositeAlarmNeedsItsType(t *testing.T) {
	w, clock, api := cloud(t)
	dayOf(t, w, clock, awstest.AlarmSpec{Name: "all", Kind: awstest.CompositeAlarm, Rule: "ALARM(checkout-canary-5xx)"})
	in := &cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("all")}
	if got := history(t, api, in); len(got) != 0 {
		t.Errorf("without AlarmTypes: %v", summaries(got))
	}
	in.AlarmTypes = []types.AlarmType{types.AlarmTypeCompositeAlarm}
	if got := history(t, api, in); len(got) != 4 {
		t.Errorf("with AlarmTypes: %v", summaries(got))
	}
}

func TestCloudWatch_unknownAlarmHasNoHistory(t *testing.T) {
	_, _, api := cloud(t)
	if got := history(t, api, &cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("other")}); len(got) != 0 {
		t.Errorf("%v", summaries(got))
	}
}
