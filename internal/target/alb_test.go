package target_test

import (
	"errors"
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

func (s shop) observe(t *testing.T) statemachine.Split {
	t.Helper()
	split, _, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return split
}

// preflight returns the restore point and what was found.
func (s shop) preflight(t *testing.T, weightsPct ...float64) (statemachine.Split, worker.TargetFinding) {
	t.Helper()
	restore := s.observe(t)
	finding, err := s.target.Preflight(t.Context(), worker.TargetPreflight{Shows: restore, Canary: "ignored", WeightsPct: weightsPct})
	if err != nil {
		t.Fatal(err)
	}
	restore.Form = finding.Form
	return restore, finding
}

func (s shop) write(t *testing.T, split statemachine.Split) {
	t.Helper()
	if err := s.target.Write(t.Context(), worker.Want{Split: split}, ""); err != nil {
		t.Fatal(err)
	}
	if got := s.observe(t); !got.Same(split) {
		t.Fatalf("wrote %s, it shows %s", split, got)
	}
}

// release takes the pair through a release, as the core words its splits.
func (s shop) release(t *testing.T, weightsPct ...float64) (restore statemachine.Split, stable, canary string) {
	t.Helper()
	restore, finding := s.preflight(t, weightsPct...)
	if len(finding.Problems) > 0 {
		t.Fatalf("problems: %v", finding.Problems)
	}
	stable, _ = restore.One()
	for _, weight := range weightsPct {
		s.write(t, statemachine.Split{Stable: stable, Canary: finding.Canary, WeightPct: weight, Form: restore.Form})
	}
	return restore, stable, finding.Canary
}

func TestALB_changesOnlyTheTwoWeights(t *testing.T) {
	for _, listener := range []bool{false, true} {
		s := openShop(t, setting{listener: listener, actions: furnished})
		before := s.elb.Rule(s.arn)
		restore, _, canary := s.release(t, 5, 50)
		during := s.elb.Rule(s.arn)
		want := furnished(s)
		want[1].Forward.Groups = []awstest.ForwardGroup{group(s.red, 10), group(s.blue, 100), group(s.green, 100)}
		if diff := cmp.Diff(want, during.Actions); diff != "" {
			t.Errorf("at 50%%: %s", diff)
		}
		if diff := cmp.Diff(before.Settings, during.Settings); diff != "" {
			t.Errorf("other fields: %s", diff)
		}
		s.write(t, statemachine.Split{Stable: canary, Form: restore.Form})
		want[1].Forward.Groups = []awstest.ForwardGroup{group(s.red, 10), group(s.green, 200)}
		if diff := cmp.Diff(want, s.elb.Rule(s.arn).Actions); diff != "" {
			t.Errorf("final: %s", diff)
		}
		s.write(t, restore)
		if diff := cmp.Diff(before, s.elb.Rule(s.arn)); diff != "" {
			t.Errorf("restored: %s", diff)
		}
	}
}

func TestALB_twoReleasesInARowEndAsTheyBegan(t *testing.T) {
	for name, actions := range map[string]func(shop) []awstest.RuleAction{"one attached": furnished, "both attached": func(s shop) []awstest.RuleAction {
		forward := awstest.ForwardTo(group(s.green, 0), group(s.red, 0), group(s.blue, 1))
		forward.Order, forward.Forward.Sticky, forward.Forward.StickySeconds = 2, true, 600
		return []awstest.RuleAction{login(), forward}
	}} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, setting{actions: actions})
			before := s.elb.Rule(s.arn)
			for _, want := range []string{s.green, s.blue} {
				restore, stable, canary := s.release(t, 5, 25, 50, 100)
				final := statemachine.Split{Stable: canary, Form: restore.Form}
				if restore.Canary != "" {
					final.Canary = stable
				}
				s.write(t, final)
				if got, one := s.observe(t).One(); !one || got != want {
					t.Fatalf("the release ends on %s, want %s", got, want)
				}
			}
			if diff := cmp.Diff(before, s.elb.Rule(s.arn)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestALB_weightsAreNormalisedByTheirSum(t *testing.T) {
	s := openShop(t, setting{actions: func(s shop) []awstest.RuleAction {
		return []awstest.RuleAction{awstest.ForwardTo(group(s.red, 700), group(s.green, 1), group(s.blue, 2))}
	}})
	want := statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 33.33}
	if diff := cmp.Diff(want, s.observe(t)); diff != "" {
		t.Error(diff)
	}
}

func TestALB_attachesAtZeroAndWaitsForHealthyTargets(t *testing.T) {
	s := openShop(t, setting{idle: true, targets: 5, capacity: 80})
	restore, finding := s.preflight(t, 50)
	step := statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 50, Form: restore.Form}
	s.elb.HealthyAfter(1)
	for _, ip := range ips(1, 5)[1:] {
		s.elb.SetTarget(s.green, ip, "unhealthy")
	}
	for _, healthy := range []int{0, 0, 1} { // unused, then checking, then one
		err := s.target.Write(t.Context(), worker.Want{Split: step}, "")
		if !errors.Is(err, worker.ErrNotReady) {
			t.Fatalf("with %d healthy: %v, want not ready", healthy, err)
		}
		if text := fmt.Sprintf("%d of 5 targets are healthy, 50%% needs 2 (the other group has 5, capacity 80%%)", healthy); !strings.Contains(err.Error(), text) {
			t.Errorf("%v\ndoes not say %s", err, text)
		}
		if diff := cmp.Diff(map[string]int{"blue": 1, "green": 0}, s.weights()); diff != "" {
			t.Error(diff)
		}
	}
	if n := written(s.world, "rule"); n != 1 {
		t.Errorf("%d writes, want one that attaches", n)
	}
	s.elb.SetTarget(s.green, ips(1, 5)[1], "healthy")
	s.write(t, step)
	s.elb.SetTarget(s.green, ips(1, 5)[1], "unhealthy")
	s.write(t, statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 10, Form: restore.Form}) // less needs no count
	final := worker.Want{Split: statemachine.Split{Stable: finding.Canary, Form: restore.Form}}
	if err := s.target.Write(t.Context(), final, ""); !errors.Is(err, worker.ErrNotReady) {
		t.Errorf("the final form: %v, want not ready", err)
	}
	s.write(t, restore)
}

