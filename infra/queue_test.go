package infra_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQueues_keepAMessageUntilSomebodyCouldReadIt(t *testing.T) {
	s := resolve(t, nil)
	type queue struct{ Name, Retention, Visibility, DeadLetters, Receives, Encrypted string }
	got := map[string]queue{}
	for _, id := range s.ofType("AWS::SQS::Queue") {
		p := s.properties(id)
		got[id] = queue{
			p.at("QueueName").text(), p.at("MessageRetentionPeriod").text(), p.at("VisibilityTimeout").text(),
			p.at("RedrivePolicy", "deadLetterTargetArn").text(), p.at("RedrivePolicy", "maxReceiveCount").text(),
			p.at("SqsManagedSseEnabled").text(),
		}
	}
	want := map[string]queue{
		"EventQueue":      {"serin-events", "345600", "60", "<DeadLetterQueue.Arn>", "20", "true"},
		"CommandQueue":    {"serin-commands", "86400", "60", "<DeadLetterQueue.Arn>", "20", "true"},
		"DeadLetterQueue": {"serin-dead-letters", "1209600", "", "", "", "true"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("queues (-want +got):\n%s", diff)
	}
}

func TestQueuePolicies_sayWhoMaySend(t *testing.T) {
	const oncall, ann, dev = "arn:aws:iam::123456789012:role/oncall", "arn:aws:iam::123456789012:user/ann", "arn:aws:iam::123456789012:role/dev"
	operators := map[string]string{"OperatorArns": oncall + "," + "arn:aws:iam::123456789012:user/a?n"}
	rule := func(arn, account string) request {
		return request{principal: "events.amazonaws.com", context: map[string]string{"aws:SourceArn": arn, "aws:SourceAccount": account}}
	}
	person := func(arn string) request { return request{context: map[string]string{"aws:PrincipalArn": arn}} }
	nothing, allowed, denied := verdict{}, verdict{Allowed: true}, verdict{Denied: true}

	for _, tc := range []struct {
		name                          string
		params                        map[string]string
		request                       request
		events, commands, deadLetters verdict
	}{
		{"one of the rules", operators, rule("<AlarmStateRule.Arn>", "123456789012"), allowed, denied, allowed},
		{"another rule", operators, rule("arn:aws:events:us-east-1:123456789012:rule/other", "123456789012"), denied, denied, nothing},
		{"a rule of another account", operators, rule("<AlarmStateRule.Arn>", "999999999999"), nothing, denied, nothing},
		{"a service that names no rule", operators, request{principal: "events.amazonaws.com"}, denied, denied, nothing},
		{"an operator", operators, person(oncall), nothing, nothing, nothing},
		{"an operator by pattern", operators, person(ann), nothing, nothing, nothing},
		{"somebody else", operators, person(dev), denied, denied, nothing},
		{"anybody when nobody is named", nil, person(oncall), denied, denied, nothing},
		{"one of the rules when nobody is named", nil, rule("<GateRule.Arn>", "123456789012"), allowed, denied, allowed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := resolve(t, tc.params)
			for id, want := range map[string]verdict{"EventQueue": tc.events, "CommandQueue": tc.commands, "DeadLetterQueue": tc.deadLetters} {
				r := tc.request
				r.action, r.resource = "sqs:SendMessage", "<"+id+".Arn>"
				if got := judge(t, s.properties(id+"Policy").at("PolicyDocument"), r); got != want {
					t.Errorf("%s: %+v, want %+v", id, got, want)
				}
			}
		})
	}
}

func TestQueuePolicies_demandTLSAndNothingElseOfTheWorker(t *testing.T) {
	s := resolve(t, nil)
	for _, id := range s.ofType("AWS::SQS::Queue") {
		document := s.properties(id + "Policy").at("PolicyDocument")
		if got := s.properties(id + "Policy").at("Queues").texts(); len(got) != 1 || got[0] != "<"+id+">" {
			t.Errorf("%sPolicy is of %v", id, got)
		}
		for secure, want := range map[string]bool{"true": false, "false": true} {
			r := request{action: "sqs:ReceiveMessage", resource: "<" + id + ".Arn>", context: map[string]string{"aws:SecureTransport": secure}}
			if got := judge(t, document, r).Denied; got != want {
				t.Errorf("receive from %s with TLS %s: denied %v, want %v", id, secure, got, want)
			}
		}
	}
}
