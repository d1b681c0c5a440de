package infra_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAlarms_watchSerinItself(t *testing.T) {
	type alarm struct{ Name, Metric, Dimension, Fires, WithoutData string }
	s := resolve(t, nil)
	got := map[string]alarm{}
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		p := s.properties(id)
		got[id] = alarm{
			Name:        p.at("AlarmName").text(),
			Metric:      p.at("Namespace").text() + " " + p.at("MetricName").text() + " " + p.at("Statistic").text(),
			Dimension:   p.at("Dimensions", 0, "Name").text() + "=" + p.at("Dimensions", 0, "Value").text(),
			Fires:       p.at("ComparisonOperator").text() + " " + p.at("Threshold").text() + " for " + p.at("EvaluationPeriods").text() + "x" + p.at("Period").text(),
			WithoutData: p.at("TreatMissingData").text(),
		}
		if n := len(p.at("Dimensions").list()); n != 1 {
			t.Errorf("%s has %d dimensions", id, n)
		}
		if p.at("AlarmActions").value != nil || p.at("OKActions").value != nil {
			t.Errorf("%s tells somebody though no topic is named", id)
		}
	}
	const age, visible = "AWS/SQS ApproximateAgeOfOldestMessage Maximum", "AWS/SQS ApproximateNumberOfMessagesVisible Maximum"
	want := map[string]alarm{
		"HeartbeatAlarm":     {"serin-heartbeat", "Serin Heartbeat Sum", "Table=<Table>", "LessThanThreshold 1 for 3x60", "breaching"},
		"StuckAlarm":         {"serin-stuck", "Serin StuckReleases Maximum", "Table=<Table>", "GreaterThanThreshold 0 for 1x60", "notBreaching"},
		"OverdueAlarm":       {"serin-overdue", "Serin OverdueReleases Maximum", "Table=<Table>", "GreaterThanThreshold 0 for 2x60", "notBreaching"},
		"DeadLettersAlarm":   {"serin-dead-letters", visible, "QueueName=<DeadLetterQueue.QueueName>", "GreaterThanThreshold 0 for 1x60", "notBreaching"},
		"OldestEventAlarm":   {"serin-oldest-event", age, "QueueName=<EventQueue.QueueName>", "GreaterThanThreshold 300 for 1x60", "notBreaching"},
		"OldestCommandAlarm": {"serin-oldest-command", age, "QueueName=<CommandQueue.QueueName>", "GreaterThanThreshold 60 for 1x60", "notBreaching"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alarms (-want +got):\n%s", diff)
	}
}

func TestAlarms_tellTheTopicThatIsNamed(t *testing.T) {
	const topic = "arn:aws:sns:us-east-1:123456789012:oncall"
	s := resolve(t, map[string]string{"AlarmTopicArn": topic})
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		for _, actions := range []string{"AlarmActions", "OKActions"} {
			if got := s.properties(id).at(actions).texts(); len(got) != 1 || got[0] != topic {
				t.Errorf("%s of %s: %v", actions, id, got)
			}
		}
	}
}