func TestALB_denialWhileAttachingIsADenial(t *testing.T) {
	s := openShop(t, setting{idle: true})
	restore, _ := s.preflight(t, 5)
	lever := faults(s.world)
	lever.Break(t, porttest.Writes, porttest.Denied)
	err := s.target.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 5, Form: restore.Form}}, "")
	if code := worker.FaultOf(err).Code; code != statemachine.FaultDenied {
		t.Errorf("%v counts as %s, want denied", err, code)
	}
}

func TestALB_groupWithoutHealthChecksCountsItsTargets(t *testing.T) {
	s := openShop(t, setting{})
	for _, ip := range ips(1, 2) {
		s.elb.SetTarget(s.green, ip, "unavailable")
	}
	s.release(t, 100)
}

func TestALB_sameWriteIsNotSent(t *testing.T) {
	s := openShop(t, setting{actions: attached})
	restore, _ := s.preflight(t)
	s.write(t, restore)
	if n := written(s.world, "rule"); n != 0 {
		t.Errorf("%d writes of what the rule shows", n)
	}
}

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

func TestALB_adoptedRuleTakesTheHeavierGroupForStable(t *testing.T) {
	s := openShop(t, setting{actions: func(s shop) []awstest.RuleAction {
		return []awstest.RuleAction{awstest.ForwardTo(group(s.blue, 1), group(s.green, 3))}
	}})
	shows, finding := s.preflight(t, 5)
	if shows.Stable != s.green || finding.Canary != s.blue {
		t.Errorf("stable %s, canary %s", shows.Stable, finding.Canary)
	}
	s.write(t, statemachine.Split{Stable: s.green, Form: finding.Form})
	if diff := cmp.Diff(map[string]int{"green": 4}, s.weights()); diff != "" {
		t.Error(diff)
	}
}

func TestALB_refusesWhatForwardsToNeitherGroup(t *testing.T) {
	for name, actions := range map[string][]awstest.RuleAction{
		"a redirect":        {{Type: "redirect", Settings: map[string]string{"RedirectConfig.StatusCode": "HTTP_301"}}},
		"a third group":     {awstest.ForwardTo(group("red", 1))},
		"no weight at all":  {awstest.ForwardTo(group("blue", 0), group("green", 0))},
		"only a third's":    {awstest.ForwardTo(group("blue", 0), group("red", 5))},
		"a group of weight": {awstest.ForwardTo(group("blue", 0))},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, setting{actions: func(s shop) []awstest.RuleAction {
				byName := map[string]string{"blue": s.blue, "green": s.green, "red": s.red}
				for _, a := range actions {
					if a.Forward != nil {
						for i := range a.Forward.Groups {
							a.Forward.Groups[i].ARN = byName[a.Forward.Groups[i].ARN]
						}
					}
				}
				return actions
			}})
			_, _, err := s.target.Observe(t.Context())
			if code := worker.FaultOf(err).Code; err == nil || code != statemachine.FaultInvalid {
				t.Errorf("observed with %v, want invalid", err)
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
