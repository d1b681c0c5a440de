package awstest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestELBv2_hundredGroupsABalancerAtMost(t *testing.T) {
	s := openShop(t)
	next := func() awstest.ForwardGroup {
		return awstest.ForwardGroup{ARN: s.elb.CreateTargetGroup("g", ""), Weight: 1}
	}
	for range 24 {
		s.elb.CreateRule(s.listener, "/", awstest.ForwardTo(next(), next(), next(), next()))
	}
	s.elb.CreateRule(s.listener, "/", awstest.ForwardTo(next(), next(), next())) // with blue, 100
	err := s.modify(t, forward(s.blue, 1, s.green, 1))
	if full := (*types.TooManyUniqueTargetGroupsPerLoadBalancerException)(nil); !errors.As(err, &full) {
		t.Errorf("the 101st group: %v", err)
	}
}

func health(t *testing.T, s shop, group string, ids ...string) []string {
	t.Helper()
	in := &elb.DescribeTargetHealthInput{TargetGroupArn: &group}
	for _, id := range ids {
		in.Targets = append(in.Targets, types.TargetDescription{Id: &id})
	}
	out, err := s.api.DescribeTargetHealth(t.Context(), in)
	if err != nil {
		t.Fatalf("DescribeTargetHealth: %v", err)
	}
	var got []string
	for _, d := range out.TargetHealthDescriptions {
		got = append(got, strings.TrimSpace(*d.Target.Id+" "+string(d.TargetHealth.State)+" "+string(d.TargetHealth.Reason)))
	}
	return got
}

func TestELBv2_groupNobodyForwardsToIsUnused(t *testing.T) {
	s := openShop(t)
	unused := []string{"10.0.1.1 unused Target.NotInUse", "10.0.1.2 unused Target.NotInUse"}
	if diff := cmp.Diff(unused, health(t, s, s.green)); diff != "" {
		t.Error(diff)
	}
	if err := s.modify(t, forward(s.blue, 1, s.green, 0)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"10.0.1.1 healthy", "10.0.1.2 healthy"}, health(t, s, s.green)); diff != "" {
		t.Errorf("attached with weight 0: %s", diff)
	}
	if err := s.modify(t, forward(s.blue, 1)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(unused, health(t, s, s.green)); diff != "" {
		t.Errorf("detached: %s", diff)
	}
}

func TestELBv2_attachedGroupIsInitialForSomeReads(t *testing.T) {
	s := openShop(t)
	s.elb.HealthyAfter(2)
	s.elb.SetTarget(s.green, "10.0.1.2", "unhealthy")
	health(t, s, s.green) // unused: no health check has begun
	if err := s.modify(t, forward(s.blue, 1, s.green, 0)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for range 3 {
		got = append(got, health(t, s, s.green)[0])
	}
	if diff := cmp.Diff([]string{"10.0.1.1 initial Elb.InitialHealthChecking", "10.0.1.1 initial Elb.InitialHealthChecking", "10.0.1.1 healthy"}, got); diff != "" {
		t.Error(diff)
	}
	if err := s.modify(t, forward(s.blue, 1, s.green, 10)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"10.0.1.1 healthy", "10.0.1.2 unhealthy Target.FailedHealthChecks"}, health(t, s, s.green)); diff != "" {
		t.Errorf("a new weight began new checks: %s", diff)
	}
	if diff := cmp.Diff([]string{"10.0.0.1 healthy", "10.0.0.2 healthy"}, health(t, s, s.blue)); diff != "" {
		t.Errorf("a group in use from the start: %s", diff)
	}
}

func TestELBv2_targetsShowTheStateTheTestGaveThem(t *testing.T) {
	s := openShop(t)
	for _, state := range []string{"initial", "unhealthy", "unhealthy.draining", "draining", "unavailable"} {
		s.elb.SetTarget(s.blue, "10.0.0.9", state)
		got := health(t, s, s.blue, "10.0.0.9", "10.0.0.7")
		if !strings.HasPrefix(got[0], "10.0.0.9 "+state+" ") || got[1] != "10.0.0.7 unused Target.NotRegistered" {
			t.Errorf("%s: %v", state, got)
		}
	}
	s.elb.SetTarget(s.blue, "10.0.0.9", "")
	if got := health(t, s, s.blue); slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "10.0.0.9") }) {
		t.Errorf("deregistered: %v", got)
	}
}

