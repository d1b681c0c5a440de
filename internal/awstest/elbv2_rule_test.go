package awstest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestELBv2_singleGroupIsDescribedInBothForms(t *testing.T) {
	s := openShop(t)
	r := s.describe(t)
	a := r.Actions[0]
	if *a.TargetGroupArn != s.blue || len(a.ForwardConfig.TargetGroups) != 1 || *a.ForwardConfig.TargetGroups[0].TargetGroupArn != s.blue ||
		*a.ForwardConfig.TargetGroups[0].Weight != 1 || *a.ForwardConfig.TargetGroupStickinessConfig.Enabled {
		t.Errorf("one group: %+v", a)
	}
	if *r.Priority != "1" || *r.IsDefault || *r.Conditions[0].Field != "path-pattern" || r.Conditions[0].PathPatternConfig.Values[0] != "/pay/*" {
		t.Errorf("rule %+v", r)
	}
	if err := s.modify(t, forward(s.blue, 90, s.green, 10)); err != nil {
		t.Fatal(err)
	}
	a = s.describe(t).Actions[0]
	if a.TargetGroupArn != nil || len(a.ForwardConfig.TargetGroups) != 2 || *a.ForwardConfig.TargetGroups[1].Weight != 10 {
		t.Errorf("two groups: %+v", a)
	}
}

func TestELBv2_modifyReplacesAllActionsAndKeepsTheConditions(t *testing.T) {
	s := openShop(t)
	sticky := forward(s.blue, 50, s.green, 50)
	sticky.ForwardConfig.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{Enabled: aws.Bool(true), DurationSeconds: aws.Int32(600)}
	if err := s.modify(t, sticky); err != nil {
		t.Fatal(err)
	}
	if got := s.elb.Rule(s.rule).Actions[0].Forward; !got.Sticky || got.StickySeconds != 600 {
		t.Errorf("stickiness %+v", got)
	}
	if err := s.modify(t, forward(s.blue, 50, s.green, 50)); err != nil {
		t.Fatal(err)
	}
	state := s.elb.Rule(s.rule)
	if got := state.Actions[0].Forward; got.Sticky || got.StickySeconds != 0 {
		t.Errorf("stickiness left out of a call stayed: %+v", got)
	}
	if state.Settings["Conditions.member.1.Values.member.1"] != "/pay/*" {
		t.Errorf("conditions %v", state.Settings)
	}
}

// oidc is an action as a call that creates it would give it.
func oidc() types.Action {
	return types.Action{Type: types.ActionTypeEnumAuthenticateOidc, Order: aws.Int32(1), AuthenticateOidcConfig: &types.AuthenticateOidcActionConfig{
		Issuer: aws.String("https://idp.example"), AuthorizationEndpoint: aws.String("https://idp.example/a"), TokenEndpoint: aws.String("https://idp.example/t"),
		UserInfoEndpoint: aws.String("https://idp.example/u"), ClientId: aws.String("serin"), ClientSecret: aws.String("s3cret & more"),
		AuthenticationRequestExtraParams: map[string]string{"display": "page", "prompt": "login"}, SessionTimeout: aws.Int64(3600),
	}}
}

func TestELBv2_otherActionsAreKeptVerbatim(t *testing.T) {
	s := openShop(t)
	to := forward(s.blue, 999, s.green, 0)
	to.Order = aws.Int32(2)
	if err := s.modify(t, to, oidc()); err != nil {
		t.Fatal(err)
	}
	before := s.elb.Rule(s.rule)
	described := s.describe(t).Actions
	if len(described) != 2 || described[0].AuthenticateOidcConfig == nil || described[0].AuthenticateOidcConfig.ClientSecret != nil {
		t.Fatalf("described %+v: want authenticate-oidc first, without its secret", described)
	}
	if diff := cmp.Diff(map[string]string{"display": "page", "prompt": "login"}, described[0].AuthenticateOidcConfig.AuthenticationRequestExtraParams); diff != "" {
		t.Error(diff)
	}
	wantCode(t, "a described action copied back", s.modify(t, described...), "InvalidLoadBalancerAction")

	described[0].AuthenticateOidcConfig.UseExistingClientSecret = aws.Bool(true)
	if err := s.modify(t, described...); err != nil {
		t.Fatalf("with UseExistingClientSecret: %v", err)
	}
	if diff := cmp.Diff(before, s.elb.Rule(s.rule)); diff != "" {
		t.Error(diff)
	}
	described[0].AuthenticateOidcConfig.ClientSecret = aws.String("another")
	wantCode(t, "secret and UseExistingClientSecret", s.modify(t, described...), "InvalidLoadBalancerAction")
}

