package awstest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// targets are the ids of what is deployed to: cluster:service of ECS, the function's name of Lambda, instances else
// (API model, BatchGetDeploymentTargets).
func (r *deploymentRun) targets() []string {
	switch r.info.ComputePlatform {
	case types.ComputePlatformEcs:
		return []string{"prod:" + aws.ToString(r.info.ApplicationName)}
	case types.ComputePlatformLambda:
		return []string{cmp.Or(r.options.Function, aws.ToString(r.info.ApplicationName))}
	case types.ComputePlatformServer:
		return r.options.Instances
	}
	return nil
}

func (r *deploymentRun) targetStatus() types.TargetStatus {
	switch r.info.Status {
	case types.DeploymentStatusCreated, types.DeploymentStatusQueued:
		return types.TargetStatusPending
	case types.DeploymentStatusInProgress, types.DeploymentStatusBaking:
		return types.TargetStatusInProgress
	case types.DeploymentStatusReady:
		return types.TargetStatusReady
	case types.DeploymentStatusSucceeded:
		return types.TargetStatusSucceeded
	case types.DeploymentStatusFailed:
		return types.TargetStatusFailed
	case types.DeploymentStatusStopped:
		return types.TargetStatusSkipped
	}
	return types.TargetStatusUnknown
}

// targetShown is a target in GetDeploymentTarget, the only view of the current percentage (AWS note 3.9).
func (d *CodeDeploy) targetShown(run *deploymentRun, id string) types.DeploymentTarget {
	events := slices.Clone(run.events)
	switch run.info.ComputePlatform {
	case types.ComputePlatformEcs:
		arn := "arn:aws:ecs:" + d.region + ":" + d.account + ":service/" + strings.ReplaceAll(id, ":", "/")
		return types.DeploymentTarget{DeploymentTargetType: types.DeploymentTargetTypeEcsTarget, EcsTarget: &types.ECSTarget{
			DeploymentId: run.info.DeploymentId, TargetId: &id, TargetArn: &arn, Status: run.targetStatus(),
			LastUpdatedAt: run.updated(), LifecycleEvents: events, TaskSetsInfo: run.taskSets(),
		}}
	case types.ComputePlatformLambda:
		arn := "arn:aws:lambda:" + d.region + ":" + d.account + ":function:" + id
		return types.DeploymentTarget{DeploymentTargetType: types.DeploymentTargetTypeLambdaTarget, LambdaTarget: &types.LambdaTarget{
			DeploymentId: run.info.DeploymentId, TargetId: &id, TargetArn: &arn, Status: run.targetStatus(),
			LastUpdatedAt: run.updated(), LifecycleEvents: events, LambdaFunctionInfo: &types.LambdaFunctionInfo{
				FunctionName: &id, FunctionAlias: unlessEmpty(cmp.Or(run.options.Alias, "live")),
				CurrentVersion: unlessEmpty(run.options.CurrentVersion), TargetVersion: unlessEmpty(run.options.TargetVersion),
				TargetVersionWeight: run.weight,
			},
		}}
	case types.ComputePlatformServer:
	}
	arn := "arn:aws:ec2:" + d.region + ":" + d.account + ":instance/" + id
	target := &types.InstanceTarget{
		DeploymentId: run.info.DeploymentId, TargetId: &id, TargetArn: &arn, Status: run.targetStatus(),
		LastUpdatedAt: run.updated(), LifecycleEvents: events,
	}
	if run.blueGreen() {
		target.InstanceLabel = types.TargetLabelGreen
	}
	return types.DeploymentTarget{DeploymentTargetType: types.DeploymentTargetTypeInstanceTarget, InstanceTarget: target}
}

// taskSets are the original (Blue) and, once installed, the replacement (Green). The one with all traffic is PRIMARY;
// after success the original is DRAINING.
func (r *deploymentRun) taskSets() []types.ECSTaskSet {
	set := func(name string, label types.TargetLabel, weight float64) types.ECSTaskSet {
		status := "ACTIVE"
		if weight == 100 || weight > 0 && label == types.TargetLabelBlue {
			status = "PRIMARY"
		}
		return types.ECSTaskSet{
			Identifer: aws.String("ecs-svc/" + name), DesiredCount: 2, RunningCount: 2, Status: &status, TrafficWeight: weight,
			TaskSetLabel: label, TargetGroup: &types.TargetGroupInfo{Name: aws.String(strings.ToLower(string(label)))},
		}
	}
	blue := set("original-"+r.id(), types.TargetLabelBlue, 100-r.weight)
	green := set("replacement-"+r.id(), types.TargetLabelGreen, r.weight)
	if r.info.Status == types.DeploymentStatusSucceeded {
		*blue.Status, blue.RunningCount, blue.DesiredCount = "DRAINING", 0, 0
	}
	return []types.ECSTaskSet{blue, green}
}
