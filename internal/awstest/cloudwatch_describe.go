package awstest

import "maps"

// describe words an alarm as DescribeAlarms does for its kind.
func (w *CloudWatch) describe(a *alarm) document {
	d := document{
		"AlarmName": a.spec.Name, "AlarmArn": w.alarmARN(a.spec.Name), "ActionsEnabled": !a.spec.ActionsDisabled,
		"AlarmConfigurationUpdatedTimestamp": a.configured, "StateValue": a.state.value, "StateReason": a.state.reason,
		"StateUpdatedTimestamp": a.state.updated, "StateTransitionedTimestamp": a.state.transitioned,
		"OKActions": []string{}, "AlarmActions": []string{}, "InsufficientDataActions": []string{},
	}
	if a.spec.Description != "" {
		d["AlarmDescription"] = a.spec.Description
	}
	if a.state.reasonData != "" {
		d["StateReasonData"] = a.state.reasonData
	}
	if a.state.evaluation != "" {
		d["EvaluationState"] = a.state.evaluation
	}
	switch a.spec.Kind {
	case CompositeAlarm:
		d["AlarmRule"] = a.spec.Rule
		delete(d, "EvaluationState")
		return d
	case LogAlarm:
		d["ScheduledQueryConfiguration"] = document{"QueryString": a.spec.Query}
		d["QueryResultsToEvaluate"] = a.spec.EvaluationPeriods
	default:
		d["EvaluationPeriods"] = a.spec.EvaluationPeriods
		if a.spec.DatapointsToAlarm > 0 {
			d["DatapointsToAlarm"] = a.spec.DatapointsToAlarm
		}
		maps.Copy(d, describeMetrics(a.spec))
	}
	d["Threshold"] = a.spec.Threshold
	d["ComparisonOperator"] = a.spec.ComparisonOperator
	d["TreatMissingData"] = a.spec.TreatMissingData
	return d
}

// describeMetrics puts an alarm's one metric into fields of the alarm, metric math into the list Metrics.
func describeMetrics(s AlarmSpec) document {
	if m, ok := s.single(); ok {
		d := document{
			"Namespace": m.Namespace, "MetricName": m.Name, "Dimensions": wireDimensions(m.Dimensions), "Period": m.seconds(),
		}
		if m.stat()[0] == 'p' {
			d["ExtendedStatistic"] = m.stat()
		} else {
			d["Statistic"] = m.stat()
		}
		return d
	}
	metrics := []document{}
	for _, m := range s.Metrics {
		q := document{"Id": m.ID, "ReturnData": !m.Hidden}
		if m.Expression != "" {
			q["Expression"], q["Period"] = m.Expression, m.seconds()
		} else {
			q["MetricStat"] = document{"Period": m.seconds(), "Stat": m.stat(), "Metric": document{
				"Namespace": m.Namespace, "MetricName": m.Name, "Dimensions": wireDimensions(m.Dimensions),
			}}
		}
		metrics = append(metrics, q)
	}
	return document{"Metrics": metrics, "Dimensions": []document{}}
}

func wireDimensions(dimensions map[string]string) []document {
	out := []document{}
	for _, name := range sortedKeys(dimensions) {
		out = append(out, document{"Name": name, "Value": dimensions[name]})
	}
	return out
}
