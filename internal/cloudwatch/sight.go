package cloudwatch

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
)

// sight says which of the named alarms see anything: at least one of their
// metrics had a datapoint lately. The others are blind if they say OK.
//
// A composite alarm is OK as soon as it exists, data or none (CloudWatch user
// guide, "Composite alarms"); it sees if one of the alarms that its rule names
// does, however deep. A log alarm has no metrics to ask and sees unless its own
// state says otherwise, as does an alarm on PromQL.
func (a *Alarms) sight(ctx context.Context, known alarms, names []string) (map[string]bool, error) {
	below, err := a.below(ctx, known, names)
	if err != nil {
		return nil, err
	}
	sees, err := a.reporting(ctx, known, slices.Concat(below...))
	if err != nil {
		return nil, err
	}
	of := map[string]bool{}
	for i, name := range names {
		of[name] = slices.ContainsFunc(below[i], func(leaf string) bool { return sees[leaf] })
	}
	return of, nil
}

// below are, for each name, the alarms with metrics of their own that it stands
// on: itself, or those under a composite alarm, which are made known.
func (a *Alarms) below(ctx context.Context, known alarms, names []string) ([][]string, error) {
	all := make([][]string, len(names))
	for i, name := range names {
		met := map[string]bool{}
		for level := []string{name}; len(level) > 0; {
			if err := a.describe(ctx, known, unknown(known, level)); err != nil {
				return nil, err
			}
			var next []string
			for _, n := range level {
				of, exists := known[n]
				if met[n] || !exists {
					continue
				}
				met[n] = true
				if of.rule == "" {
					all[i] = append(all[i], n)
				}
				next = append(next, children(of.rule)...)
			}
			level = next
		}
	}
	return all, nil
}

func unknown(known alarms, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { _, is := known[n]; return is })
}

// ask is one query of an alarm's.
type ask struct {
	alarm    string
	query    types.MetricDataQuery
	lookback time.Duration
}

// reporting asks for the datapoints of alarms that are no composite ones.
func (a *Alarms) reporting(ctx context.Context, known alarms, names []string) (map[string]bool, error) {
	sees := map[string]bool{}
	var all []ask
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		of := known[name]
		sees[name] = len(of.asks) == 0 && of.state != statemachine.AlarmNoData
		for _, query := range of.asks {
			all = append(all, ask{name, query, of.lookback()})
		}
	}
	for _, batch := range batches(all) {
		if err := a.read(ctx, batch, sees); err != nil {
			return nil, err
		}
	}
	return sees, nil
}

// queriesACall is how many queries GetMetricData takes.
const queriesACall = 500

// batches are asks with one lookback, and a Metrics Insights query by itself:
// GetMetricData takes no more than one.
func batches(all []ask) [][]ask {
	together := map[string][]ask{}
	var order []string
	for i, one := range all {
		key := one.lookback.String()
		if one.query.Expression != nil {
			key = "expression " + strconv.Itoa(i)
		}
		if together[key] == nil {
			order = append(order, key)
		}
		together[key] = append(together[key], one)
	}
	var out [][]ask
	for _, key := range order {
		out = slices.AppendSeq(out, slices.Chunk(together[key], queriesACall))
	}
	return out
}

// read notes which alarms of a batch have a datapoint.
func (a *Alarms) read(ctx context.Context, batch []ask, sees map[string]bool) error {
	now := time.Now()
	in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(now.Add(-batch[0].lookback).Truncate(time.Minute)), EndTime: &now}
	for i, one := range batch {
		one.query.Id = aws.String("q" + strconv.Itoa(i))
		in.MetricDataQueries = append(in.MetricDataQueries, one.query)
	}
	pages := cloudwatch.NewGetMetricDataPaginator(a.api, in)
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return failed(callData, "", err)
		}
		for _, result := range out.MetricDataResults {
			i, err := strconv.Atoi(strings.TrimPrefix(aws.ToString(result.Id), "q"))
			if err != nil || i >= len(batch) {
				continue
			}
			if result.StatusCode == types.StatusCodeInternalError {
				return fmt.Errorf("read the metrics of %s: %w", batch[i].alarm, awserr.Entry(callData, batch[i].alarm, "InternalError", ""))
			}
			sees[batch[i].alarm] = sees[batch[i].alarm] || len(result.Values) > 0
		}
	}
	return nil
}
