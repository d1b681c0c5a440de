package awstest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func query(id, stat string, period int32) types.MetricDataQuery {
	m := canary5xx()
	var dimensions []types.Dimension
	for name, value := range m.Dimensions {
		dimensions = append(dimensions, types.Dimension{Name: &name, Value: &value})
	}
	return types.MetricDataQuery{Id: &id, MetricStat: &types.MetricStat{
		Metric: &types.Metric{Namespace: &m.Namespace, MetricName: &m.Name, Dimensions: dimensions}, Period: &period, Stat: &stat,
	}}
}

// lastTen asks for the ten minutes before the clock.
func lastTen(clock *handClock, queries ...types.MetricDataQuery) *cloudwatch.GetMetricDataInput {
	return &cloudwatch.GetMetricDataInput{MetricDataQueries: queries, StartTime: aws.Time(clock.now.Add(-10 * time.Minute)), EndTime: aws.Time(clock.now)}
}

// readMetrics gives every result as "id: minute=value …".
func readMetrics(t *testing.T, api *cloudwatch.Client, in *cloudwatch.GetMetricDataInput) []string {
	t.Helper()
	out, err := api.GetMetricData(t.Context(), in)
	if err != nil {
		t.Fatalf("GetMetricData: %v", err)
	}
	var got []string
	for _, r := range out.MetricDataResults {
		line := *r.Id + ":"
		for i, at := range r.Timestamps {
			line += fmt.Sprintf(" %s=%v", at.Format("15:04"), r.Values[i])
		}
		got = append(got, line)
	}
	return got
}

func TestCloudWatch_metricNobodyReportsIsEmpty(t *testing.T) {
	w, clock, api := cloud(t)
	w.PutAlarm(checkout5xx())
	if diff := cmp.Diff([]string{"q1:"}, readMetrics(t, api, lastTen(clock, query("q1", "Sum", 60)))); diff != "" {
		t.Error(diff)
	}
}

func TestCloudWatch_reportingAlarmHasAPointInEveryPeriod(t *testing.T) {
	w, clock, api := cloud(t)
	w.PutAlarm(checkout5xx())
	w.SetReporting("checkout-canary-5xx", true)
	want := []string{"q1: 14:00=0 13:55=0"}
	if diff := cmp.Diff(want, readMetrics(t, api, lastTen(clock, query("q1", "Sum", 300)))); diff != "" {
		t.Error(diff)
	}
	w.SetReporting("checkout-canary-5xx", false)
	if diff := cmp.Diff([]string{"q1:"}, readMetrics(t, api, lastTen(clock, query("q1", "Sum", 60)))); diff != "" {
		t.Error(diff)
	}
}

func TestCloudWatch_pointsAreAggregatedByPeriodAndStatistic(t *testing.T) {
	w, clock, api := cloud(t)
	at := func(minute, second int) time.Time { return time.Date(2026, 11, 20, 14, minute, second, 0, time.UTC) }
	w.Report(canary5xx(), awstest.Datapoint{At: at(1, 0), Value: 2}, awstest.Datapoint{At: at(1, 30), Value: 4},
		awstest.Datapoint{At: at(2, 0), Value: 9}, awstest.Datapoint{At: at(30, 0), Value: 100})
	in := lastTen(clock)
	for i, stat := range []string{"Sum", "Average", "Minimum", "Maximum", "SampleCount", "p50", "p99"} {
		in.MetricDataQueries = append(in.MetricDataQueries, query(fmt.Sprintf("q%d", i), stat, 60))
	}
	in.ScanBy = types.ScanByTimestampAscending
	want := []string{
		"q0: 14:01=6 14:02=9", "q1: 14:01=3 14:02=9", "q2: 14:01=2 14:02=9", "q3: 14:01=4 14:02=9",
		"q4: 14:01=2 14:02=1", "q5: 14:01=2 14:02=9", "q6: 14:01=4 14:02=9",
	}
	if diff := cmp.Diff(want, readMetrics(t, api, in)); diff != "" {
		t.Error(diff)
	}
}

