package target

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/vpclattice"
	"github.com/aws/aws-sdk-go-v2/service/vpclattice/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// latticeAction is a rule's or a listener's action, which forwards.
type latticeAction struct {
	groups []types.WeightedTargetGroup
	// isDefault: it belongs to a listener's default rule, read as a rule.
	isDefault bool
}

// read is what the rule or the listener does.
func (r *latticeRule) read(ctx context.Context) (latticeAction, error) {
	var action types.RuleAction
	var shows latticeAction
	if r.rule != "" {
		out, err := r.api.GetRule(ctx, &vpclattice.GetRuleInput{
			ServiceIdentifier: &r.service, ListenerIdentifier: &r.listener, RuleIdentifier: &r.rule,
		})
		if err != nil {
			return latticeAction{}, awserr.Classify(r.readCall(), r.name, err)
		}
		action, shows.isDefault = out.Action, aws.ToBool(out.IsDefault)
	} else {
		out, err := r.api.GetListener(ctx, &vpclattice.GetListenerInput{ServiceIdentifier: &r.service, ListenerIdentifier: &r.listener})
		if err != nil {
			return latticeAction{}, awserr.Classify(r.readCall(), r.name, err)
		}
		action = out.DefaultAction
	}
	forward, ok := action.(*types.RuleActionMemberForward)
	if !ok {
		return latticeAction{}, failed(worker.ErrInvalid, r.readCall(), r.name, "%w", errors.New("its action does not forward to target groups"))
	}
	shows.groups = forward.Value.TargetGroups
	return shows, nil
}

// groupID is the id of a target group that is named by its id or its ARN: an answer
// may have either (API WeightedTargetGroup).
func groupID(named string) string { return named[strings.LastIndexByte(named, '/')+1:] }

// pair finds the two groups. A weight that is left out is 100 (API
// WeightedTargetGroup).
func (a latticeAction) pair(groups [2]string) albPair {
	p := albPair{groups: [2]albShare{{groups[0], 0, detached}, {groups[1], 0, detached}}}
	for at, tuple := range a.groups {
		weight := int32(100)
		if tuple.Weight != nil {
			weight = *tuple.Weight
		}
		switch groupID(aws.ToString(tuple.TargetGroupIdentifier)) {
		case groupID(groups[0]):
			p.groups[0] = albShare{groups[0], weight, at}
		case groupID(groups[1]):
			p.groups[1] = albShare{groups[1], weight, at}
		default:
			p.others += weight
		}
	}
	return p
}

// with is the action with the pair laid over it.
func (a latticeAction) with(next albPair) types.RuleAction {
	groups := slices.Clone(a.groups)
	place := func(arn string) int {
		return slices.IndexFunc(groups, func(t types.WeightedTargetGroup) bool {
			return groupID(aws.ToString(t.TargetGroupIdentifier)) == groupID(arn)
		})
	}
	for _, g := range next.groups {
		tuple := types.WeightedTargetGroup{TargetGroupIdentifier: aws.String(groupID(g.ARN)), Weight: aws.Int32(g.Weight)}
		switch at := place(g.ARN); {
		case g.At == detached:
		case at >= 0:
			groups[at] = tuple
		default:
			groups = slices.Insert(groups, min(g.At, len(groups)), tuple)
		}
	}
	for _, g := range next.groups {
		if at := place(g.ARN); g.At == detached && at >= 0 {
			groups = slices.Delete(groups, at, at+1)
		}
	}
	return &types.RuleActionMemberForward{Value: types.ForwardAction{TargetGroups: groups}}
}
