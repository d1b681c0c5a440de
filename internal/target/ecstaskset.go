package target

import (
	"context"
	"errors"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Two task sets of an ECS service with the EXTERNAL deployment controller, each
// behind one of the two target groups of an Application Load Balancer's rule or
// listener (ECS developer guide, "Deploy Amazon ECS services using a third-party
// controller").
//
// Weight: a group's share of the requests, as behind a load balancer alone, which
// this kind stands on (alb.go); stable is the group of the primary task set.
// Before a weight the canary's task set is scaled to that share of the service's
// desired count, by the capacity asked for, and waited for. The final form makes
// it the primary one; a way back takes the traffic first, then the primary role,
// then the scale to what they were. The stable task set keeps its scale. Shows:
// seconds, tasks a minute or more. Fence: none.
// IAM: what alb.go needs; ecs:DescribeTaskSets and UpdateTaskSet on the service's
// task sets, ecs:UpdateServicePrimaryTaskSet on the service.
func taskSetKind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{SwapsRoles: true, Unshown: true}, API: "elb"},
		open:       openTaskSets,
	}
}

// TaskSetAPI is what the task sets of a service call, beside ALBAPI.
type TaskSetAPI interface {
	DescribeTaskSets(context.Context, *ecs.DescribeTaskSetsInput, ...func(*ecs.Options)) (*ecs.DescribeTaskSetsOutput, error)
	UpdateTaskSet(context.Context, *ecs.UpdateTaskSetInput, ...func(*ecs.Options)) (*ecs.UpdateTaskSetOutput, error)
	UpdateServicePrimaryTaskSet(context.Context, *ecs.UpdateServicePrimaryTaskSetInput, ...func(*ecs.Options)) (*ecs.UpdateServicePrimaryTaskSetOutput, error)
}

// TaskSetConfig is the file's part.
type TaskSetConfig struct {
	// Cluster and Service are names.
	Cluster string `json:"cluster"`
	Service string `json:"service"`
	// ALBConfig is the rule or the listener before the task sets, their two target
	// groups, and the capacity; it bounds the canary's scale as well.
	ALBConfig
}

// Validate reports all that is wrong.
func (c TaskSetConfig) Validate() error {
	name := regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)
	var wrong []error
	if !name.MatchString(c.Cluster) {
		wrong = append(wrong, errors.New("cluster must be a cluster's name"))
	}
	if !name.MatchString(c.Service) {
		wrong = append(wrong, errors.New("service must be a service's name"))
	}
	return errors.Join(append(wrong, c.ALBConfig.Validate())...)
}

type taskSets struct {
	TaskSetConfig
	name string // "prod/checkout"
	rule *albRule
	api  TaskSetAPI
}

func openTaskSets(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	t := &taskSets{}
	if err := decode(spec, &t.TaskSetConfig); err != nil {
		return nil, err
	}
	if t.CapacityPct == 0 {
		t.CapacityPct = 100
	}
	t.name = t.Cluster + "/" + t.Service
	t.rule = &albRule{ALBConfig: t.ALBConfig, name: t.Rule + t.Listener}
	region := regionOf(t.rule.name)
	var err error
	t.rule.api, err = client(clients, "elasticloadbalancing", region, func(cfg aws.Config) ALBAPI { return elb.NewFromConfig(cfg) })
	if err != nil {
		return nil, err
	}
	t.api, err = client(clients, "ecs", region, func(cfg aws.Config) TaskSetAPI { return ecs.NewFromConfig(cfg) })
	return t, err
}

// Observe reads the task sets, of which the primary one says which group is
// stable, and the other group's share.
func (t *taskSets) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	shows, err := t.rule.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	sets, err := t.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	stable, err := sets.primaryGroup(t.Groups)
	if err != nil {
		return statemachine.Split{}, "", failed(worker.ErrInvalid, "ecs:DescribeTaskSets", t.name, "%w", err)
	}
	pair := shows.pair(t.Groups)
	if sum(pair.groups) == 0 {
		return statemachine.Split{}, "", failed(worker.ErrInvalid, t.rule.readCall(), t.rule.name, "neither of the two groups gets any traffic")
	}
	split := statemachine.Split{Stable: stable}
	if other := t.rule.other(stable); pair.share(other) > 0 {
		split.Canary, split.WeightPct = other, pair.share(other)
	}
	return split, "", nil
}

