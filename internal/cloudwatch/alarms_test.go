package cloudwatch_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/cloudwatch"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// ok makes an alarm of a spec that is OK and whose metrics have no datapoint.
func (r region) ok(spec awstest.AlarmSpec) {
	r.cloud.PutAlarm(spec)
	r.cloud.SetState(spec.Name, "OK", "fine")
}

// sees is what a query with Data says of an alarm.
func (r region) sees(t *testing.T, name string, want statemachine.AlarmState) {
	t.Helper()
	looks, err := r.alarms().Look(t.Context(), []worker.AlarmQuery{{Name: name, Data: true}})
	if err != nil {
		t.Fatal(err)
	}
	if looks[0].State != want {
		t.Errorf("%s is %s, want %s", name, looks[0].State, want)
	}
}

func TestAlarms_ofMetricMathSeeByTheirMetrics(t *testing.T) {
	r := newRegion(t)
	errors5xx, requests := metric("errors"), metric("requests")
	errors5xx.ID, errors5xx.Hidden, requests.ID, requests.Hidden = "e", true, "r", true
	r.ok(awstest.AlarmSpec{Name: "rate", Metrics: []awstest.AlarmMetric{
		errors5xx, requests, {ID: "rate", Expression: "FILL(e, 0) / r"},
	}})
	r.cloud.Report(awstest.AlarmMetric{Expression: "FILL(e, 0) / r"}, point(time.Now().Add(-time.Minute)))
	r.sees(t, "rate", statemachine.AlarmBlind)
	r.cloud.Report(metric("requests"), point(time.Now().Add(-5*time.Minute)))
	r.sees(t, "rate", statemachine.AlarmOK)
}

func TestAlarms_ofMetricsInsightsSeeByTheirQuery(t *testing.T) {
	r := newRegion(t)
	for _, name := range []string{"first", "second"} {
		r.ok(awstest.AlarmSpec{Name: name, Metrics: []awstest.AlarmMetric{{ID: "q", Expression: "SELECT SUM(" + name + ") FROM shop"}}})
		r.cloud.Report(awstest.AlarmMetric{Expression: "SELECT SUM(" + name + ") FROM shop"}, point(time.Now().Add(-time.Minute)))
	}
	looks, err := r.alarms().Look(t.Context(), []worker.AlarmQuery{{Name: "first", Data: true}, {Name: "second", Data: true}})
	if err != nil || looks[0].State != statemachine.AlarmOK || looks[1].State != statemachine.AlarmOK {
		t.Errorf("looks %+v, error %v", looks, err)
	}
	data := slices.DeleteFunc(r.operations(), func(name string) bool { return name != "GetMetricData" })
	if len(data) != 2 {
		t.Errorf("%d calls of GetMetricData, want one for each Metrics Insights query", len(data))
	}
}

func TestAlarms_datapointsAreLookedForAsFarBackAsTheAlarmLooks(t *testing.T) {
	r := newRegion(t)
	hourly := metric("orders")
	hourly.Period = time.Hour
	r.ok(awstest.AlarmSpec{Name: "orders", EvaluationPeriods: 3, Metrics: []awstest.AlarmMetric{hourly}})
	r.ok(awstest.AlarmSpec{Name: "errors", Metrics: []awstest.AlarmMetric{metric("errors")}})
	for _, name := range []string{"orders", "errors"} {
		r.cloud.Report(metric(name), point(time.Now().Add(-2*time.Hour)))
	}
	r.sees(t, "orders", statemachine.AlarmOK)
	r.sees(t, "errors", statemachine.AlarmBlind)
}

func TestAlarms_compositeSeesByTheAlarmsItStandsOn(t *testing.T) {
	r := newRegion(t)
	composite := func(name, rule string) {
		r.ok(awstest.AlarmSpec{Name: name, Kind: awstest.CompositeAlarm, Rule: rule})
	}
	composite("all", `ALARM("inner one") OR ALARM(all)`)
	composite("inner one", `NOT OK(errors) AND AT_LEAST(1, ALARM, (gone, "errors"))`)
	composite("empty", "ALARM(gone)")
	composite("logs", "ALARM(log)")
	r.ok(awstest.AlarmSpec{Name: "errors", Metrics: []awstest.AlarmMetric{metric("errors")}})
	r.ok(awstest.AlarmSpec{Name: "log", Kind: awstest.LogAlarm})
	for name, want := range map[string]statemachine.AlarmState{
		"all": statemachine.AlarmBlind, "empty": statemachine.AlarmBlind, "logs": statemachine.AlarmOK, "log": statemachine.AlarmOK,
	} {
		r.sees(t, name, want)
	}
	r.cloud.SetReporting("errors", true)
	r.sees(t, "all", statemachine.AlarmOK)
	r.cloud.SetState("log", "INSUFFICIENT_DATA", "no results")
	r.sees(t, "logs", statemachine.AlarmBlind)
}

