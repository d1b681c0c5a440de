package awstest

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The kinds of alarm; a LogAlarm exists in the Go module only (AWS note 6).
const (
	MetricAlarm    = "MetricAlarm"
	CompositeAlarm = "CompositeAlarm"
	LogAlarm       = "LogAlarm"
)

// AlarmSpec is an alarm's configuration.
type AlarmSpec struct {
	// Name is unique in the account and region, over all kinds.
	Name string
	// Kind is MetricAlarm (default), CompositeAlarm or LogAlarm.
	Kind string
	// Description is free text.
	Description string
	// Metrics is what a metric alarm watches: one metric, or several with an expression.
	Metrics []AlarmMetric
	// EvaluationPeriods is N of "M of N"; default 1.
	EvaluationPeriods int
	// DatapointsToAlarm is M; 0 means not given, which is N.
	DatapointsToAlarm int
	// Threshold is what datapoints are compared with.
	Threshold float64
	// ComparisonOperator defaults to GreaterThanThreshold.
	ComparisonOperator string
	// TreatMissingData is missing (default), notBreaching, breaching or ignore.
	TreatMissingData string
	// ActionsDisabled is the opposite of ActionsEnabled.
	ActionsDisabled bool
	// Rule is a composite alarm's AlarmRule.
	Rule string
	// Query is a log alarm's query.
	Query string
}

// AlarmMetric is one metric, or one expression, of an alarm.
type AlarmMetric struct {
	// ID names it among an alarm's metrics; needed when there are several.
	ID string
	// Namespace, Name and Dimensions identify the metric.
	Namespace, Name string
	Dimensions      map[string]string
	// Stat is Sum (default), Average, Minimum, Maximum, SampleCount or a percentile like p99.
	Stat string
	// Period defaults to a minute.
	Period time.Duration
	// Expression is metric math or a Metrics Insights query, in place of a metric.
	Expression string
	// Hidden is ReturnData false: it only feeds an expression.
	Hidden bool
}

func (m AlarmMetric) seconds() int { return int(cmp.Or(m.Period, time.Minute).Seconds()) }

func (m AlarmMetric) stat() string { return cmp.Or(m.Stat, "Sum") }

type alarm struct {
	spec       AlarmSpec
	state      alarmState
	configured time.Time
	reporting  bool // every metric has a datapoint in each period
}

type alarmState struct {
	value, reason, reasonData, evaluation string
	updated                               time.Time // also moved by a new reason
	transitioned                          time.Time // moved by a new value only (AWS note 6)
}

// single is the one plain metric of an alarm that is no metric math.
func (s AlarmSpec) single() (AlarmMetric, bool) {
	if len(s.Metrics) == 1 && s.Metrics[0].Expression == "" {
		return s.Metrics[0], true
	}
	return AlarmMetric{}, false
}

// move brings an alarm into a state. Only a change of value is a transition, has an entry in the history and an event; an
// alarm that is in ALARM already emits nothing more (AWS note 1.4).
func (w *CloudWatch) move(a *alarm, to alarmState) {
	was := a.state
	to.updated = w.now()
	if !to.updated.After(was.updated) { // no alarm is evaluated twice in a millisecond
		to.updated = was.updated.Add(time.Millisecond)
	}
	to.transitioned = was.transitioned
	if to.value != was.value {
		to.transitioned = to.updated
	}
	a.state = to
	if to.value == was.value {
		return
	}
	w.history = append(w.history, transition(a, was))
	w.stateChange(a, was)
}

// describeAlarms gives only metric alarms unless AlarmTypes asks for more, and nothing for a name that does not exist (AWS note 6).
func (w *CloudWatch) describeAlarms(ask document, _ Call) (document, string, *refusal) {
	names, prefix := ask.texts("AlarmNames"), ask.text("AlarmNamePrefix")
	switch {
	case len(names) > 100:
		return nil, "*", invalidAlarmCall("Member must have length less than or equal to 100 at 'alarmNames'")
	case len(names) > 0 && prefix != "":
		return nil, "*", invalidAlarmCall("AlarmNames and AlarmNamePrefix must not be given together")
	case ask.text("ChildrenOfAlarmName")+ask.text("ParentsOfAlarmName")+ask.text("ActionPrefix") != "":
		return nil, "*", invalidAlarmCall("this stand-in knows no families of alarms and no actions")
	}
	kinds := ask.texts("AlarmTypes")
	if len(kinds) == 0 {
		kinds = []string{MetricAlarm}
	}
	var found []*alarm
	for _, name := range slices.Sorted(maps.Keys(w.alarms)) {
		a := w.alarms[name]
		if slices.Contains(kinds, a.spec.Kind) && (len(names) == 0 || slices.Contains(names, name)) &&
			strings.HasPrefix(name, prefix) && (ask.text("StateValue") == "" || ask.text("StateValue") == a.state.value) {
			found = append(found, a)
		}
	}
	found, next, refused := cutPage(ask, found, 100)
	if refused != nil {
		return nil, "*", refused
	}
	answer := document{"NextToken": next}
	lists := map[string][]document{MetricAlarm: {}, CompositeAlarm: {}, LogAlarm: {}}
	for _, a := range found {
		lists[a.spec.Kind] = append(lists[a.spec.Kind], w.describe(a))
	}
	for kind, list := range lists {
		answer[kind+"s"] = list
	}
	return answer, "*", nil
}

// setAlarmState lasts until the next evaluation, which here is the test's (AWS note 6).
func (w *CloudWatch) setAlarmState(ask document, _ Call) (document, string, *refusal) {
	name := ask.text("AlarmName")
	arn := w.alarmARN(name)
	a := w.alarms[name]
	if a == nil {
		return nil, arn, refuse(http.StatusNotFound, "ResourceNotFound", "Alarm "+name+" does not exist")
	}
	to := alarmState{value: ask.text("StateValue"), reason: ask.text("StateReason"), reasonData: ask.text("StateReasonData")}
	if !slices.Contains([]string{"OK", "ALARM", "INSUFFICIENT_DATA"}, to.value) {
		return nil, arn, invalidAlarmCall("Value '%s' at 'stateValue' failed to satisfy constraint", to.value)
	}
	if to.reasonData != "" && !json.Valid([]byte(to.reasonData)) {
		return nil, arn, refuse(http.StatusBadRequest, "InvalidFormatFault", "StateReasonData is not valid JSON")
	}
	w.move(a, to)
	return document{}, arn, nil
}
