package cloudwatch

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/serinhq/serin/statemachine"
)

// alarm is what DescribeAlarms says of one, whatever its type.
type alarm struct {
	state      statemachine.AlarmState
	transition time.Time
	reason     string
	// window is how long it needs to see a step; 0 when it does not say.
	window time.Duration
	// asks are the queries whose datapoints show that a metric alarm sees; period
	// is the longest of theirs.
	asks   []types.MetricDataQuery
	period time.Duration
	// rule is a composite alarm's.
	rule string
}

// alarms are known ones by name.
type alarms map[string]alarm

// namesACall is how many names DescribeAlarms takes, and returns (API reference).
const namesACall = 100

// allTypes must be asked for: without, metric alarms alone are returned
// (DescribeAlarms, AlarmTypes).
func allTypes() []types.AlarmType {
	return []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm, types.AlarmTypeLogAlarm}
}

// describe adds the named alarms to known; a name that nobody knows is just not
// in the answer. Without names there is no call: that would mean all alarms.
func (a *Alarms) describe(ctx context.Context, known alarms, names []string) error {
	names = slices.Clone(names)
	slices.Sort(names)
	for hundred := range slices.Chunk(slices.Compact(names), namesACall) {
		pages := cloudwatch.NewDescribeAlarmsPaginator(a.api, &cloudwatch.DescribeAlarmsInput{
			AlarmNames: hundred, AlarmTypes: allTypes(), MaxRecords: aws.Int32(namesACall),
		})
		for pages.HasMorePages() {
			out, err := pages.NextPage(ctx)
			if err != nil {
				return failed(callDescribe, "", err)
			}
			known.add(out)
		}
	}
	return nil
}

// add takes in a page: DescribeAlarms has a list for each type.
func (k alarms) add(out *cloudwatch.DescribeAlarmsOutput) {
	for _, m := range out.MetricAlarms {
		asks, period := asks(m)
		k[aws.ToString(m.AlarmName)] = alarm{
			state: stateOf(m.StateValue, m.EvaluationState), transition: aws.ToTime(m.StateTransitionedTimestamp),
			reason: aws.ToString(m.StateReason), window: window(int(aws.ToInt32(m.EvaluationPeriods)), period),
			asks: asks, period: period,
		}
	}
	for _, c := range out.CompositeAlarms {
		k[aws.ToString(c.AlarmName)] = alarm{
			state: stateOf(c.StateValue, ""), transition: aws.ToTime(c.StateTransitionedTimestamp),
			reason: aws.ToString(c.StateReason), rule: aws.ToString(c.AlarmRule),
		}
	}
	for _, l := range out.LogAlarms {
		k[aws.ToString(l.AlarmName)] = alarm{
			state: stateOf(l.StateValue, l.EvaluationState), transition: aws.ToTime(l.StateTransitionedTimestamp),
			reason: aws.ToString(l.StateReason), window: window(int(aws.ToInt32(l.QueryResultsToEvaluate)), schedule(l.ScheduledQueryConfiguration)),
		}
	}
}

// stateOf is the alarm's state. One that could not be evaluated says what was
// once: an OK of then is no OK of now, but an ALARM stays one. PARTIAL_DATA was
// evaluated. A state that this code does not know is no OK.
func stateOf(value types.StateValue, evaluation types.EvaluationState) statemachine.AlarmState {
	evaluated := evaluation != types.EvaluationStateEvaluationFailure && evaluation != types.EvaluationStateEvaluationError
	switch {
	case value == types.StateValueAlarm:
		return statemachine.AlarmFiring
	case value == types.StateValueOk && evaluated:
		return statemachine.AlarmOK
	}
	return statemachine.AlarmNoData
}

// late is how long metrics may take to arrive (CloudWatch user guide, "How
// alarms evaluate").
const late = 2 * time.Minute

// window is how long an alarm needs to see a step; 0 if that is not known, as
// with composite alarms, which have no period of their own.
func window(periods int, period time.Duration) time.Duration {
	if periods < 1 || period <= 0 {
		return 0
	}
	return time.Duration(periods)*period + late
}