func TestAlarms_askNothingThatNobodyWantsToKnow(t *testing.T) {
	r := newRegion(t)
	r.create(t, "errors", porttest.MetricAlarm)
	transition := r.set(t, "errors", statemachine.AlarmFiring)
	for _, q := range []worker.AlarmQuery{{Name: "errors"}, {Name: "errors", Since: transition}, {Name: "errors", Data: true}, {Name: "gone", Data: true, Mute: true, Since: transition}} {
		before := len(r.operations())
		if _, err := r.alarms().Look(t.Context(), []worker.AlarmQuery{q}); err != nil {
			t.Fatal(err)
		}
		if got := r.operations()[before:]; !slices.Equal(got, []string{"DescribeAlarms"}) {
			t.Errorf("%+v called %v, want DescribeAlarms alone", q, got)
		}
	}
}

func TestAlarms_partialDataWasEvaluated(t *testing.T) {
	r := newRegion(t)
	r.create(t, "errors", porttest.MetricAlarm)
	for evaluation, want := range map[string]statemachine.AlarmState{
		"PARTIAL_DATA": statemachine.AlarmOK, "EVALUATION_ERROR": statemachine.AlarmNoData, "EVALUATION_FAILURE": statemachine.AlarmNoData,
	} {
		r.cloud.KeepUnevaluated("errors", evaluation)
		r.sees(t, "errors", want)
	}
}

func TestAlarms_windowOfAnAlarmThatHasNoPeriodIsNotKnown(t *testing.T) {
	r := newRegion(t)
	r.create(t, "all", porttest.CompositeAlarm)
	looks, err := r.alarms().Look(t.Context(), []worker.AlarmQuery{{Name: "all"}})
	if err != nil || looks[0].Window != 0 {
		t.Errorf("looks %+v, error %v; want no window", looks, err)
	}
}

// scripted answers what the stand-in cannot be brought to say.
type scripted struct {
	cloudwatch.AlarmsAPI
	describe sdk.DescribeAlarmsOutput
	history  sdk.DescribeAlarmHistoryOutput
	data     sdk.GetMetricDataOutput
}

func (s scripted) DescribeAlarms(context.Context, *sdk.DescribeAlarmsInput, ...func(*sdk.Options)) (*sdk.DescribeAlarmsOutput, error) {
	return &s.describe, nil
}

func (s scripted) DescribeAlarmHistory(context.Context, *sdk.DescribeAlarmHistoryInput, ...func(*sdk.Options)) (*sdk.DescribeAlarmHistoryOutput, error) {
	return &s.history, nil
}

func (s scripted) GetMetricData(context.Context, *sdk.GetMetricDataInput, ...func(*sdk.Options)) (*sdk.GetMetricDataOutput, error) {
	return &s.data, nil
}

func TestAlarms_whatCannotBeReadIsNoGoodNews(t *testing.T) {
	began := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	later := began.Add(time.Minute)
	alarm := types.MetricAlarm{
		AlarmName: str("errors"), StateValue: types.StateValueOk, StateTransitionedTimestamp: &later,
		Namespace: str("shop"), MetricName: str("errors"),
	}
	api := scripted{
		history: sdk.DescribeAlarmHistoryOutput{AlarmHistoryItems: []types.AlarmHistoryItem{{Timestamp: &later, HistoryData: str("a new form")}}},
		data:    sdk.GetMetricDataOutput{MetricDataResults: []types.MetricDataResult{{Id: str("q0"), StatusCode: types.StatusCodeInternalError}}},
	}
	api.describe.MetricAlarms = []types.MetricAlarm{alarm}
	looks, err := cloudwatch.NewAlarms(api).Look(t.Context(), []worker.AlarmQuery{{Name: "errors", Since: began}})
	if err != nil || !looks[0].Visited.Equal(later) {
		t.Errorf("looks %+v, error %v; want a visit by a history that can't be read", looks, err)
	}
	if _, err = cloudwatch.NewAlarms(api).Look(t.Context(), []worker.AlarmQuery{{Name: "errors", Data: true}}); !errors.Is(err, worker.ErrUnavailable) {
		t.Errorf("metric data that failed inside CloudWatch: %v, want it unavailable", err)
	}
	alarm.StateValue = "RECOVERING"
	api.describe.MetricAlarms = []types.MetricAlarm{alarm}
	looks, err = cloudwatch.NewAlarms(api).Look(t.Context(), []worker.AlarmQuery{{Name: "errors"}})
	if err != nil || looks[0].State != statemachine.AlarmNoData {
		t.Errorf("looks %+v, error %v; want a state that nobody knows to be no OK", looks, err)
	}
}
