package target_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// shop is a load balancer whose rule, or whose listener's default action, is the
// target. Another rule forwards to both groups unless they are idle, so that the
// health of a group is known before it is attached.
type shop struct {
	world                      *awstest.World
	elb                        *awstest.ELBv2
	balancer, arn, blue, green string
	red                        string
	target                     worker.Target
}

// setting says how a shop is furnished.
type setting struct {
	listener bool
	idle     bool // nothing else forwards to green
	targets  int  // of each group; 0 means 2
	capacity int
	// actions of the target; nil means all on blue.
	actions func(s shop) []awstest.RuleAction
	clients func(*awstest.World) target.Clients // nil means once
}

func openShop(t *testing.T, set setting) shop {
	t.Helper()
	s := shop{world: awstest.Start(t, awstest.WithoutEngines())}
	s.elb = awstest.NewELBv2(awstest.Account, awstest.Region, s.world.Ledger())
	s.world.Register(s.elb)
	s.balancer = s.elb.CreateLoadBalancer("shop")
	s.blue = s.elb.CreateTargetGroup("blue", "", ips(0, max(2, set.targets))...)
	s.green = s.elb.CreateTargetGroup("green", "", ips(1, max(2, set.targets))...)
	s.red = s.elb.CreateTargetGroup("red", "", "10.0.2.1")
	actions := []awstest.RuleAction{awstest.ForwardTo(group(s.blue, 1))}
	if set.actions != nil {
		actions = set.actions(s)
	}
	both := awstest.ForwardTo(group(s.blue, 1), group(s.green, 0))
	if set.idle {
		both = awstest.ForwardTo(group(s.red, 1))
	}
	config := target.ALBConfig{Groups: [2]string{s.blue, s.green}, CapacityPct: set.capacity}
	if set.listener {
		s.arn = s.elb.CreateListener(s.balancer, actions...)
		s.elb.CreateRule(s.arn, "/other", both)
		config.Listener = s.arn
	} else {
		s.arn = s.elb.CreateRule(s.elb.CreateListener(s.balancer, both), "/pay/*", actions...)
		config.Rule = s.arn
	}
	if set.clients == nil {
		set.clients = once
	}
	s.target = openTarget(t, set.clients(s.world), "alb", config)
	return s
}

func ips(net, n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("10.0.%d.%d", net, i+1))
	}
	return all
}

func group(arn string, weight int) awstest.ForwardGroup {
	return awstest.ForwardGroup{ARN: arn, Weight: weight}
}

// furnished is an action list with all that a write must leave alone: a login, an
// order, stickiness, a third group with traffic.
func furnished(s shop) []awstest.RuleAction {
	forward := awstest.ForwardTo(group(s.red, 10), group(s.blue, 200))
	forward.Order, forward.Forward.Sticky, forward.Forward.StickySeconds = 2, true, 600
	return []awstest.RuleAction{login(), forward}
}

func login() awstest.RuleAction {
	return awstest.RuleAction{Type: "authenticate-oidc", Order: 1, Settings: map[string]string{
		"AuthenticateOidcConfig.Issuer": "https://idp.example", "AuthenticateOidcConfig.ClientId": "serin",
		"AuthenticateOidcConfig.ClientSecret": "s3cret & more", "AuthenticateOidcConfig.AuthorizationEndpoint": "https://idp.example/a",
		"AuthenticateOidcConfig.TokenEndpoint": "https://idp.example/t", "AuthenticateOidcConfig.UserInfoEndpoint": "https://idp.example/u",
		"AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.key":   "display",
		"AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.value": "page",
	}}
}

func attached(s shop) []awstest.RuleAction {
	return []awstest.RuleAction{awstest.ForwardTo(group(s.blue, 1), group(s.green, 0))}
}

// weights are the weights of the target's groups in the world, by name.
func (s shop) weights() map[string]int {
	name := map[string]string{s.blue: "blue", s.green: "green", s.red: "red"}
	all := map[string]int{}
	for _, a := range s.elb.Rule(s.arn).Actions {
		if a.Forward != nil {
			for _, g := range a.Forward.Groups {
				all[name[g.ARN]] = g.Weight
			}
		}
	}
	return all
}

