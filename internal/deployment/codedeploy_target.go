package deployment

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awserr"
)

// deployed is what a deployment's target tells of it.
type deployed struct {
	// weightPct is the new version's share; nil on instances.
	weightPct *float64
	// trafficAllowed: all of it goes there, and the hook after that has succeeded.
	trafficAllowed bool
	// since is when the target last changed: the beginning of what it waits in.
	since time.Time
	// events are the target's lifecycle events, where a hook can be one of them.
	events []types.LifecycleEvent
}

// deployed reads the target of a deployment; on instances one of the new side.
// What has not started has none.
func (d *codeDeploy) deployed(ctx context.Context, info *types.DeploymentInfo) (deployed, error) {
	at := deployed{since: aws.ToTime(info.StartTime)}
	if info.StartTime == nil || !weighs(info) && !blueGreen(info) {
		return at, nil
	}
	target, err := d.firstTarget(ctx, info)
	if err != nil || target == nil {
		return at, err
	}
	at.read(target)
	return at, nil
}

// firstTarget is the only one on ECS and Lambda; nil if there is none (yet).
func (d *codeDeploy) firstTarget(ctx context.Context, info *types.DeploymentInfo) (*types.DeploymentTarget, error) {
	in := &codedeploy.ListDeploymentTargetsInput{DeploymentId: info.DeploymentId}
	if info.ComputePlatform == types.ComputePlatformServer {
		in.TargetFilters = map[string][]string{string(types.TargetFilterNameServerInstanceLabel): {string(types.TargetLabelGreen)}}
	}
	listed, err := d.api.ListDeploymentTargets(ctx, in)
	if _, early := errors.AsType[*types.DeploymentNotStartedException](err); early {
		return nil, nil
	}
	if err != nil {
		return nil, awserr.Classify("codedeploy:ListDeploymentTargets", d.name+" "+aws.ToString(info.DeploymentId), err)
	}
	if len(listed.TargetIds) == 0 {
		return nil, nil
	}
	out, err := d.api.GetDeploymentTarget(ctx, &codedeploy.GetDeploymentTargetInput{DeploymentId: info.DeploymentId, TargetId: &listed.TargetIds[0]})
	if err != nil {
		return nil, awserr.Classify("codedeploy:GetDeploymentTarget", d.name+" "+aws.ToString(info.DeploymentId), err)
	}
	return out.DeploymentTarget, nil
}

// read takes in a target of any platform.
func (at *deployed) read(t *types.DeploymentTarget) {
	switch {
	case t.EcsTarget != nil:
		share := 0.0
		for _, set := range t.EcsTarget.TaskSetsInfo {
			if set.TaskSetLabel == types.TargetLabelGreen {
				share = set.TrafficWeight
			}
		}
		at.weightPct, at.events = &share, t.EcsTarget.LifecycleEvents
		at.trafficAllowed = share == 100 && succeeded(t.EcsTarget.LifecycleEvents, "AfterAllowTraffic")
		at.after(t.EcsTarget.LifecycleEvents)
	case t.LambdaTarget != nil:
		at.events = t.LambdaTarget.LifecycleEvents
		if f := t.LambdaTarget.LambdaFunctionInfo; f != nil {
			at.weightPct = &f.TargetVersionWeight
		}
	case t.InstanceTarget != nil:
		at.after(t.InstanceTarget.LifecycleEvents)
	}
}

func succeeded(events []types.LifecycleEvent, name string) bool {
	return slices.ContainsFunc(events, func(e types.LifecycleEvent) bool {
		return aws.ToString(e.LifecycleEventName) == name && e.Status == types.LifecycleEventStatusSucceeded
	})
}

// after moves since to the end of the last event that has ended.
func (at *deployed) after(events []types.LifecycleEvent) {
	for _, e := range events {
		if e.EndTime != nil && e.EndTime.After(at.since) {
			at.since = *e.EndTime
		}
	}
}
