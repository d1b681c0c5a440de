package target_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
)

func TestALB_preflightProblems(t *testing.T) {
	type problem struct {
		code statemachine.Code
		text string
		wait bool
	}
	owned := map[string]string{"ingress.k8s.aws/stack": "shop"}
	for _, c := range []struct {
		name  string
		set   setting
		setup func(s shop)
		want  []problem
	}{
		{name: "a fit rule"},
		{name: "a fit rule that nobody forwards to green for", set: setting{idle: true}},
		{name: "a canary group that is draining", setup: func(s shop) {
			for _, ip := range ips(1, 2) {
				s.elb.SetTarget(s.green, ip, "draining")
			}
		}, want: []problem{{code: statemachine.CodeCanaryTooSmall, text: "has no targets", wait: true}}},
		{name: "an ingress controller's rule", setup: func(s shop) { s.elb.Tag(s.arn, owned) }, want: []problem{{
			code: statemachine.CodeTargetOwned, text: "tag ingress.k8s.aws/stack: shop",
		}}},
		{name: "an ingress controller's listener", set: setting{listener: true}, setup: func(s shop) { s.elb.Tag(s.arn, owned) }, want: []problem{{
			code: statemachine.CodeTargetOwned, text: "tag ingress.k8s.aws/stack: shop",
		}}},
		{name: "an ingress controller's load balancer", setup: func(s shop) { s.elb.Tag(s.balancer, map[string]string{"elbv2.k8s.aws/cluster": "prod"}) }, want: []problem{{
			code: statemachine.CodeTargetOwned, text: "tag elbv2.k8s.aws/cluster: prod",
		}}},
		{name: "a group that is gone", set: setting{idle: true}, setup: func(s shop) { s.elb.DeleteTargetGroup(s.green) }, want: []problem{{
			code: statemachine.CodeGone, text: "does not exist",
		}}},
		{name: "a group of another load balancer", set: setting{idle: true}, setup: func(s shop) {
			s.elb.CreateListener(s.elb.CreateLoadBalancer("other"), awstest.ForwardTo(group(s.green, 1)))
		}, want: []problem{{code: statemachine.CodeVersionUnfit, text: "belongs to another load balancer"}}},
		{name: "an empty canary group", setup: func(s shop) {
			for _, ip := range ips(1, 2) {
				s.elb.SetTarget(s.green, ip, "")
			}
		}, want: []problem{{code: statemachine.CodeCanaryTooSmall, text: "has no targets", wait: true}}},
		{name: "weights that the sum beside a third group can't show", set: setting{actions: func(s shop) []awstest.RuleAction {
			return []awstest.RuleAction{awstest.ForwardTo(group(s.red, 1), group(s.blue, 10))}
		}}, want: []problem{{code: statemachine.CodeStepsUnfit, text: "weight 5% can't be shown exactly with whole weights up to 999 that add up to 10"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openShop(t, c.set)
			if c.setup != nil {
				c.setup(s)
			}
			_, finding := s.preflight(t, 5, 50)
			if finding.Canary != s.green {
				t.Errorf("canary %s, want the idle group", finding.Canary)
			}
			var got []problem
			for _, p := range finding.Problems {
				got = append(got, problem{p.Code, p.Text, p.Wait})
			}
			for i := range min(len(got), len(c.want)) {
				if strings.Contains(got[i].text, c.want[i].text) {
					got[i].text = c.want[i].text
				}
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(problem{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestALB_refusesADefaultRuleNamedAsARule(t *testing.T) {
	s := openShop(t, setting{listener: true, actions: attached})
	rule := s.elb.DefaultRule(s.arn)
	s.target = openTarget(t, clients{s.world}, "alb", target.ALBConfig{Rule: rule, Groups: [2]string{s.blue, s.green}})
	_, finding := s.preflight(t)
	if len(finding.Problems) != 1 || !strings.Contains(finding.Problems[0].Text, "name the listener instead") {
		t.Errorf("problems %v", finding.Problems)
	}
}
