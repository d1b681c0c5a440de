package infra_test

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
)

// balancer is a rule of a load balancer that a canary moves, with more on it than the canary knows: a login, stickiness,
// and a third group with a tenth of the traffic.
type balancer struct {
	rule               string
	blue, green, third string
}

// balancer makes a load balancer with a rule that sends nine tenths to blue, and the rest past the canary.
func (s *stage) balancer() balancer {
	targets := []string{"i-1", "i-2", "i-3", "i-4"}
	b := balancer{
		blue:  s.balancing.CreateTargetGroup(s.name+"-blue", "", targets...),
		green: s.balancing.CreateTargetGroup(s.name+"-green", "", targets...),
		third: s.balancing.CreateTargetGroup(s.name+"-third", "", targets...),
	}
	listener := s.balancing.CreateListener(s.balancing.CreateLoadBalancer(s.name), awstest.ForwardTo(awstest.ForwardGroup{ARN: b.third, Weight: 1}))
	b.rule = s.balancing.CreateRule(listener, "/*",
		awstest.RuleAction{Type: "authenticate-cognito", Order: 1, Settings: map[string]string{
			"AuthenticateCognitoConfig.UserPoolArn":      "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc",
			"AuthenticateCognitoConfig.UserPoolClientId": "client", "AuthenticateCognitoConfig.UserPoolDomain": "shop",
		}},
		awstest.RuleAction{Type: "forward", Order: 2, Forward: &awstest.Forward{
			Groups: []awstest.ForwardGroup{{ARN: b.blue, Weight: 90}, {ARN: b.third, Weight: 10}, {ARN: b.green, Weight: 0}},
			Sticky: true, StickySeconds: 3600,
		}},
	)
	return b
}

// deployHere is the action that deploys to the idle group, in the gate's own stage.
func deployHere() types.ActionDeclaration {
	return awstest.PipelineAction("Roll", types.ActionCategoryDeploy, "ECS", "", 1)
}

// target is the canary file's line.
func (b balancer) target() string {
	return fmt.Sprintf(`  - alb: {rule: "%s", groups: ["%s", "%s"], version: "#{Source.CommitId}"}`+"\n", b.rule, b.blue, b.green)
}

// weights are what the two groups had, in order, equal neighbours merged: "blue 90 green 0".
func (s *stage) weights(b balancer) []string {
	var shown []string
	for _, state := range s.ruleStates(b) {
		shown = append(shown, fmt.Sprintf("blue %d green %d", groupWeight(state, b.blue), groupWeight(state, b.green)))
	}
	return slices.Compact(shown)
}

func (s *stage) ruleStates(b balancer) []awstest.RuleState {
	var states []awstest.RuleState
	for _, change := range s.Changes() {
		if state, ok := change.State.(awstest.RuleState); ok && change.Resource == b.rule {
			states = append(states, state)
		}
	}
	return states
}

// groupWeight is a group's weight, -1 if it is not in the rule.
func groupWeight(state awstest.RuleState, group string) int {
	for _, a := range state.Actions {
		if a.Forward == nil {
			continue
		}
		for _, g := range a.Forward.Groups {
			if g.ARN == group {
				return g.Weight
			}
		}
	}
	return -1
}

// besides is a rule without the weights that are the canary's.
func (b balancer) besides(state awstest.RuleState) awstest.RuleState {
	state.Actions = slices.Clone(state.Actions)
	for i, a := range state.Actions {
		if a.Forward == nil {
			continue
		}
		forward := *a.Forward
		forward.Groups = slices.Clone(forward.Groups)
		for j, g := range forward.Groups {
			if g.ARN == b.blue || g.ARN == b.green {
				forward.Groups[j].Weight = 0
			}
		}
		state.Actions[i].Forward = &forward
	}
	return state
}
