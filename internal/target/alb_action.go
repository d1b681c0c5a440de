package target

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// read is the rule's or the listener's actions, of which one forwards.
func (r *albRule) read(ctx context.Context) (albActions, error) {
	describe := r.describeListener
	if r.Rule != "" {
		describe = r.describeRule
	}
	found, err := describe(ctx)
	switch {
	case err != nil:
		return albActions{}, awserr.Classify(r.readCall(), r.name, err)
	case len(found) != 1:
		return albActions{}, failed(worker.ErrNotFound, r.readCall(), r.name, "%d were found", len(found))
	}
	if err := found[0].findForward(); err != nil {
		return albActions{}, failed(worker.ErrInvalid, r.readCall(), r.name, "%w", err)
	}
	return found[0], nil
}

func (r *albRule) describeRule(ctx context.Context) ([]albActions, error) {
	out, err := r.api.DescribeRules(ctx, &elb.DescribeRulesInput{RuleArns: []string{r.Rule}})
	if err != nil {
		return nil, err
	}
	var found []albActions
	for _, rule := range out.Rules {
		found = append(found, albActions{list: rule.Actions, isDefault: aws.ToBool(rule.IsDefault)})
	}
	return found, nil
}

func (r *albRule) describeListener(ctx context.Context) ([]albActions, error) {
	out, err := r.api.DescribeListeners(ctx, &elb.DescribeListenersInput{ListenerArns: []string{r.Listener}})
	if err != nil {
		return nil, err
	}
	var found []albActions
	for _, listener := range out.Listeners {
		found = append(found, albActions{list: listener.DefaultActions})
	}
	return found, nil
}

// albActions are a rule's or a listener's actions.
type albActions struct {
	list []types.Action
	// forward is the place of the one that forwards.
	forward int
	// isDefault: they belong to a listener's default rule, read as a rule.
	isDefault bool
}

// findForward finds the action to change.
func (a *albActions) findForward() error {
	a.forward = slices.IndexFunc(a.list, func(action types.Action) bool { return action.Type == types.ActionTypeEnumForward })
	if a.forward < 0 {
		return errors.New("no action forwards to target groups")
	}
	return nil
}

// tuples are the forward action's groups, also where it names a single one.
func (a albActions) tuples() []types.TargetGroupTuple {
	action := a.list[a.forward]
	if action.ForwardConfig != nil && len(action.ForwardConfig.TargetGroups) > 0 {
		return action.ForwardConfig.TargetGroups
	}
	return []types.TargetGroupTuple{{TargetGroupArn: action.TargetGroupArn, Weight: aws.Int32(1)}}
}

// pair finds the two groups.
func (a albActions) pair(groups [2]string) albPair {
	p := albPair{groups: [2]albShare{{groups[0], 0, detached}, {groups[1], 0, detached}}}
	for at, tuple := range a.tuples() {
		switch arn := aws.ToString(tuple.TargetGroupArn); arn {
		case groups[0]:
			p.groups[0] = albShare{arn, aws.ToInt32(tuple.Weight), at}
		case groups[1]:
			p.groups[1] = albShare{arn, aws.ToInt32(tuple.Weight), at}
		default:
			p.others += aws.ToInt32(tuple.Weight)
		}
	}
	return p
}

// with are the actions as a call must say them to change nothing but the pair: a
// group named alone stands in the list only, and the client secret that is never
// described is the existing one (API Action, AuthenticateOidcActionConfig).
func (a albActions) with(next albPair) []types.Action {
	actions := slices.Clone(a.list)
	for i := range actions {
		if oidc := actions[i].AuthenticateOidcConfig; oidc != nil {
			kept := *oidc
			kept.UseExistingClientSecret = aws.Bool(true)
			actions[i].AuthenticateOidcConfig = &kept
		}
	}
	config := types.ForwardActionConfig{}
	if described := actions[a.forward].ForwardConfig; described != nil {
		config = *described
	}
	config.TargetGroups = arranged(a.tuples(), next)
	actions[a.forward].ForwardConfig, actions[a.forward].TargetGroupArn = &config, nil
	return actions
}

// arranged lays the pair over a list of groups.
func arranged(tuples []types.TargetGroupTuple, next albPair) []types.TargetGroupTuple {
	tuples = slices.Clone(tuples)
	place := func(arn string) int {
		return slices.IndexFunc(tuples, func(t types.TargetGroupTuple) bool { return aws.ToString(t.TargetGroupArn) == arn })
	}
	for _, g := range next.groups {
		tuple := types.TargetGroupTuple{TargetGroupArn: aws.String(g.ARN), Weight: aws.Int32(g.Weight)}
		switch at := place(g.ARN); {
		case g.At == detached:
		case at >= 0:
			tuples[at] = tuple
		default:
			tuples = slices.Insert(tuples, min(g.At, len(tuples)), tuple)
		}
	}
	for _, g := range next.groups {
		if at := place(g.ARN); g.At == detached && at >= 0 {
			tuples = slices.Delete(tuples, at, at+1)
		}
	}
	return tuples
}
