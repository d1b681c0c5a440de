package target

import (
	"context"
	"errors"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A rule, or a listener's default action, of an Application Load Balancer, and the
// two target groups that swap roles under it (User Guide, "Forward actions").
//
// Weight: a group's share of the requests is its weight by the sum of weights;
// here by the sum of the two, whatever other groups have. Weights are whole
// numbers up to 999, so a share has one decimal at most. Clients that stick to a
// group stay there until their cookie ends or the group is detached. Shows:
// within seconds. Fence: none. A group without healthy targets keeps its share and
// answers 503, so the canary group is counted before it is given more.
// IAM: elasticloadbalancing:DescribeRules, DescribeListeners, DescribeTags,
// DescribeTargetGroups, DescribeTargetHealth on *; ModifyRule on the rule,
// ModifyListener on the listener.
func albKind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{SwapsRoles: true}, API: "elb"},
		open:       openALB,
	}
}

// ALBAPI is what an Application Load Balancer's rule calls.
type ALBAPI interface {
	DescribeRules(context.Context, *elb.DescribeRulesInput, ...func(*elb.Options)) (*elb.DescribeRulesOutput, error)
	DescribeListeners(context.Context, *elb.DescribeListenersInput, ...func(*elb.Options)) (*elb.DescribeListenersOutput, error)
	DescribeTags(context.Context, *elb.DescribeTagsInput, ...func(*elb.Options)) (*elb.DescribeTagsOutput, error)
	DescribeTargetGroups(context.Context, *elb.DescribeTargetGroupsInput, ...func(*elb.Options)) (*elb.DescribeTargetGroupsOutput, error)
	DescribeTargetHealth(context.Context, *elb.DescribeTargetHealthInput, ...func(*elb.Options)) (*elb.DescribeTargetHealthOutput, error)
	ModifyRule(context.Context, *elb.ModifyRuleInput, ...func(*elb.Options)) (*elb.ModifyRuleOutput, error)
	ModifyListener(context.Context, *elb.ModifyListenerInput, ...func(*elb.Options)) (*elb.ModifyListenerOutput, error)
}

// ALBConfig is the file's part.
type ALBConfig struct {
	// Rule is a listener rule's ARN, Listener a listener's, for its default action.
	// One of them.
	Rule     string `json:"rule,omitempty"`
	Listener string `json:"listener,omitempty"`
	// Groups are the ARNs of the two target groups.
	Groups [2]string `json:"groups"`
	// CapacityPct is how many healthy targets the canary group must have, in percent
	// of what its share of the stable group's is. 1–100; 0 means 100.
	CapacityPct int `json:"capacityPct,omitempty"`
}

// Validate reports all that is wrong.
func (c ALBConfig) Validate() error {
	const arn = `^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:`
	var wrong []error
	check := func(ok bool, text string) {
		if !ok {
			wrong = append(wrong, errors.New(text))
		}
	}
	check((c.Rule == "") != (c.Listener == ""), "either rule or listener must be given")
	check(c.Rule == "" || regexp.MustCompile(arn+`listener-rule/app(/[A-Za-z0-9-]+){4}$`).MatchString(c.Rule), "rule must be the ARN of a listener rule")
	check(c.Listener == "" || regexp.MustCompile(arn+`listener/app(/[A-Za-z0-9-]+){3}$`).MatchString(c.Listener), "listener must be the ARN of a listener")
	for _, group := range c.Groups {
		check(regexp.MustCompile(arn+`targetgroup(/[A-Za-z0-9-]+){2}$`).MatchString(group), "groups must be the ARNs of two target groups")
	}
	check(c.Groups[0] != c.Groups[1], "groups must be two different ones")
	check(c.CapacityPct >= 0 && c.CapacityPct <= 100, "capacityPct must be from 1 to 100")
	return errors.Join(wrong...)
}

type albRule struct {
	ALBConfig
	name string // the ARN whose weights are set
	api  ALBAPI
}

func openALB(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	r := &albRule{}
	if err := decode(spec, &r.ALBConfig); err != nil {
		return nil, err
	}
	if r.CapacityPct == 0 {
		r.CapacityPct = 100
	}
	r.name = r.Rule + r.Listener
	var err error
	r.api, err = client(clients, "elasticloadbalancing", regionOf(r.name), func(cfg aws.Config) ALBAPI {
		return elb.NewFromConfig(cfg)
	})
	return r, err
}

// Observe reads the action. It does not say which group is the canary: stable is
// the one with more traffic, the first of the file when they have as much.
func (r *albRule) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	shows, err := r.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	split, err := shows.pair(r.Groups).split()
	if err != nil {
		return statemachine.Split{}, "", failed(worker.ErrInvalid, r.readCall(), r.name, "%w", err)
	}
	return split, "", nil
}

// Write changes the two groups' weights and attachment and copies everything else
// back. What shows it already is not written.
func (r *albRule) Write(ctx context.Context, want worker.Want, _ worker.Token) error {
	shows, err := r.read(ctx)
	if err != nil {
		return err
	}
	form := readALBForm(want.Form)
	has := shows.pair(r.Groups)
	next, err := has.show(want.Split, form)
	if err != nil {
		return failed(worker.ErrInvalid, r.writeCall(), r.name, "%w", err)
	}
	group, share := albGains(want.Split, form)
	if share <= has.share(group) {
		return r.put(ctx, shows, has, next)
	}
	tooSmall := r.enough(ctx, group, share, form)
	if tooSmall == nil {
		return r.put(ctx, shows, has, next)
	}
	if errors.Is(tooSmall, worker.ErrNotReady) {
		if err := r.put(ctx, shows, has, has.attach(group, form)); err != nil {
			return err
		}
	}
	return tooSmall
}

// put writes the action, unless it is as it should be.
func (r *albRule) put(ctx context.Context, shows albActions, has, next albPair) error {
	if has == next {
		return nil
	}
	actions := shows.with(next)
	var err error
	if r.Rule != "" {
		_, err = r.api.ModifyRule(ctx, &elb.ModifyRuleInput{RuleArn: &r.Rule, Actions: actions})
	} else {
		_, err = r.api.ModifyListener(ctx, &elb.ModifyListenerInput{ListenerArn: &r.Listener, DefaultActions: actions})
	}
	return awserr.Classify(r.writeCall(), r.name, err)
}

func (r *albRule) readCall() string {
	if r.Rule != "" {
		return "elasticloadbalancing:DescribeRules"
	}
	return "elasticloadbalancing:DescribeListeners"
}

func (r *albRule) writeCall() string {
	if r.Rule != "" {
		return "elasticloadbalancing:ModifyRule"
	}
	return "elasticloadbalancing:ModifyListener"
}

var _ worker.Target = (*albRule)(nil)