func TestELBv2_targetHealthErrorsAreTyped(t *testing.T) {
	s := openShop(t)
	missing := s.blue + "0"
	_, err := s.api.DescribeTargetHealth(t.Context(), &elb.DescribeTargetHealthInput{TargetGroupArn: &missing})
	if gone := (*types.TargetGroupNotFoundException)(nil); !errors.As(err, &gone) {
		t.Errorf("missing group: %v", err)
	}
	s.elb.RefuseNext("DescribeTargetHealth", "HealthUnavailable")
	_, err = s.api.DescribeTargetHealth(t.Context(), &elb.DescribeTargetHealthInput{TargetGroupArn: &s.blue})
	if unavailable := (*types.HealthUnavailableException)(nil); !errors.As(err, &unavailable) {
		t.Errorf("health unavailable: %v", err)
	}
	_, err = s.api.DescribeTargetHealth(t.Context(), &elb.DescribeTargetHealthInput{TargetGroupArn: &s.blue, Targets: []types.TargetDescription{{Id: aws.String("")}}})
	if bad := (*types.InvalidTargetException)(nil); !errors.As(err, &bad) {
		t.Errorf("a target without an id: %v", err)
	}
	health(t, s, s.blue)
}

func TestELBv2_targetGroupsNameTheBalancerThatUsesThem(t *testing.T) {
	s := openShop(t)
	groups := func(in *elb.DescribeTargetGroupsInput) []string {
		var got []string
		for pages := elb.NewDescribeTargetGroupsPaginator(s.api, in); pages.HasMorePages(); {
			out, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range out.TargetGroups {
				got = append(got, *g.TargetGroupName+" "+strings.Join(g.LoadBalancerArns, " "))
			}
		}
		return got
	}
	if diff := cmp.Diff([]string{"blue " + s.balancer, "green "}, groups(&elb.DescribeTargetGroupsInput{PageSize: aws.Int32(1)})); diff != "" {
		t.Error(diff)
	}
	for what, in := range map[string]*elb.DescribeTargetGroupsInput{
		"by ARN": {TargetGroupArns: []string{s.blue}}, "by name": {Names: []string{"blue"}}, "by load balancer": {LoadBalancerArn: &s.balancer},
	} {
		if diff := cmp.Diff([]string{"blue " + s.balancer}, groups(in)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	_, err := s.api.DescribeTargetGroups(t.Context(), &elb.DescribeTargetGroupsInput{Names: []string{"black"}})
	if gone := (*types.TargetGroupNotFoundException)(nil); !errors.As(err, &gone) {
		t.Errorf("missing group: %v", err)
	}
	s.elb.DeleteTargetGroup(s.green)
	wantCode(t, "a deleted group", s.modify(t, forward(s.blue, 1, s.green, 0)), "TargetGroupNotFound")
}

func TestELBv2_tagsTellAnIngressControllersRule(t *testing.T) {
	s := openShop(t)
	s.elb.Tag(s.rule, map[string]string{"ingress.k8s.aws/stack": "shop", "elbv2.k8s.aws/cluster": "prod"})
	out, err := s.api.DescribeTags(t.Context(), &elb.DescribeTagsInput{ResourceArns: []string{s.rule, s.listener, s.blue, s.balancer}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.TagDescriptions) != 4 || *out.TagDescriptions[0].ResourceArn != s.rule || len(out.TagDescriptions[1].Tags) != 0 {
		t.Fatalf("%+v", out.TagDescriptions)
	}
	var got []string
	for _, tag := range out.TagDescriptions[0].Tags {
		got = append(got, *tag.Key+"="+*tag.Value)
	}
	if diff := cmp.Diff([]string{"elbv2.k8s.aws/cluster=prod", "ingress.k8s.aws/stack=shop"}, got); diff != "" {
		t.Error(diff)
	}
	_, err = s.api.DescribeTags(t.Context(), &elb.DescribeTagsInput{ResourceArns: []string{s.blue + "0"}})
	wantCode(t, "a missing group", err, "TargetGroupNotFound")
	_, err = s.api.DescribeTags(t.Context(), &elb.DescribeTagsInput{ResourceArns: []string{s.rule + "0"}})
	wantCode(t, "a missing rule", err, "RuleNotFound")
	_, err = s.api.DescribeTags(t.Context(), &elb.DescribeTagsInput{ResourceArns: slices.Repeat([]string{s.blue}, 21)})
	wantCode(t, "21 resources", err, "ValidationError")
}
