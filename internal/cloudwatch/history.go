package cloudwatch

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// visited is when the alarm last came into ALARM after since; zero if it did
// not. Times are CloudWatch's on both sides.
func (a *Alarms) visited(ctx context.Context, name string, since time.Time) (time.Time, error) {
	pages := cloudwatch.NewDescribeAlarmHistoryPaginator(a.api, &cloudwatch.DescribeAlarmHistoryInput{
		AlarmName: &name, AlarmTypes: allTypes(), HistoryItemType: types.HistoryItemTypeStateUpdate,
		StartDate: &since, ScanBy: types.ScanByTimestampDescending, MaxRecords: aws.Int32(100),
	})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return time.Time{}, failed(callHistory, name, err)
		}
		for _, item := range out.AlarmHistoryItems {
			if at := aws.ToTime(item.Timestamp); at.After(since) && intoAlarm(item) {
				return at, nil
			}
		}
	}
	return time.Time{}, nil
}

// intoAlarm reads HistoryData. What can't be read counts as a visit: no news is
// not good news.
func intoAlarm(item types.AlarmHistoryItem) bool {
	var data struct {
		NewState struct {
			StateValue types.StateValue `json:"stateValue"`
		} `json:"newState"`
	}
	err := json.Unmarshal([]byte(aws.ToString(item.HistoryData)), &data)
	return err != nil || data.NewState.StateValue == "" || data.NewState.StateValue == types.StateValueAlarm
}

// muted reports whether a mute rule on the alarm is active now.
func (a *Alarms) muted(ctx context.Context, name string) (bool, error) {
	pages := cloudwatch.NewListAlarmMuteRulesPaginator(a.api, &cloudwatch.ListAlarmMuteRulesInput{
		AlarmName: &name, Statuses: []types.AlarmMuteRuleStatus{types.AlarmMuteRuleStatusActive},
	})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return false, failed(callMute, name, err)
		}
		if len(out.AlarmMuteRuleSummaries) > 0 {
			return true, nil
		}
	}
	return false, nil
}