// read is the service's task sets that are not draining.
func (t *taskSets) read(ctx context.Context) (setList, error) {
	out, err := t.api.DescribeTaskSets(ctx, &ecs.DescribeTaskSetsInput{Cluster: &t.Cluster, Service: &t.Service})
	if err != nil {
		return nil, awserr.Classify("ecs:DescribeTaskSets", t.name, err)
	}
	var sets setList
	for _, set := range out.TaskSets {
		if aws.ToString(set.Status) != drainingSet {
			sets = append(sets, set)
		}
	}
	return sets, nil
}

// Write prepares the group that gains traffic, then moves what differs: forward
// the primary role before the traffic, so that what shows in between is what was
// there; on the way back the traffic first.
func (t *taskSets) Write(ctx context.Context, want worker.Want, _ worker.Token) error {
	sets, err := t.read(ctx)
	if err != nil {
		return err
	}
	form := readTaskSetForm(want.Form)
	group, share := albGains(want.Split, form.Rule)
	back := form.Rule.Stable == want.Stable && share == 0
	if share > 0 {
		if err := t.scaleTo(ctx, sets, form, group, share); err != nil {
			return t.attachWhile(ctx, group, form, err)
		}
	}
	if back {
		if err := t.weigh(ctx, want.Split, form); err != nil {
			return err
		}
		if err := t.makePrimary(ctx, sets, want.Stable, form.Primary); err != nil {
			return err
		}
		return t.scaleBack(ctx, sets, form)
	}
	if share > 0 {
		if err := t.enough(ctx, group, share, form); err != nil {
			return t.attachWhile(ctx, group, form, err)
		}
	}
	if err := t.makePrimary(ctx, sets, want.Stable, form.Canary); err != nil {
		return err
	}
	return t.weigh(ctx, want.Split, form)
}

// weigh shows the split on the rule.
func (t *taskSets) weigh(ctx context.Context, want statemachine.Split, form taskSetForm) error {
	shows, err := t.rule.read(ctx)
	if err != nil {
		return err
	}
	has := shows.pair(t.Groups)
	next, err := has.show(form.inRule(want, has, t.rule.other(want.Stable)), form.Rule)
	if err != nil {
		return failed(worker.ErrInvalid, t.rule.writeCall(), t.rule.name, "%w", err)
	}
	return t.rule.put(ctx, shows, has, next)
}

// makePrimary gives a group's task set the primary role, unless it has it: the one
// named, or the newest where none is.
func (t *taskSets) makePrimary(ctx context.Context, sets setList, group, id string) error {
	if primary, err := sets.primaryGroup(t.Groups); err == nil && primary == group {
		return nil
	}
	set := sets.find(group, id)
	if set == nil {
		return failed(worker.ErrNotFound, "ecs:UpdateServicePrimaryTaskSet", t.name, "there is no task set %s behind %s", id, group)
	}
	_, err := t.api.UpdateServicePrimaryTaskSet(ctx, &ecs.UpdateServicePrimaryTaskSetInput{
		Cluster: &t.Cluster, Service: &t.Service, PrimaryTaskSet: set.TaskSetArn,
	})
	return awserr.Classify("ecs:UpdateServicePrimaryTaskSet", t.name, err)
}

// setScale scales a task set to a percentage of the service's desired count.
func (t *taskSets) setScale(ctx context.Context, set types.TaskSet, pct float64) (*types.TaskSet, error) {
	out, err := t.api.UpdateTaskSet(ctx, &ecs.UpdateTaskSetInput{
		Cluster: &t.Cluster, Service: &t.Service, TaskSet: set.TaskSetArn, Scale: &types.Scale{Unit: types.ScaleUnitPercent, Value: pct},
	})
	if err != nil {
		return nil, awserr.Classify("ecs:UpdateTaskSet", t.name, err)
	}
	return out.TaskSet, nil
}

var _ worker.Target = (*taskSets)(nil)