func TestCloudWatch_expressionGivesWhatTheTestLeftForIt(t *testing.T) {
	w, clock, api := cloud(t)
	w.Report(awstest.AlarmMetric{Expression: "m1/m2"}, awstest.Datapoint{At: clock.now.Add(-time.Minute), Value: 0.5})
	hidden := query("m1", "Sum", 60)
	hidden.ReturnData = aws.Bool(false)
	in := lastTen(clock, hidden, types.MetricDataQuery{Id: aws.String("e1"), Expression: aws.String("m1/m2")},
		types.MetricDataQuery{Id: aws.String("e2"), Expression: aws.String("m1*2")})
	if diff := cmp.Diff([]string{"e1: 14:03=0.5", "e2:"}, readMetrics(t, api, in)); diff != "" {
		t.Error(diff)
	}
}

func TestCloudWatch_metricDataComesInPages(t *testing.T) {
	w, clock, api := cloud(t)
	w.PutAlarm(checkout5xx())
	w.SetReporting("checkout-canary-5xx", true)
	in := lastTen(clock, query("q1", "Sum", 60), query("q2", "Sum", 60))
	whole := readMetrics(t, api, in)
	in.MaxDatapoints = aws.Int32(8)
	points := map[string]int{}
	n := 0
	for pages := cloudwatch.NewGetMetricDataPaginator(api, in); pages.HasMorePages(); n++ {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range out.MetricDataResults {
			points[*r.Id] += len(r.Values)
			if partial := len(r.Values) < 11; partial != (r.StatusCode == types.StatusCodePartialData) {
				t.Errorf("page %d has %d points of %s, %s", n, len(r.Values), *r.Id, r.StatusCode)
			}
		}
	}
	if n != 3 || points["q1"] != 11 || points["q2"] != 11 {
		t.Errorf("%d pages with %v of %v", n, points, whole)
	}
	in.NextToken = aws.String("made up")
	_, err := api.GetMetricData(t.Context(), in)
	wantBadToken(t, "GetMetricData", err)
}

func TestCloudWatch_getMetricDataRefusesWhatTheModelRefuses(t *testing.T) {
	_, clock, api := cloud(t)
	backwards := lastTen(clock, query("q1", "Sum", 60))
	backwards.StartTime, backwards.EndTime = backwards.EndTime, backwards.StartTime
	both := query("q1", "Sum", 60)
	both.Expression = aws.String("m1")
	tooMany := lastTen(clock)
	for i := range 501 {
		tooMany.MetricDataQueries = append(tooMany.MetricDataQueries, query(fmt.Sprintf("q%d", i), "Sum", 60))
	}
	for what, in := range map[string]*cloudwatch.GetMetricDataInput{
		"501 queries":              tooMany,
		"an end before its start":  backwards,
		"an id twice":              lastTen(clock, query("q1", "Sum", 60), query("q1", "Sum", 60)),
		"an id in capitals":        lastTen(clock, query("Q1", "Sum", 60)),
		"a period of 61 s":         lastTen(clock, query("q1", "Sum", 61)),
		"metric and expression":    lastTen(clock, both),
		"neither of the two":       lastTen(clock, types.MetricDataQuery{Id: aws.String("q1")}),
		"more points than allowed": {MetricDataQueries: lastTen(clock, query("q1", "Sum", 60)).MetricDataQueries, StartTime: aws.Time(clock.now.Add(-time.Hour)), EndTime: &clock.now, MaxDatapoints: aws.Int32(100801)},
	} {
		_, err := api.GetMetricData(t.Context(), in)
		wantValidation(t, what, err)
	}
}

