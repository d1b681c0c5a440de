package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// The statuses of a task set (API TaskSet).
const (
	primarySet  = "PRIMARY"
	drainingSet = "DRAINING"
)

// taskSetForm is what preflight notes, for the way back and for counting.
type taskSetForm struct {
	// Rule is the load balancer's part.
	Rule albForm `json:"rule"`
	// Primary and Canary are the ARNs of the two task sets, ScalePct the canary's
	// scale.
	Primary  string  `json:"primary"`
	Canary   string  `json:"canary"`
	ScalePct float64 `json:"scale"`
}

// readTaskSetForm is the zero form for a split without one.
func readTaskSetForm(text string) taskSetForm {
	var form taskSetForm
	if json.Unmarshal([]byte(text), &form) != nil {
		return taskSetForm{}
	}
	return form
}

// inRule is a split as the rule shows it: where both groups were attached before
// the release, the one without traffic stays at weight 0.
func (f taskSetForm) inRule(want statemachine.Split, has albPair, other string) statemachine.Split {
	groups := f.Rule.Groups
	if f.Rule.Stable == "" {
		groups = has.groups
	}
	if want.Canary == "" && groups[0].At != detached && groups[1].At != detached {
		want.Canary = other
	}
	return want
}

// setList are a service's task sets.
type setList []types.TaskSet

// primaryGroup is which of the two groups the primary task set stands behind.
func (l setList) primaryGroup(groups [2]string) (string, error) {
	for _, set := range l {
		if aws.ToString(set.Status) != primarySet {
			continue
		}
		for _, group := range groups {
			if behind(set, group) {
				return group, nil
			}
		}
		return "", errors.New("the primary task set stands behind neither of the two target groups")
	}
	return "", errors.New("the service has no primary task set")
}

// find is the task set of a group with this ARN; the newest for none.
func (l setList) find(group, arn string) *types.TaskSet {
	var found *types.TaskSet
	for i, set := range l {
		if !behind(set, group) || arn != "" && aws.ToString(set.TaskSetArn) != arn {
			continue
		}
		if found == nil || aws.ToTime(set.CreatedAt).After(aws.ToTime(found.CreatedAt)) {
			found = &l[i]
		}
	}
	return found
}

// behind reports whether a task set registers its tasks with a target group.
func behind(set types.TaskSet, group string) bool {
	return slices.ContainsFunc(set.LoadBalancers, func(b types.LoadBalancer) bool { return aws.ToString(b.TargetGroupArn) == group })
}

func scaleOf(set types.TaskSet) float64 {
	if set.Scale == nil {
		return 100
	}
	return set.Scale.Value
}

// scaleTo scales the task set that gains traffic up to its share, never down, and
// is ErrNotReady until its tasks run steadily.
func (t *taskSets) scaleTo(ctx context.Context, sets setList, form taskSetForm, group string, sharePct float64) error {
	set := sets.find(group, form.of(group))
	if set == nil {
		return failed(worker.ErrNotFound, "ecs:DescribeTaskSets", t.name, "there is no task set %s behind %s", form.of(group), group)
	}
	need := math.Ceil(sharePct*float64(t.CapacityPct)/100 - 1e-6)
	if scaleOf(*set) < need {
		scaled, err := t.setScale(ctx, *set, need)
		if err != nil {
			return err
		}
		set = scaled
	}
	if set.StabilityStatus != types.StabilityStatusSteadyState || set.RunningCount < set.ComputedDesiredCount {
		return failed(worker.ErrNotReady, "ecs:DescribeTaskSets", t.name, "%d of %d tasks of %s run, it is %s",
			set.RunningCount, set.ComputedDesiredCount, aws.ToString(set.Id), set.StabilityStatus)
	}
	return nil
}

// of is the task set that preflight noted for a group, "" without a form.
func (f taskSetForm) of(group string) string {
	if f.Rule.Stable == group {
		return f.Primary
	}
	return f.Canary
}

// scaleBack gives the canary's task set the scale it had, if it is still there.
func (t *taskSets) scaleBack(ctx context.Context, sets setList, form taskSetForm) error {
	set := sets.find(t.rule.other(form.Rule.Stable), form.Canary)
	if form.Canary == "" || set == nil || scaleOf(*set) == form.ScalePct {
		return nil
	}
	_, err := t.setScale(ctx, *set, form.ScalePct)
	return err
}

// enough is ErrNotReady while the group has too few healthy targets for more
// traffic than it has.
func (t *taskSets) enough(ctx context.Context, group string, sharePct float64, form taskSetForm) error {
	shows, err := t.rule.read(ctx)
	if err != nil {
		return err
	}
	if sharePct <= shows.pair(t.Groups).share(group) {
		return nil
	}
	return t.rule.enough(ctx, group, sharePct, form.Rule)
}

// attachWhile attaches a group at weight 0 while it is waited for: nothing that no
// rule forwards to is checked for health.
func (t *taskSets) attachWhile(ctx context.Context, group string, form taskSetForm, waits error) error {
	if !errors.Is(waits, worker.ErrNotReady) {
		return waits
	}
	shows, err := t.rule.read(ctx)
	if err != nil {
		return err
	}
	has := shows.pair(t.Groups)
	if err := t.rule.put(ctx, shows, has, has.attach(group, form.Rule)); err != nil {
		return err
	}
	return waits
}

// note writes the form down.
func (f taskSetForm) note(name string) (string, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("note what %s shows: %w", name, err)
	}
	return string(text), nil
}