func TestELBv2_actionsThatEndElsewhere(t *testing.T) {
	s := openShop(t)
	redirect := types.Action{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
		Host: aws.String("#{host}"), Query: aws.String("a=1&b=<2>"), StatusCode: types.RedirectActionStatusCodeEnumHttp301,
	}}
	if err := s.modify(t, redirect); err != nil {
		t.Fatal(err)
	}
	if got := s.describe(t).Actions[0].RedirectConfig; *got.Query != "a=1&b=<2>" || got.StatusCode != types.RedirectActionStatusCodeEnumHttp301 {
		t.Errorf("redirect %+v", got)
	}
}

func TestELBv2_refusesActionsAWSWouldRefuse(t *testing.T) {
	s := openShop(t)
	five := []any{}
	for i := range 6 {
		five = append(five, s.elb.CreateTargetGroup(fmt.Sprintf("g%d", i), "", "10.0.2.1"), 1)
	}
	tcp := s.elb.CreateTargetGroup("tcp", "TCP")
	elsewhere := s.elb.CreateTargetGroup("elsewhere", "")
	s.elb.CreateListener(s.elb.CreateLoadBalancer("other"), awstest.ForwardTo(awstest.ForwardGroup{ARN: elsewhere, Weight: 1}))
	bothForms := forward(s.blue, 1)
	bothForms.TargetGroupArn = &s.green
	noWeight := forward(s.blue, 1, s.green, 1)
	noWeight.ForwardConfig.TargetGroups[1].Weight = nil
	stick := func(seconds *int32, enabled bool) types.Action {
		a := forward(s.blue, 1)
		a.ForwardConfig.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{Enabled: &enabled, DurationSeconds: seconds}
		return a
	}
	missing := strings.Replace(s.blue, "blue", "black", 1)
	before := len(s.ledger.Changes())
	for what, c := range map[string]struct {
		actions []types.Action
		code    string
	}{
		"a weight of 1000":             {[]types.Action{forward(s.blue, 1000, s.green, 1)}, "ValidationError"},
		"a negative weight":            {[]types.Action{forward(s.blue, 1, s.green, -1)}, "ValidationError"},
		"no weight with two groups":    {[]types.Action{noWeight}, "ValidationError"},
		"six groups":                   {[]types.Action{forward(five...)}, "InvalidLoadBalancerAction"},
		"a group twice":                {[]types.Action{forward(s.blue, 1, s.blue, 1)}, "InvalidLoadBalancerAction"},
		"two forms that disagree":      {[]types.Action{bothForms}, "InvalidLoadBalancerAction"},
		"no group":                     {[]types.Action{{Type: types.ActionTypeEnumForward}}, "InvalidLoadBalancerAction"},
		"sticky without a duration":    {[]types.Action{stick(nil, true)}, "ValidationError"},
		"a duration of 0, not sticky":  {[]types.Action{stick(aws.Int32(0), false)}, "ValidationError"},
		"a duration of eight days":     {[]types.Action{stick(aws.Int32(691200), true)}, "ValidationError"},
		"two actions without an order": {[]types.Action{{Type: oidc().Type, AuthenticateOidcConfig: oidc().AuthenticateOidcConfig}, forward(s.blue, 1)}, "InvalidLoadBalancerAction"},
		"no action that ends":          {[]types.Action{oidc()}, "InvalidLoadBalancerAction"},
		"a group that is not there":    {[]types.Action{forward(missing, 1)}, "TargetGroupNotFound"},
		"a group that speaks TCP":      {[]types.Action{forward(tcp, 1)}, "IncompatibleProtocols"},
		"another balancer's group":     {[]types.Action{forward(s.blue, 1, elsewhere, 1)}, "TargetGroupAssociationLimit"},
	} {
		wantCode(t, what, s.modify(t, c.actions...), c.code)
	}
	if len(s.ledger.Changes()) != before {
		t.Errorf("a refused call was applied: %+v", s.ledger.Changes()[before:])
	}
}

