package awstest

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

func (d *CodeDeploy) getDeploymentTarget(in *api.GetDeploymentTargetInput, _ Call) (any, error) {
	run, err := d.started(in.DeploymentId)
	if err != nil {
		return nil, err
	}
	if aws.ToString(in.TargetId) == "" {
		return nil, targetRequired()
	}
	target, err := d.target(run, *in.TargetId)
	if err != nil {
		return nil, err
	}
	return &api.GetDeploymentTargetOutput{DeploymentTarget: &target}, nil
}

func (d *CodeDeploy) batchGetDeploymentTargets(in *api.BatchGetDeploymentTargetsInput, _ Call) (any, error) {
	run, err := d.started(in.DeploymentId)
	if err != nil {
		return nil, err
	}
	if len(in.TargetIds) == 0 {
		return nil, targetRequired()
	}
	limit := 1 // of ECS and Lambda deployments there is exactly one
	if run.info.ComputePlatform == types.ComputePlatformServer {
		limit = 25
	}
	if len(in.TargetIds) > limit {
		return nil, &awsJSONError{"DeploymentTargetListSizeExceededException", "The maximum number of targets that can be associated with the deployment was exceeded."}
	}
	out := &api.BatchGetDeploymentTargetsOutput{}
	for _, id := range in.TargetIds {
		target, err := d.target(run, id)
		if err != nil {
			return nil, err
		}
		out.DeploymentTargets = append(out.DeploymentTargets, target)
	}
	return out, nil
}

func (d *CodeDeploy) listDeploymentTargets(in *api.ListDeploymentTargetsInput, _ Call) (any, error) {
	run, err := d.started(in.DeploymentId)
	if err != nil {
		return nil, err
	}
	listed := run.targets()
	for name, values := range in.TargetFilters {
		matches, err := run.targetFilter(types.TargetFilterName(name), values)
		if err != nil {
			return nil, err
		}
		if !matches {
			listed = nil
		}
	}
	ids, next, ok := page(listed, aws.ToString(in.NextToken), d.pageSize)
	if !ok {
		return nil, &awsJSONError{"InvalidNextTokenException", "The next token was specified in an invalid format."}
	}
	return &api.ListDeploymentTargetsOutput{TargetIds: append([]string{}, ids...), NextToken: unlessEmpty(next)}, nil
}

// targetFilter reports whether the deployment's targets, which are all alike, pass one filter.
func (r *deploymentRun) targetFilter(name types.TargetFilterName, values []string) (bool, error) {
	switch name {
	case types.TargetFilterNameTargetStatus:
		for _, value := range values {
			if !slices.Contains(types.TargetStatus("").Values(), types.TargetStatus(value)) {
				return false, &awsJSONError{"InvalidInstanceStatusException", "The specified instance status does not exist."}
			}
		}
		return slices.Contains(values, string(r.targetStatus())), nil
	case types.TargetFilterNameServerInstanceLabel:
		for _, value := range values {
			if !slices.Contains(types.TargetLabel("").Values(), types.TargetLabel(value)) {
				return false, &awsJSONError{"InvalidInstanceTypeException", "An invalid instance type was specified."}
			}
		}
		if !r.blueGreen() {
			return false, &awsJSONError{"InvalidDeploymentInstanceTypeException", "Instance types are supported for blue/green deployments only."}
		}
		return slices.Contains(values, string(types.TargetLabelGreen)), nil
	default:
		return false, &awsJSONError{"InvalidTargetFilterNameException", "The target filter name is invalid."}
	}
}

// started is find for what needs a deployment that has begun.
func (d *CodeDeploy) started(id *string) (*deploymentRun, error) {
	run, err := d.find(id)
	if err == nil && run.info.StartTime == nil {
		return nil, &awsJSONError{"DeploymentNotStartedException", "The specified deployment has not started."}
	}
	return run, err
}

// target is one target, or the documented error.
func (d *CodeDeploy) target(run *deploymentRun, id string) (types.DeploymentTarget, error) {
	if strings.ContainsAny(id, " \t\n") {
		return types.DeploymentTarget{}, &awsJSONError{"InvalidDeploymentTargetIdException", "The target ID provided was not valid."}
	}
	if !slices.Contains(run.targets(), id) {
		return types.DeploymentTarget{}, &awsJSONError{"DeploymentTargetDoesNotExistException", "The provided target ID does not belong to the attempted deployment."}
	}
	return d.targetShown(run, id), nil
}

func targetRequired() error {
	return &awsJSONError{"DeploymentTargetIdRequiredException", "A deployment target ID was not provided."}
}

// updated is when the target last changed.
func (r *deploymentRun) updated() *time.Time {
	latest := r.info.StartTime
	for _, event := range r.events {
		for _, at := range []*time.Time{event.StartTime, event.EndTime} {
			if at != nil && at.After(*latest) {
				latest = at
			}
		}
	}
	return latest
}