// shows is the split in the world, read without the adapter, by other words than
// the adapter's where two groups have traffic.
func (s shop) shows() statemachine.Split {
	w := s.weights()
	blue, hasBlue := w["blue"]
	green, hasGreen := w["green"]
	switch {
	case blue == 0 && hasBlue:
		return statemachine.Split{Stable: s.green, Canary: s.blue}
	case blue == 0:
		return statemachine.Split{Stable: s.green}
	case !hasGreen:
		return statemachine.Split{Stable: s.blue}
	}
	return statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: statemachine.Pct(100 * float64(green) / float64(blue+green))}
}

func (s shop) harness(t *testing.T) porttest.TargetHarness {
	t.Helper()
	kind := "rule"
	if strings.Contains(s.arn, ":listener/") {
		kind = "listener"
	}
	setGreen := func(state string) {
		for _, ip := range ips(1, 2) {
			s.elb.SetTarget(s.green, ip, state)
		}
	}
	return porttest.TargetHarness{
		Target: s.target, Old: s.blue, New: s.green, SwapsRoles: true, Faults: faults(s.world),
		Resolves: map[string]string{"4f0c1d2": "4f0c1d2"}, Invalid: []string{""},
		Shows:   func(*testing.T) statemachine.Split { return s.shows() },
		Raw:     func(t *testing.T) string { t.Helper(); return pretty(t, s.elb.Rule(s.arn)) },
		Written: func(*testing.T) int { return written(s.world, kind) },
		Foreign: func(_ *testing.T, split statemachine.Split) { s.foreign(split) },
		Remove:  func(t *testing.T) { t.Helper(); s.elb.DeleteRule(s.arn) },
		Unready: func(*testing.T) { setGreen("unhealthy") },
		Ready:   func(*testing.T) { setGreen("healthy") },
		Unfit: func(*testing.T) {
			s.elb.Tag(s.balancer, map[string]string{"elbv2.k8s.aws/cluster": "prod"})
		},
	}
}

// foreign is somebody else's write of the pair's weights, a thousand together.
func (s shop) foreign(split statemachine.Split) {
	actions := s.elb.Rule(s.arn).Actions
	forward := actions[len(actions)-1].Forward
	kept := forward.Groups[:0]
	for _, g := range forward.Groups {
		if g.ARN != s.blue && g.ARN != s.green {
			kept = append(kept, g)
		}
	}
	canary := int(split.WeightPct * 9)
	forward.Groups = append(kept, group(split.Stable, 900-canary))
	if split.Canary != "" {
		forward.Groups = append(forward.Groups, group(split.Canary, canary))
	}
	s.elb.SetRule(s.arn, actions...)
}

func TestALB_isATarget(t *testing.T) {
	for name, set := range map[string]setting{
		"a rule":                         {},
		"a rule with both attached":      {actions: attached},
		"a rule with more than the pair": {actions: furnished},
		"a rule that no other feeds":     {actions: attached, idle: true},
	} {
		t.Run(name, func(t *testing.T) {
			porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
				t.Helper()
				return openShop(t, set).harness(t)
			})
		})
	}
}

func TestALB_callsWhatItsPolicyNames(t *testing.T) {
	reads := []string{"DescribeTags", "DescribeTargetGroups", "DescribeTargetHealth"}
	for _, c := range []struct {
		listener bool
		want     []string
	}{
		{false, append([]string{"DescribeRules"}, append(reads, "ModifyRule")...)},
		{true, append([]string{"DescribeListeners"}, append(reads, "ModifyListener")...)},
	} {
		s := openShop(t, setting{listener: c.listener})
		s.release(t, 5)
		if diff := cmp.Diff(c.want, operations(s.world)); diff != "" {
			t.Error(diff)
		}
	}
}
