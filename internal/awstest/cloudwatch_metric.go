package awstest

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Datapoint is one raw sample of a metric.
type Datapoint struct {
	// At is when it was taken.
	At time.Time
	// Value is in the metric's unit.
	Value float64
}

// PutMetric is one datum of a PutMetricData call.
type PutMetric struct {
	// Namespace, Name and Dimensions identify the metric.
	Namespace, Name string
	Dimensions      map[string]string
	// Value is the datum's value, or the sum of its values.
	Value float64
	// Unit is CloudWatch's word; empty means none.
	Unit string
	// At is the datum's time, else that of the call.
	At time.Time
	// Actor is who sent it.
	Actor string
}

func metricKey(namespace, name string, dimensions map[string]string) string {
	parts := []string{namespace, name}
	for _, d := range sortedKeys(dimensions) {
		parts = append(parts, d+"="+dimensions[d])
	}
	return strings.Join(parts, "\x00")
}

// putMetricData keeps what it gets, for PutMetrics and for GetMetricData.
func (w *CloudWatch) putMetricData(ask document, c Call) (document, string, *refusal) {
	namespace, data := ask.text("Namespace"), ask.documents("MetricData")
	switch {
	case strings.HasPrefix(namespace, "AWS/"):
		return nil, "*", refuse(http.StatusBadRequest, "InvalidParameterValueException", "The value AWS/ for parameter Namespace is invalid.")
	case len(data) == 0:
		return nil, "*", refuse(http.StatusBadRequest, "MissingRequiredParameterException", "The parameter MetricData is required.")
	case len(data) > 1000:
		return nil, "*", invalidAlarmCall("The collection MetricData must not have a size greater than 1000")
	}
	var put []PutMetric
	for _, d := range data {
		value, single := d.number("Value")
		values := d.numbers("Values")
		summary := d.document("StatisticValues")
		switch {
		case single && summary != nil:
			return nil, "*", refuse(http.StatusBadRequest, "InvalidParameterCombinationException", "The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive.")
		case !single && summary == nil && len(values) == 0:
			return nil, "*", refuse(http.StatusBadRequest, "MissingRequiredParameterException", "At least one of the parameters Value, Values or StatisticValues must be given.")
		case summary != nil:
			value, _ = summary.number("Sum")
		}
		for _, v := range values {
			value += v
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return nil, "*", refuse(http.StatusBadRequest, "InvalidParameterValueException", "NaN and infinity are not supported.")
		}
		put = append(put, PutMetric{
			Namespace: namespace, Name: d.text("MetricName"), Dimensions: d.dimensions(), Value: value, Unit: d.text("Unit"),
			At: d.moment("Timestamp", w.now()), Actor: c.Actor,
		})
	}
	w.put = append(w.put, put...)
	for _, p := range put {
		key := metricKey(p.Namespace, p.Name, p.Dimensions)
		w.data[key] = append(w.data[key], Datapoint{At: p.At, Value: p.Value})
	}
	return document{}, "*", nil
}

// aggregate puts points of [from, to) into periods and each period into one value, the oldest first.
func aggregate(points []Datapoint, stat string, period time.Duration, from, to time.Time) []Datapoint {
	buckets := map[time.Time][]float64{}
	for _, p := range points {
		if p.At.Before(from) || !p.At.Before(to) {
			continue
		}
		at := p.At.UTC().Truncate(period)
		if at.Before(from) {
			at = from
		}
		buckets[at] = append(buckets[at], p.Value)
	}
	var out []Datapoint
	for at, values := range buckets {
		out = append(out, Datapoint{At: at, Value: statistic(stat, values)})
	}
	slices.SortFunc(out, func(a, b Datapoint) int { return a.At.Compare(b.At) })
	return out
}

// statistic knows CloudWatch's five statistics; anything else is a percentile, by nearest rank.
func statistic(stat string, values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	switch stat {
	case "Sum":
		return sum
	case "SampleCount":
		return float64(len(values))
	case "Average":
		return sum / float64(len(values))
	case "Minimum":
		return slices.Min(values)
	case "Maximum":
		return slices.Max(values)
	}
	sorted := slices.Sorted(slices.Values(values))
	rank, err := strconv.ParseFloat(strings.TrimPrefix(stat, "p"), 64)
	if err != nil {
		return math.NaN()
	}
	return sorted[min(len(sorted), max(1, int(math.Ceil(rank/100*float64(len(sorted))))))-1]
}
