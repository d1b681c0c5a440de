package awstest_test

import (
	"errors"
	"fmt"
	"testing"

	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/smithy-go"

	"github.com/serinhq/serin/internal/awstest"
)

// shop is a load balancer with a listener and one rule, both forwarding to blue.
type shop struct {
	elb                                   *awstest.ELBv2
	ledger                                *awstest.Ledger
	api                                   *elb.Client
	balancer, listener, rule, blue, green string
}

func openShop(t *testing.T) shop {
	t.Helper()
	s := shop{ledger: awstest.NewLedger(fixedClock)}
	s.elb = awstest.NewELBv2("123456789012", "us-east-1", s.ledger)
	s.balancer = s.elb.CreateLoadBalancer("checkout")
	s.blue = s.elb.CreateTargetGroup("blue", "", "10.0.0.1", "10.0.0.2")
	s.green = s.elb.CreateTargetGroup("green", "", "10.0.1.1", "10.0.1.2")
	s.listener = s.elb.CreateListener(s.balancer, awstest.ForwardTo(awstest.ForwardGroup{ARN: s.blue, Weight: 1}))
	s.rule = s.elb.CreateRule(s.listener, "/pay/*", awstest.ForwardTo(awstest.ForwardGroup{ARN: s.blue, Weight: 1}))
	s.api = elb.NewFromConfig(alone(t, s.elb, "AKIDWORKER"))
	return s
}

// tuples are pairs of target group and weight.
func tuples(pairs ...any) []types.TargetGroupTuple {
	var out []types.TargetGroupTuple
	for i := 0; i < len(pairs); i += 2 {
		arn, weight := fmt.Sprint(pairs[i]), int32(0)
		if _, err := fmt.Sscan(fmt.Sprint(pairs[i+1]), &weight); err != nil {
			panic(err)
		}
		out = append(out, types.TargetGroupTuple{TargetGroupArn: &arn, Weight: &weight})
	}
	return out
}

func forward(pairs ...any) types.Action {
	return types.Action{Type: types.ActionTypeEnumForward, ForwardConfig: &types.ForwardActionConfig{TargetGroups: tuples(pairs...)}}
}

func (s shop) modify(t *testing.T, actions ...types.Action) error {
	t.Helper()
	_, err := s.api.ModifyRule(t.Context(), &elb.ModifyRuleInput{RuleArn: &s.rule, Actions: actions})
	return err
}

func (s shop) describe(t *testing.T) types.Rule {
	t.Helper()
	out, err := s.api.DescribeRules(t.Context(), &elb.DescribeRulesInput{RuleArns: []string{s.rule}})
	if err != nil {
		t.Fatalf("DescribeRules: %v", err)
	}
	return out.Rules[0]
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if refused := smithy.APIError(nil); !errors.As(err, &refused) || refused.ErrorCode() != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
