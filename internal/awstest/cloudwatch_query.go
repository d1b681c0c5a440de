package awstest

import (
	"regexp"
	"slices"
	"time"
)

// metricQuery is one MetricDataQuery of a GetMetricData call and its answer.
type metricQuery struct {
	id, label, key, stat string
	period               time.Duration
	shown                bool
	points               []Datapoint
}

// getMetricData gives the points the test or PutMetricData left for each metric or expression, and none for the rest: a
// metric nobody reports is no error (AWS note 6). It does no metric math.
func (w *CloudWatch) getMetricData(ask document, _ Call) (document, string, *refusal) {
	from, to := ask.moment("StartTime", time.Time{}), ask.moment("EndTime", time.Time{})
	if !from.Before(to) {
		return nil, "*", invalidAlarmCall("The parameter StartTime must be less than the parameter EndTime.")
	}
	queries, refused := readQueries(ask.documents("MetricDataQueries"))
	if refused != nil {
		return nil, "*", refused
	}
	var flat []queryPoint
	for i := range queries {
		q := &queries[i]
		q.points = aggregate(w.points(q.key, from, to, q.period), q.stat, q.period, from.Truncate(min(q.period, time.Minute)), to)
		if ask.text("ScanBy") != "TimestampAscending" {
			slices.Reverse(q.points)
		}
		for _, p := range q.points {
			if q.shown {
				flat = append(flat, queryPoint{query: i, point: p})
			}
		}
	}
	const most = 100800
	size := ask.whole("MaxDatapoints", most)
	if size < 1 || size > most {
		return nil, "*", invalidAlarmCall("MaxDatapoints must be between 1 and %d", most)
	}
	cut, next, refused := cutPage(document{"NextToken": ask["NextToken"], "MaxRecords": int64(size)}, flat, most)
	if refused != nil {
		return nil, "*", refused
	}
	return document{"MetricDataResults": results(queries, cut), "NextToken": next, "Messages": []document{}}, "*", nil
}

// queryPoint is one point of one query's answer; a page holds so many of them.
type queryPoint struct {
	query int
	point Datapoint
}

// results words a page: every shown query has an entry, PartialData while points of it are on other pages.
func results(queries []metricQuery, cut []queryPoint) []document {
	out := []document{}
	for i, q := range queries {
		if !q.shown {
			continue
		}
		times, values := []time.Time{}, []float64{}
		for _, p := range cut {
			if p.query == i {
				times, values = append(times, p.point.At), append(values, p.point.Value)
			}
		}
		status := "Complete"
		if len(times) < len(q.points) {
			status = "PartialData"
		}
		out = append(out, document{"Id": q.id, "Label": q.label, "Timestamps": times, "Values": values, "StatusCode": status})
	}
	return out
}

// points are the raw points of a metric; one that reports has a zero in every period.
func (w *CloudWatch) points(key string, from, to time.Time, period time.Duration) []Datapoint {
	if !w.reports(key) {
		return w.data[key]
	}
	points := slices.Clone(w.data[key])
	for at := from.Truncate(period); at.Before(to); at = at.Add(period) {
		points = append(points, Datapoint{At: at})
	}
	return points
}

func (w *CloudWatch) reports(key string) bool {
	for _, a := range w.alarms {
		if a.reporting && slices.Contains(a.spec.keys(), key) {
			return true
		}
	}
	return false
}

// keys are what an alarm's metrics and expressions are stored under.
func (s AlarmSpec) keys() []string {
	var keys []string
	for _, m := range s.Metrics {
		keys = append(keys, m.key())
	}
	return keys
}

func (m AlarmMetric) key() string {
	if m.Expression != "" {
		return expressionKey(m.Expression)
	}
	return metricKey(m.Namespace, m.Name, m.Dimensions)
}

func expressionKey(expression string) string { return "\x00" + expression }

// readQueries refuses what the API's constraints refuse: more than 500 queries, a bad or repeated id, neither or both of
// metric and expression, a period CloudWatch does not keep.
func readQueries(asked []document) ([]metricQuery, *refusal) {
	if len(asked) == 0 || len(asked) > 500 {
		return nil, invalidAlarmCall("The collection MetricDataQueries must have a size between 1 and 500.")
	}
	wellFormed := regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)
	seen := map[string]bool{}
	var queries []metricQuery
	for _, d := range asked {
		id, stat := d.text("Id"), d.document("MetricStat")
		if !wellFormed.MatchString(id) || seen[id] {
			return nil, invalidAlarmCall("The value %s for parameter MetricDataQueries.member.Id is invalid or not unique.", id)
		}
		seen[id] = true
		expression := d.text("Expression")
		if (expression == "") == (stat == nil) {
			return nil, invalidAlarmCall("Query %s needs either Expression or MetricStat.", id)
		}
		q := metricQuery{id: id, label: d.text("Label"), shown: d.truth("ReturnData", true), stat: "Sum"}
		seconds := d.whole("Period", 60)
		q.key = expressionKey(expression)
		if stat != nil {
			metric := stat.document("Metric")
			q.key = metricKey(metric.text("Namespace"), metric.text("MetricName"), metric.dimensions())
			q.stat, seconds = stat.text("Stat"), stat.whole("Period", 0)
			if q.label == "" {
				q.label = metric.text("MetricName")
			}
		}
		if seconds < 1 || (seconds%60 != 0 && !slices.Contains([]int{1, 5, 10, 20, 30}, seconds)) {
			return nil, invalidAlarmCall("The value %d for parameter Period of query %s is invalid.", seconds, id)
		}
		if q.label == "" {
			q.label = id
		}
		q.period = time.Duration(seconds) * time.Second
		queries = append(queries, q)
	}
	return queries, nil
}
