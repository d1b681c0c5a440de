package cloudwatch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/cloudwatch"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
)

// region is a CloudWatch and the worker's client of it.
type region struct {
	*awstest.World
	cloud  *awstest.CloudWatch
	client *sdk.Client
}

func newRegion(t *testing.T) region {
	t.Helper()
	w := awstest.Start(t, awstest.WithoutEngines())
	r := region{World: w, cloud: awstest.NewCloudWatch(awstest.Account, awstest.Region, w.Clock())}
	w.Register(r.cloud)
	r.client = sdk.NewFromConfig(w.Config("worker"), func(o *sdk.Options) {
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.MaxBackoff = time.Millisecond })
	})
	return r
}

func metric(name string) awstest.AlarmMetric {
	return awstest.AlarmMetric{Namespace: "shop", Name: name, Dimensions: map[string]string{"Service": "checkout"}}
}

// create makes an alarm that is OK, with data.
func (r region) create(_ *testing.T, name string, kind porttest.AlarmKind) {
	spec := awstest.AlarmSpec{Name: name, EvaluationPeriods: 3, Metrics: []awstest.AlarmMetric{metric(name)}}
	switch kind {
	case porttest.MetricAlarm:
	case porttest.CompositeAlarm:
		spec = awstest.AlarmSpec{Name: name, Kind: awstest.CompositeAlarm, Rule: `ALARM("` + name + `-5xx")`}
	case porttest.LogAlarm:
		spec = awstest.AlarmSpec{Name: name, Kind: awstest.LogAlarm, EvaluationPeriods: 3, Query: "stats count(*)"}
	}
	r.cloud.PutAlarm(spec)
	r.cloud.SetState(name, "OK", "created OK")
	r.cloud.SetReporting(name, true)
}

// set changes an alarm's state and says when, by CloudWatch's clock.
func (r region) set(t *testing.T, name string, state statemachine.AlarmState) time.Time {
	t.Helper()
	r.cloud.SetState(name, map[statemachine.AlarmState]string{
		statemachine.AlarmOK: "OK", statemachine.AlarmFiring: "ALARM", statemachine.AlarmNoData: "INSUFFICIENT_DATA",
	}[state], "because")
	out, err := sdk.NewFromConfig(r.Config("test")).DescribeAlarms(t.Context(), &sdk.DescribeAlarmsInput{
		AlarmNames: []string{name}, AlarmTypes: types.AlarmType("").Values(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range out.MetricAlarms {
		return *a.StateTransitionedTimestamp
	}
	for _, a := range out.CompositeAlarms {
		return *a.StateTransitionedTimestamp
	}
	return *out.LogAlarms[0].StateTransitionedTimestamp
}

func (r region) mute(_ *testing.T, name string, on bool) {
	if !on {
		r.cloud.Unmute("night")
		return
	}
	now := r.Clock()()
	r.cloud.Mute(awstest.MuteRule{Name: "past", Alarms: []string{name}, Start: now.Add(-2 * time.Hour), End: now.Add(-time.Hour)})
	r.cloud.Mute(awstest.MuteRule{Name: "night", Alarms: []string{name}, Start: now.Add(-time.Hour), End: now.Add(time.Hour)})
}

// operations that the worker called and the world answered.
func (r region) operations() []string {
	var names []string
	for _, c := range r.Calls() {
		if c.Actor == "worker" && c.Status == 200 {
			names = append(names, c.Operation)
		}
	}
	return names
}

func (r region) faults() porttest.Faults {
	var mend []func()
	return porttest.Faults{
		Break: func(_ *testing.T, side porttest.Side, fault porttest.Fault) {
			hit := func(c awstest.Call) bool {
				return c.Actor == "worker" && strings.HasPrefix(c.Operation, "Put") == (side == porttest.Writes)
			}
			switch fault {
			case porttest.Denied:
				mend = append(mend, r.Deny(hit))
			case porttest.Throttled:
				mend = append(mend, r.Inject(awstest.Faults{Throttle: 1, Match: hit}))
			case porttest.Unavailable:
				mend = append(mend, r.Inject(awstest.Faults{Fail: 1, Match: hit}))
			case porttest.Lost:
				mend = append(mend, r.Inject(awstest.Faults{Lose: 1, Match: hit}))
			}
		},
		Mend: func(*testing.T) {
			for _, m := range slices.Backward(mend) {
				m()
			}
			mend = nil
		},
	}
}

func (r region) alarms() *cloudwatch.Alarms { return cloudwatch.NewAlarms(r.client) }

func TestAlarms_keepTheContract(t *testing.T) {
	porttest.Alarms(t, func(t *testing.T) porttest.AlarmsHarness {
		t.Helper()
		r := newRegion(t)
		return porttest.AlarmsHarness{
			Alarms: r.alarms(), Create: r.create, Set: r.set, Mute: r.mute, Faults: r.faults(),
			BreakEvaluation: func(_ *testing.T, name string) { r.cloud.KeepUnevaluated(name, "EVALUATION_FAILURE") },
			Data:            func(_ *testing.T, name string, has bool) { r.cloud.SetReporting(name, has) },
			Calls:           func(*testing.T) int { return len(r.operations()) },
		}
	})
}

func TestMeter_keepsTheContract(t *testing.T) {
	porttest.Meter(t, func(t *testing.T) porttest.MeterHarness {
		t.Helper()
		r := newRegion(t)
		return porttest.MeterHarness{Meter: cloudwatch.NewMeter(r.client, "serin"), Published: r.published, Faults: r.faults()}
	})
}

func point(at time.Time) awstest.Datapoint { return awstest.Datapoint{At: at, Value: 1} }

func str(s string) *string { return aws.String(s) }