func TestCloudWatch_putMetricDataIsKeptAndReadBack(t *testing.T) {
	w, clock, api := cloud(t)
	at := clock.now.Add(-90 * time.Second).Truncate(time.Second)
	_, err := api.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: aws.String("Serin"), MetricData: []types.MetricDatum{
		{MetricName: aws.String("Heartbeat"), Value: aws.Float64(1), Unit: types.StandardUnitCount, Timestamp: &at},
		{MetricName: aws.String("Gate"), Values: []float64{2, 3}, Dimensions: []types.Dimension{{Name: aws.String("Worker"), Value: aws.String("a")}}},
		{MetricName: aws.String("Gate"), StatisticValues: &types.StatisticSet{Sum: aws.Float64(7), Minimum: aws.Float64(1), Maximum: aws.Float64(6), SampleCount: aws.Float64(2)}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := []awstest.PutMetric{
		{Namespace: "Serin", Name: "Heartbeat", Value: 1, Unit: "Count", At: at, Actor: "AKIDWORKER"},
		{Namespace: "Serin", Name: "Gate", Dimensions: map[string]string{"Worker": "a"}, Value: 5, At: clock.now, Actor: "AKIDWORKER"},
		{Namespace: "Serin", Name: "Gate", Value: 7, At: clock.now, Actor: "AKIDWORKER"},
	}
	if diff := cmp.Diff(want, w.PutMetrics()); diff != "" {
		t.Error(diff)
	}
	in := lastTen(clock, types.MetricDataQuery{Id: aws.String("q1"), MetricStat: &types.MetricStat{
		Metric: &types.Metric{Namespace: aws.String("Serin"), MetricName: aws.String("Heartbeat")}, Period: aws.Int32(60), Stat: aws.String("Sum"),
	}})
	if diff := cmp.Diff([]string{"q1: 14:03=1"}, readMetrics(t, api, in)); diff != "" {
		t.Error(diff)
	}
}

func TestCloudWatch_bigPutMetricDataComesGzipped(t *testing.T) {
	w, _, api := cloud(t)
	datum := types.MetricDatum{MetricName: aws.String(strings.Repeat("m", 200)), Value: aws.Float64(1)}
	_, err := api.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: aws.String("Serin"), MetricData: slices.Repeat([]types.MetricDatum{datum}, 500)})
	if err != nil || len(w.PutMetrics()) != 500 {
		t.Errorf("%d kept, %v", len(w.PutMetrics()), err)
	}
}

func TestCloudWatch_putMetricDataRefusesWhatCloudWatchRefuses(t *testing.T) {
	w, _, api := cloud(t)
	put := func(namespace string, data ...types.MetricDatum) error {
		_, err := api.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: &namespace, MetricData: data})
		return err
	}
	one := types.MetricDatum{MetricName: aws.String("m"), Value: aws.Float64(1)}
	if bad := (*types.InvalidParameterValueException)(nil); !errors.As(put("AWS/Lambda", one), &bad) || bad.ErrorCode() != "InvalidParameterValue" {
		t.Error("a namespace of AWS's own was not refused with InvalidParameterValue")
	}
	if none := (*types.MissingRequiredParameterException)(nil); !errors.As(put("Serin"), &none) || none.ErrorCode() != "MissingParameter" {
		t.Error("no data were not refused with MissingParameter")
	}
	if none := (*types.MissingRequiredParameterException)(nil); !errors.As(put("Serin", types.MetricDatum{MetricName: aws.String("m")}), &none) {
		t.Error("a datum without a value was not refused with MissingParameter")
	}
	both := one
	both.StatisticValues = &types.StatisticSet{Sum: aws.Float64(7), Minimum: aws.Float64(1), Maximum: aws.Float64(6), SampleCount: aws.Float64(2)}
	if mixed := (*types.InvalidParameterCombinationException)(nil); !errors.As(put("Serin", both), &mixed) || mixed.ErrorCode() != "InvalidParameterCombination" {
		t.Error("a datum with value and statistics was not refused with InvalidParameterCombination")
	}
	wantValidation(t, "1001 data", put("Serin", slices.Repeat([]types.MetricDatum{one}, 1001)...))
	if len(w.PutMetrics()) != 0 {
		t.Errorf("kept %v", w.PutMetrics())
	}
}
