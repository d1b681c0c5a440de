package awstest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// withoutIDs decodes an alarm event and takes out what is different each time: ids, and the dates of an evaluation's
// query.
func withoutIDs(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var event struct {
		Envelope map[string]any
		Detail   map[string]any `json:"detail"`
	}
	if err := json.Unmarshal(raw, &event); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	if err := json.Unmarshal(raw, &event.Envelope); err != nil {
		t.Fatal(err)
	}
	delete(event.Envelope, "id")
	event.Envelope["detail"] = event.Detail
	for _, part := range []string{"configuration", "previousConfiguration"} {
		configuration, _ := event.Detail[part].(map[string]any)
		metrics, _ := configuration["metrics"].([]any)
		for _, m := range metrics {
			if metric, ok := m.(map[string]any); ok {
				delete(metric, "id")
			}
		}
	}
	for _, part := range []string{"state", "previousState"} {
		state, _ := event.Detail[part].(map[string]any)
		if text, ok := state["reasonData"].(string); ok {
			var data map[string]any
			if err := json.Unmarshal([]byte(text), &data); err != nil {
				t.Fatalf("reasonData %v in %s", err, text)
			}
			for _, date := range []string{"queryDate", "startDate"} {
				if _, ok := data[date]; ok {
					data[date] = "some date"
				}
			}
			state["reasonData"] = data
		}
	}
	return event.Envelope
}

func wantSample(t *testing.T, sample string, got []byte) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "events", sample))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(withoutIDs(t, raw), withoutIDs(t, got)); diff != "" {
		t.Errorf("%s (-AWS, +here):\n%s", sample, diff)
	}
}

const (
	crossed    = "Threshold Crossed: 1 out of the last 1 datapoints [99.0 (20/11/26 13:59:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
	notCrossed = "Threshold Crossed: 1 out of the last 1 datapoints [0.0 (20/11/26 13:51:00)] was not greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition)."
)

// wasOK makes the samples' alarm and brings it to OK with this reason at 13:56:40.987, reporting a value of 0.
func wasOK(t *testing.T, w *awstest.CloudWatch, clock *handClock, reason string) {
	t.Helper()
	clock.set(t, "2026-11-20T13:38:03.642+0000")
	w.PutAlarm(checkout5xx())
	clock.set(t, "2026-11-20T13:56:40.987+0000")
	w.Report(canary5xx(), awstest.Datapoint{At: clock.now})
	w.SetState("checkout-canary-5xx", "OK", reason)
	w.Report(canary5xx(), awstest.Datapoint{At: clock.now, Value: 99})
	clock.set(t, "2026-11-20T14:04:40.989+0000")
}

func TestCloudWatch_alarmEventIsAsAWSSendsIt(t *testing.T) {
	w, clock, _ := cloud(t)
	wasOK(t, w, clock, notCrossed)
	wantSample(t, "cloudwatch-alarm-alarm.json", w.SetState("checkout-canary-5xx", "ALARM", crossed))
}

func TestCloudWatch_mutedAlarmEmitsAllTheSame(t *testing.T) {
	w, clock, _ := cloud(t)
	wasOK(t, w, clock, "Threshold Crossed")
	rule := awstest.MuteRule{Name: "maintenance", Alarms: []string{"checkout-canary-5xx"}}
	rule.Start, rule.End = clock.now.Truncate(1e9).Add(-280e9), clock.now.Truncate(1e9).Add(6920e9)
	w.Mute(rule)
	event := w.SetState("checkout-canary-5xx", "ALARM", "Threshold Crossed: 1 out of the last 1")
	wantSample(t, "cloudwatch-alarm-muted.json", event)
}

func TestCloudWatch_firstEventComesFromInitialCreation(t *testing.T) {
	w, clock, _ := cloud(t)
	clock.set(t, "2026-11-20T13:38:03.642+0000")
	w.PutAlarm(checkout5xx())
	clock.set(t, "2026-11-20T13:40:12.100+0000")
	wantSample(t, "cloudwatch-alarm-initial-ok.json", w.SetState("checkout-canary-5xx", "OK", "Threshold Crossed: not breaching"))
}

