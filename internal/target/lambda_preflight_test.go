package target_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func TestLambda_preflightProblems(t *testing.T) {
	const queue = "arn:aws:sqs:us-east-1:123456789012:dead"
	ready := awstest.Provisioned{Requested: 5, Status: "READY"}
	for _, c := range []struct {
		name  string
		setup func(l *awstest.Lambda) (canary string)
		want  []statemachine.Problem
	}{
		{"a fit pair", func(*awstest.Lambda) string { return "2" }, nil},
		{"nothing to do", func(*awstest.Lambda) string { return "1" }, nil},
		{"$LATEST", func(l *awstest.Lambda) string {
			l.SetAlias("checkout", "live", "$LATEST", nil)
			return "2"
		}, []statemachine.Problem{{Text: "alias checkout:live and its canary must be published versions: $LATEST can't be weighted"}}},
		{"a version that is not there", func(*awstest.Lambda) string { return "44" }, []statemachine.Problem{
			{Text: "version 44 of function checkout does not exist"},
		}},
		{"another dead-letter queue", func(l *awstest.Lambda) string {
			return l.PublishVersion("checkout", func(f *awstest.FunctionConfig) { f.DeadLetterTarget = queue })
		}, []statemachine.Problem{{Text: `versions 1 and 4 have different dead-letter queues: "" and "` + queue + `"`}}},
		{"another role", func(l *awstest.Lambda) string {
			return l.PublishVersion("checkout", func(f *awstest.FunctionConfig) { f.Role = "arn:aws:iam::123456789012:role/other" })
		}, []statemachine.Problem{{
			Text: "versions 1 and 4 have different execution roles: arn:aws:iam::123456789012:role/checkout and arn:aws:iam::123456789012:role/other",
		}}},
		{"a version still being made", func(l *awstest.Lambda) string {
			return l.PublishVersion("checkout", func(f *awstest.FunctionConfig) { f.Code, f.State = "4", "Pending" })
		}, []statemachine.Problem{{Text: "version 4 is still being made (Pending)", Wait: true}}},
		{"a version that failed", func(l *awstest.Lambda) string {
			return l.PublishVersion("checkout", func(f *awstest.FunctionConfig) { f.Code, f.State = "4", "Failed" })
		}, []statemachine.Problem{{Text: "version 4 can't be invoked: it is Failed"}}},
		{"provisioned concurrency being allocated", func(l *awstest.Lambda) string {
			l.SetProvisioned("checkout", "1", ready)
			l.SetProvisioned("checkout", "2", awstest.Provisioned{Requested: 5, Status: "IN_PROGRESS"})
			return "2"
		}, []statemachine.Problem{{Text: "provisioned concurrency of version 2 is not ready: IN_PROGRESS, 0 of 5 allocated", Wait: true}}},
		{"provisioned concurrency that failed", func(l *awstest.Lambda) string {
			l.SetProvisioned("checkout", "2", awstest.Provisioned{Requested: 5, Status: "FAILED", StatusReason: "no capacity"})
			return "2"
		}, []statemachine.Problem{{Text: "provisioned concurrency of version 2 is not ready: FAILED, 0 of 5 allocated: no capacity"}}},
		{"provisioned concurrency on the stable version alone", func(l *awstest.Lambda) string {
			l.SetProvisioned("checkout", "1", ready)
			return "2"
		}, []statemachine.Problem{{Text: "version 1 has provisioned concurrency and version 2 has none: give it as much before the gate"}}},
		{"provisioned concurrency on both", func(l *awstest.Lambda) string {
			l.SetProvisioned("checkout", "1", ready)
			l.SetProvisioned("checkout", "2", ready)
			return "2"
		}, nil},
		{"provisioned concurrency on the alias", func(l *awstest.Lambda) string {
			l.SetProvisioned("checkout", "live", ready)
			return "2"
		}, nil},
		{"provisioned concurrency on the alias being allocated", func(l *awstest.Lambda) string {
			l.SetProvisioned("checkout", "live", awstest.Provisioned{Requested: 5, Status: "IN_PROGRESS"})
			return "2"
		}, []statemachine.Problem{{Text: "provisioned concurrency of alias checkout:live is not ready: IN_PROGRESS, 0 of 5 allocated", Wait: true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			co := openCheckout(t, once)
			canary := c.setup(co.aws)
			split, _ := co.observe(t)
			finding, err := co.alias.Preflight(t.Context(), worker.TargetPreflight{Shows: split, Canary: canary, WeightsPct: []float64{5, 100}})
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.want {
				c.want[i].Code = statemachine.CodeVersionUnfit
			}
			if diff := cmp.Diff(c.want, finding.Problems); diff != "" {
				t.Error(diff)
			}
			if finding.Canary != canary {
				t.Errorf("canary %q, want %q", finding.Canary, canary)
			}
		})
	}
}