func TestELBv2_refusalsAreTheSDKsTypedErrors(t *testing.T) {
	s := openShop(t)
	missing := s.rule + "0"
	_, err := s.api.DescribeRules(t.Context(), &elb.DescribeRulesInput{RuleArns: []string{s.rule, missing}})
	if gone := (*types.RuleNotFoundException)(nil); !errors.As(err, &gone) {
		t.Errorf("DescribeRules: %v", err)
	}
	_, err = s.api.ModifyRule(t.Context(), &elb.ModifyRuleInput{RuleArn: &missing, Actions: []types.Action{forward(s.blue, 1)}})
	if gone := (*types.RuleNotFoundException)(nil); !errors.As(err, &gone) {
		t.Errorf("ModifyRule: %v", err)
	}
	_, err = s.api.DescribeRules(t.Context(), &elb.DescribeRulesInput{ListenerArn: &missing})
	if gone := (*types.ListenerNotFoundException)(nil); !errors.As(err, &gone) {
		t.Errorf("DescribeRules of a listener: %v", err)
	}
	_, err = s.api.DescribeListeners(t.Context(), &elb.DescribeListenersInput{LoadBalancerArn: &missing})
	if gone := (*types.LoadBalancerNotFoundException)(nil); !errors.As(err, &gone) {
		t.Errorf("DescribeListeners of a balancer: %v", err)
	}
	_, err = s.api.ModifyListener(t.Context(), &elb.ModifyListenerInput{ListenerArn: &missing})
	if gone := (*types.ListenerNotFoundException)(nil); !errors.As(err, &gone) {
		t.Errorf("ModifyListener: %v", err)
	}
	def := s.elb.DefaultRule(s.listener)
	_, err = s.api.ModifyRule(t.Context(), &elb.ModifyRuleInput{RuleArn: &def, Actions: []types.Action{forward(s.blue, 1)}})
	if fixed := (*types.OperationNotPermittedException)(nil); !errors.As(err, &fixed) {
		t.Errorf("ModifyRule of the default rule: %v", err)
	}
	s.elb.RefuseNext("ModifyRule", "TooManyTargets")
	if full := (*types.TooManyTargetsException)(nil); !errors.As(s.modify(t, forward(s.blue, 1)), &full) {
		t.Error("RefuseNext did not refuse")
	}
	s.elb.DeleteRule(s.rule)
	wantCode(t, "a deleted rule", s.modify(t, forward(s.blue, 1)), "RuleNotFound")
	_, err = s.api.DescribeRules(t.Context(), &elb.DescribeRulesInput{})
	wantCode(t, "DescribeRules of nothing", err, "ValidationError")
	_, err = s.api.DescribeListeners(t.Context(), &elb.DescribeListenersInput{ListenerArns: []string{s.listener}}, func(o *elb.Options) { o.Region = "eu-west-1" })
	wantCode(t, "another region", err, "ListenerNotFound")
	_, err = s.api.DescribeAccountLimits(t.Context(), &elb.DescribeAccountLimitsInput{})
	wantCode(t, "an unknown operation", err, "InvalidAction")
}

func TestELBv2_listenerAndItsDefaultRuleAreOne(t *testing.T) {
	s := openShop(t)
	out, err := s.api.ModifyListener(t.Context(), &elb.ModifyListenerInput{ListenerArn: &s.listener, DefaultActions: []types.Action{forward(s.blue, 75, s.green, 25)}})
	if err != nil {
		t.Fatal(err)
	}
	if l := out.Listeners[0]; *l.Port != 80 || l.Protocol != types.ProtocolEnumHttp || *l.LoadBalancerArn != s.balancer || *l.DefaultActions[0].ForwardConfig.TargetGroups[1].Weight != 25 {
		t.Errorf("listener %+v", l)
	}
	rules, err := s.api.DescribeRules(t.Context(), &elb.DescribeRulesInput{ListenerArn: &s.listener})
	if err != nil {
		t.Fatal(err)
	}
	last := rules.Rules[len(rules.Rules)-1]
	if !*last.IsDefault || *last.Priority != "default" || *last.RuleArn != s.elb.DefaultRule(s.listener) || *last.Actions[0].ForwardConfig.TargetGroups[1].Weight != 25 {
		t.Errorf("default rule %+v", last)
	}
	if _, err := s.api.ModifyListener(t.Context(), &elb.ModifyListenerInput{ListenerArn: &s.listener, Port: aws.Int32(8080)}); err != nil {
		t.Fatal(err)
	}
	state := s.elb.Rule(s.listener)
	if state.Settings["Port"] != "8080" || state.Settings["Protocol"] != "HTTP" || state.Actions[0].Forward.Groups[1].Weight != 25 {
		t.Errorf("after a change of the port: %+v", state)
	}
}

