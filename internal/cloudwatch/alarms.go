package cloudwatch

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// AlarmsAPI is what is called of CloudWatch to read alarms. In IAM all four on
// "*": composite alarms are described only to who may describe all, and the
// others know no resource that an alarm's name tells.
type AlarmsAPI interface {
	DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error)
	DescribeAlarmHistory(context.Context, *cloudwatch.DescribeAlarmHistoryInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmHistoryOutput, error)
	GetMetricData(context.Context, *cloudwatch.GetMetricDataInput, ...func(*cloudwatch.Options)) (*cloudwatch.GetMetricDataOutput, error)
	ListAlarmMuteRules(context.Context, *cloudwatch.ListAlarmMuteRulesInput, ...func(*cloudwatch.Options)) (*cloudwatch.ListAlarmMuteRulesOutput, error)
}

// The calls as IAM and CallError name them.
const (
	callDescribe = "cloudwatch:DescribeAlarms"
	callHistory  = "cloudwatch:DescribeAlarmHistory"
	callData     = "cloudwatch:GetMetricData"
	callMute     = "cloudwatch:ListAlarmMuteRules"
	callPut      = "cloudwatch:PutMetricData"
)

// Alarms reads the alarms of one account and region. Safe for concurrent use.
type Alarms struct{ api AlarmsAPI }

// NewAlarms makes them. No call is made.
func NewAlarms(api AlarmsAPI) *Alarms { return &Alarms{api: api} }

// Look reads metric, composite and log alarms: one DescribeAlarms for a hundred
// names, and more calls only for what a query asks beside the state.
func (a *Alarms) Look(ctx context.Context, queries []worker.AlarmQuery) ([]statemachine.AlarmLook, error) {
	var names, sight []string
	for _, q := range queries {
		names = append(names, q.Name)
	}
	known := alarms{}
	if err := a.describe(ctx, known, names); err != nil {
		return nil, err
	}
	for _, q := range queries {
		if q.Data && known[q.Name].state == statemachine.AlarmOK {
			sight = append(sight, q.Name)
		}
	}
	sees, err := a.sight(ctx, known, sight)
	if err != nil {
		return nil, err
	}
	looks := make([]statemachine.AlarmLook, 0, len(queries))
	for _, q := range queries {
		look, err := a.look(ctx, known, q)
		if err != nil {
			return nil, err
		}
		if slices.Contains(sight, q.Name) && q.Data && !sees[q.Name] {
			look.State = statemachine.AlarmBlind
		}
		looks = append(looks, look)
	}
	return looks, nil
}

// look is the answer to one query, but for whether the alarm sees.
func (a *Alarms) look(ctx context.Context, known alarms, q worker.AlarmQuery) (look statemachine.AlarmLook, err error) {
	seen, exists := known[q.Name]
	if !exists {
		return statemachine.AlarmLook{Name: q.Name, State: statemachine.AlarmMissing}, nil
	}
	look = statemachine.AlarmLook{
		Name: q.Name, State: seen.state, Transition: seen.transition, Window: seen.window, Reason: worker.Clip(seen.reason),
	}
	if q.Mute {
		if look.Muted, err = a.muted(ctx, q.Name); err != nil {
			return look, err
		}
	}
	if !q.Since.IsZero() && !q.Since.Equal(seen.transition) {
		look.Visited, err = a.visited(ctx, q.Name, q.Since)
	}
	return look, err
}

func failed(call, alarm string, err error) error {
	if alarm == "" {
		return fmt.Errorf("read alarms: %w", awserr.Classify(call, "", err))
	}
	return fmt.Errorf("read alarm %s: %w", alarm, awserr.Classify(call, alarm, err))
}

var _ worker.Alarms = (*Alarms)(nil)