func setState(t *testing.T, api *cloudwatch.Client, state types.StateValue, reason string) {
	t.Helper()
	_, err := api.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: aws.String("checkout-canary-5xx"), StateValue: state, StateReason: &reason,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCloudWatch_setAlarmStateEmitsWithoutReasonData(t *testing.T) {
	w, clock, api := cloud(t)
	var heard []json.RawMessage
	w.OnEvent(func(event json.RawMessage) { heard = append(heard, event) })
	wasOK(t, w, clock, "Threshold Crossed")
	setState(t, api, types.StateValueAlarm, "testing purposes")
	if len(heard) != 1 || len(w.TakeEvents()) != 0 {
		t.Fatalf("%d events heard", len(heard))
	}
	wantSample(t, "cloudwatch-alarm-manual-set.json", heard[0])
}

func TestCloudWatch_failedEvaluationSaysSo(t *testing.T) {
	w, clock, api := cloud(t)
	clock.set(t, "2026-11-20T13:38:03.642+0000")
	w.PutAlarm(checkout5xx())
	clock.set(t, "2026-11-20T13:56:40.987+0000")
	setState(t, api, types.StateValueOk, "ok")
	clock.set(t, "2026-11-20T14:04:40.989+0000")
	event := w.FailEvaluation("checkout-canary-5xx", "EVALUATION_FAILURE", "evaluation failed")
	wantSample(t, "cloudwatch-alarm-evaluation-failure.json", event)
}

func TestCloudWatch_compositeEventIsAsAWSSendsIt(t *testing.T) {
	w, clock, _ := cloud(t)
	clock.set(t, "2026-11-20T15:00:00.000+0000")
	w.PutAlarm(checkout5xx())
	w.PutAlarm(awstest.AlarmSpec{
		Name: "checkout-composite", Kind: awstest.CompositeAlarm, Rule: "ALARM(checkout-canary-5xx) OR ALARM(checkout-error-rate)",
	})
	clock.set(t, "2026-11-20T15:50:57.770+0000")
	w.SetState("checkout-canary-5xx", "OK", "")
	clock.set(t, "2026-11-20T15:56:14.552+0000")
	w.SetState("checkout-composite", "OK", "created and its alarm rule evaluates to OK")
	clock.set(t, "2026-11-20T15:57:45.394+0000")
	w.SetState("checkout-canary-5xx", "ALARM", "")
	wantSample(t, "cloudwatch-composite-alarm.json", w.SetState("checkout-composite", "ALARM",
		"arn:aws:cloudwatch:us-east-1:111122223333:alarm:checkout-canary-5xx transitioned to ALARM at Friday 20 November, 2026 15:57:45 UTC"))
}

func TestCloudWatch_configurationEventsAreAsAWSSendsThem(t *testing.T) {
	w, clock, _ := cloud(t)
	clock.set(t, "2026-11-20T13:38:03.642+0000")
	wantSample(t, "cloudwatch-config-create.json", w.PutAlarm(checkout5xx()))
	clock.set(t, "2026-11-20T13:56:40.987+0000")
	w.SetState("checkout-canary-5xx", "OK", "")
	clock.set(t, "2026-11-20T14:01:03.000+0000")
	wantSample(t, "cloudwatch-config-delete.json", w.DeleteAlarm("checkout-canary-5xx"))
}

func TestCloudWatch_changedAlarmKeepsItsStateAndNamesItsOldConfiguration(t *testing.T) {
	w, _, api := cloud(t)
	w.PutAlarm(checkout5xx())
	w.SetState("checkout-canary-5xx", "OK", "")
	spec := checkout5xx()
	spec.Threshold = 50
	event := withoutIDs(t, w.PutAlarm(spec))
	detail, _ := event["detail"].(map[string]any)
	now, _ := detail["configuration"].(map[string]any)
	before, _ := detail["previousConfiguration"].(map[string]any)
	if detail["operation"] != "update" || now["threshold"] != 50.0 || before["threshold"] != 5.0 {
		t.Errorf("event %v", detail)
	}
	if a := describe(t, api, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]; a.StateValue != types.StateValueOk || *a.Threshold != 50 {
		t.Errorf("state %s, threshold %v", a.StateValue, *a.Threshold)
	}
}

func TestCloudWatch_everyEventHasItsOwnID(t *testing.T) {
	w, _, _ := cloud(t)
	seen := map[string]bool{}
	for _, raw := range []json.RawMessage{
		w.PutAlarm(checkout5xx()), w.SetState("checkout-canary-5xx", "OK", ""), w.SetState("checkout-canary-5xx", "ALARM", ""),
	} {
		var event struct{ ID string }
		if err := json.Unmarshal(raw, &event); err != nil || len(event.ID) != 36 || seen[event.ID] {
			t.Errorf("id %q, %v", event.ID, err)
		}
		seen[event.ID] = true
	}
}