func TestELBv2_rulesAndListenersComeInPages(t *testing.T) {
	s := openShop(t)
	want := []string{s.rule}
	for range 4 {
		want = append(want, s.elb.CreateRule(s.listener, "/x", awstest.ForwardTo(awstest.ForwardGroup{ARN: s.blue, Weight: 1})))
	}
	want = append(want, s.elb.DefaultRule(s.listener))
	var got []string
	n := 0
	for pages := elb.NewDescribeRulesPaginator(s.api, &elb.DescribeRulesInput{ListenerArn: &s.listener, PageSize: aws.Int32(4)}); pages.HasMorePages(); n++ {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range out.Rules {
			got = append(got, *r.RuleArn)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || n != 2 {
		t.Errorf("%d pages: %s", n, diff)
	}
	second := s.elb.CreateListener(s.balancer, awstest.ForwardTo(awstest.ForwardGroup{ARN: s.blue, Weight: 1}))
	got = nil
	for pages := elb.NewDescribeListenersPaginator(s.api, &elb.DescribeListenersInput{LoadBalancerArn: &s.balancer, PageSize: aws.Int32(1)}); pages.HasMorePages(); {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, *out.Listeners[0].ListenerArn)
	}
	if diff := cmp.Diff([]string{s.listener, second}, got); diff != "" {
		t.Error(diff)
	}
	_, err := s.api.DescribeRules(t.Context(), &elb.DescribeRulesInput{ListenerArn: &s.listener, Marker: aws.String("made up")})
	wantCode(t, "a marker never given out", err, "ValidationError")
}

func TestELBv2_ledgerKeepsWhatWasApplied(t *testing.T) {
	s := openShop(t)
	if err := s.modify(t, forward(s.blue, 95, s.green, 5)); err != nil {
		t.Fatal(err)
	}
	s.elb.SetRule(s.rule, awstest.ForwardTo(awstest.ForwardGroup{ARN: s.green, Weight: 7}))
	var got []string
	for _, c := range s.ledger.Changes() {
		state, ok := c.State.(awstest.RuleState)
		if !ok {
			t.Fatalf("state %T", c.State)
		}
		var weights []int
		for _, g := range state.Actions[0].Forward.Groups {
			weights = append(weights, g.Weight)
		}
		got = append(got, fmt.Sprintln(c.Actor, c.Kind, c.Resource == s.rule, weights))
	}
	want := []string{"setup listener false [1]\n", "setup rule true [1]\n", "AKIDWORKER rule true [95 5]\n", "foreign rule true [7]\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestELBv2_restoreLeavesTheStateEqual(t *testing.T) {
	s := openShop(t)
	before := s.elb.Rule(s.rule)
	described := s.describe(t).Actions
	if err := s.modify(t, forward(s.blue, 0, s.green, 1)); err != nil {
		t.Fatal(err)
	}
	if cmp.Equal(before, s.elb.Rule(s.rule)) {
		t.Fatal("the rule did not move")
	}
	if err := s.modify(t, described...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, s.elb.Rule(s.rule)); diff != "" {
		t.Error(diff)
	}
}

func TestELBv2_answersNameTheResourceIAMChecks(t *testing.T) {
	s := openShop(t)
	var got []string
	watch := func(o *elb.Options) { o.HTTPClient = watchResource{into: &got} }
	_, _ = s.api.ModifyRule(t.Context(), &elb.ModifyRuleInput{RuleArn: &s.rule, Actions: []types.Action{forward(s.blue, 1)}}, watch)
	_, _ = s.api.ModifyListener(t.Context(), &elb.ModifyListenerInput{ListenerArn: &s.listener}, watch)
	_, _ = s.api.DescribeRules(t.Context(), &elb.DescribeRulesInput{RuleArns: []string{s.rule}}, watch)
	if diff := cmp.Diff([]string{s.rule, s.listener, "*"}, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(s.rule, ":listener-rule/app/checkout/") || !strings.Contains(s.listener, ":listener/app/checkout/") {
		t.Errorf("ARNs %s, %s", s.rule, s.listener)
	}
}
