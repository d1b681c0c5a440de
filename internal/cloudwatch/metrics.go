package cloudwatch

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// asks are the queries that show whether a metric alarm sees anything: its raw
// metrics, by how many samples they have. An expression is asked only where it
// is all there is (Metrics Insights): one like FILL(m1, 0) makes up datapoints.
// The period is the longest. An alarm on PromQL has none.
func asks(m types.MetricAlarm) (queries []types.MetricDataQuery, period time.Duration) {
	if m.MetricName != nil {
		metric := &types.Metric{Namespace: m.Namespace, MetricName: m.MetricName, Dimensions: m.Dimensions}
		queries = append(queries, samples(types.MetricDataQuery{MetricStat: &types.MetricStat{Metric: metric, Period: m.Period, Unit: m.Unit}}))
		return queries, secondsOf(m.Period)
	}
	var expressions []types.MetricDataQuery
	for _, q := range m.Metrics {
		if q.MetricStat != nil {
			queries = append(queries, samples(q))
			period = max(period, secondsOf(q.MetricStat.Period))
			continue
		}
		period = max(period, secondsOf(q.Period))
		expressions = append(expressions, types.MetricDataQuery{Expression: q.Expression, Period: q.Period, AccountId: q.AccountId})
	}
	if len(queries) == 0 {
		return expressions, period
	}
	return queries, period
}

// samples asks for the number of samples, whatever the alarm makes of them.
func samples(q types.MetricDataQuery) types.MetricDataQuery {
	stat := *q.MetricStat
	stat.Stat = aws.String("SampleCount")
	return types.MetricDataQuery{MetricStat: &stat, AccountId: q.AccountId}
}

func secondsOf(period *int32) time.Duration {
	return time.Duration(aws.ToInt32(period)) * time.Second
}

// schedule is how often a log alarm's query runs: "rate(5 minutes)"; 0 if it
// does not say so.
func schedule(config *types.ScheduledQueryConfiguration) time.Duration {
	if config == nil || config.ScheduleConfiguration == nil {
		return 0
	}
	text := strings.TrimSuffix(strings.TrimPrefix(aws.ToString(config.ScheduleConfiguration.ScheduleExpression), "rate("), ")")
	count, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(count)
	if err != nil {
		return 0
	}
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	return time.Duration(n) * units[strings.TrimSuffix(unit, "s")]
}

// lookback is how far back an alarm's datapoints are asked for: as long as it
// takes to see, and a period, because a datapoint bears the time its period
// began; at least a quarter of an hour.
func (a alarm) lookback() time.Duration {
	return max(a.window+a.period, atLeast)
}

const atLeast = 15 * time.Minute
