package awstest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// updateService deploys what it names. It has neither a fence nor a token: a second one while a deployment is under way
// replaces what is deployed (AWS note 3.10).
func (e *ECS) updateService(in *api.UpdateServiceInput, _ Call) (any, error) {
	s, err := e.serviceOf(in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	if s.controller != types.DeploymentControllerTypeEcs {
		return nil, ecsInvalid("Unable to update a service with the deployment controller " + string(s.controller) + "; use task sets instead.")
	}
	if in.DeploymentConfiguration != nil {
		config := *in.DeploymentConfiguration
		if err := validECSConfig(&config); err != nil {
			return nil, err
		}
		s.config = config
	}
	if in.DesiredCount != nil {
		s.desired = *in.DesiredCount
	}
	running := s.current.taskDefinition
	wanted := aws.ToString(in.TaskDefinition)
	if in.ForceNewDeployment || wanted != "" && !strings.HasSuffix(running, ":task-definition/"+wanted) && running != wanted {
		if wanted == "" {
			wanted = running
		}
		e.deploy(s, wanted, false)
	}
	return &api.UpdateServiceOutput{Service: e.showService(s)}, nil
}

// validECSConfig holds the ranges and the rules of hooks (AWS note 3.10).
func validECSConfig(config *types.DeploymentConfiguration) error {
	if config.Strategy == "" {
		config.Strategy = types.DeploymentStrategyRolling
	}
	if !slices.Contains(config.Strategy.Values(), config.Strategy) {
		return ecsInvalid("Unknown deployment strategy " + string(config.Strategy))
	}
	if c := config.CanaryConfiguration; c != nil {
		if err := inRange("canaryPercent", c.CanaryPercent, 0.1, 100); err != nil {
			return err
		}
		if err := inRange("canaryBakeTimeInMinutes", c.CanaryBakeTimeInMinutes, 0, 1440); err != nil {
			return err
		}
	}
	if l := config.LinearConfiguration; l != nil {
		if err := inRange("stepPercent", l.StepPercent, 3, 100); err != nil {
			return err
		}
		if err := inRange("stepBakeTimeInMinutes", l.StepBakeTimeInMinutes, 0, 1440); err != nil {
			return err
		}
	}
	return validECSHooks(config.LifecycleHooks)
}

// validECSHooks: at most ten of each kind, pauses only where a deployment can pause, for at most two weeks.
func validECSHooks(hooks []types.DeploymentLifecycleHook) error {
	count := map[types.DeploymentLifecycleHookTargetType]int{}
	for _, h := range hooks {
		kind := h.TargetType
		if kind == "" {
			kind = types.DeploymentLifecycleHookTargetTypeAwsLambda
		}
		if count[kind]++; count[kind] > 10 {
			return ecsInvalid("A deployment can have at most 10 lifecycle hooks of type " + string(kind))
		}
		if len(h.LifecycleStages) == 0 {
			return ecsInvalid("A lifecycle hook must name a lifecycle stage")
		}
		if kind != types.DeploymentLifecycleHookTargetTypePause {
			if aws.ToString(h.HookTargetArn) == "" {
				return ecsInvalid("A lifecycle hook of type AWS_LAMBDA must name its function")
			}
			continue
		}
		if slices.Contains(h.LifecycleStages, types.DeploymentLifecycleHookStageTestTrafficShift) ||
			slices.Contains(h.LifecycleStages, types.DeploymentLifecycleHookStageProductionTrafficShift) {
			return ecsInvalid("PAUSE hooks cannot be configured at TEST_TRAFFIC_SHIFT or PRODUCTION_TRAFFIC_SHIFT")
		}
		if timeout := h.TimeoutConfiguration; timeout != nil {
			if err := inRange("timeoutInMinutes", timeout.TimeoutInMinutes, 1, 20160); err != nil {
				return err
			}
		}
	}
	return nil
}

func inRange[N int32 | float64](name string, value *N, low, high N) error {
	if value != nil && (*value < low || *value > high) {
		return ecsInvalid(fmt.Sprintf("%s must be between %v and %v", name, low, high))
	}
	return nil
}

// serviceOf finds a service by cluster and name, or the documented error.
func (e *ECS) serviceOf(cluster, service *string) (*ecsService, error) {
	name, err := e.clusterOf(aws.ToString(cluster))
	if err != nil {
		return nil, err
	}
	if aws.ToString(service) == "" {
		return nil, ecsInvalid("Service cannot be empty.")
	}
	for _, s := range e.services {
		if s.cluster == name && (s.arn == *service || s.name == *service) {
			if s.status != "ACTIVE" {
				return nil, &awsJSONError{"ServiceNotActiveException", "Service was not ACTIVE."}
			}
			return s, nil
		}
	}
	return nil, &awsJSONError{"ServiceNotFoundException", "Service not found."}
}

// deploymentOf finds a service deployment by its ARN, or the documented error.
func (e *ECS) deploymentOf(arn *string) (*ecsDeployment, error) {
	if !strings.HasPrefix(aws.ToString(arn), e.arn("service-deployment")+"/") {
		return nil, ecsInvalid("serviceDeploymentArn is not the ARN of a service deployment")
	}
	d := e.findDeployment(*arn)
	if d == nil {
		return nil, &awsJSONError{"ServiceDeploymentNotFoundException", "The service deployment " + *arn + " could not be found."}
	}
	return d, nil
}

func ecsInvalid(message string) error { return &awsJSONError{"InvalidParameterException", message} }
