package awstest

import (
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// createTaskSet makes a task set, once for each client token (AWS note 3.10).
func (e *ECS) createTaskSet(in *api.CreateTaskSetInput, c Call) (any, error) {
	s, err := e.externalService(in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	token := aws.ToString(in.ClientToken)
	switch {
	case aws.ToString(in.TaskDefinition) == "":
		return nil, ecsInvalid("TaskDefinition cannot be empty.")
	case in.ClientToken != nil && !regexp.MustCompile(`^[!-~]{1,36}$`).MatchString(token):
		return nil, ecsInvalid("clientToken must have 1 to 36 ASCII characters")
	}
	scale, err := readScale(in.Scale, 100)
	if err != nil {
		return nil, err
	}
	for _, set := range s.taskSets {
		if token != "" && set.token == token {
			shown := e.showTaskSet(set)
			return &api.CreateTaskSetOutput{TaskSet: &shown}, nil
		}
	}
	set := e.addTaskSet(s, c.Actor, *in.TaskDefinition, scale, in.LoadBalancers)
	set.token, set.externalID = token, aws.ToString(in.ExternalId)
	shown := e.showTaskSet(set)
	return &api.CreateTaskSetOutput{TaskSet: &shown}, nil
}

// readScale: a percentage of the service's desired count, 0–100.
func readScale(scale *types.Scale, otherwise float64) (float64, error) {
	switch {
	case scale == nil && otherwise < 0:
		return 0, ecsInvalid("Scale cannot be empty.")
	case scale == nil:
		return otherwise, nil
	case scale.Unit != "" && scale.Unit != types.ScaleUnitPercent:
		return 0, ecsInvalid("The unit of a scale must be PERCENT.")
	case scale.Value < 0 || scale.Value > 100:
		return 0, ecsInvalid("The value of a scale must be between 0.0 and 100.0.")
	}
	return scale.Value, nil
}

func (e *ECS) updateTaskSet(in *api.UpdateTaskSetInput, c Call) (any, error) {
	s, err := e.externalService(in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	set, err := findTaskSet(s, in.TaskSet)
	if err != nil {
		return nil, err
	}
	scale, err := readScale(in.Scale, -1)
	if err != nil {
		return nil, err
	}
	if scale != set.scale {
		set.scale, set.updatedAt, set.settling = scale, e.clock(), e.lags.Stable
	}
	e.ledger.Append(c.Actor, "task-set", set.arn, set.state())
	shown := e.showTaskSet(set)
	return &api.UpdateTaskSetOutput{TaskSet: &shown}, nil
}

func (e *ECS) updateServicePrimaryTaskSet(in *api.UpdateServicePrimaryTaskSetInput, c Call) (any, error) {
	s, err := e.externalService(in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	set, err := findTaskSet(s, in.PrimaryTaskSet)
	if err != nil {
		return nil, err
	}
	e.makePrimary(set, c.Actor)
	shown := e.showTaskSet(set)
	return &api.UpdateServicePrimaryTaskSetOutput{TaskSet: &shown}, nil
}

// deleteTaskSet takes a task set away. One that is not scaled down to zero needs force (API model).
func (e *ECS) deleteTaskSet(in *api.DeleteTaskSetInput, c Call) (any, error) {
	s, err := e.externalService(in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	set, err := findTaskSet(s, in.TaskSet)
	if err != nil {
		return nil, err
	}
	if set.scale > 0 && !aws.ToBool(in.Force) {
		return nil, ecsInvalid("The task set cannot be deleted while it is scaled above 0.")
	}
	set.status, set.updatedAt = "DRAINING", e.clock()
	s.taskSets = slices.DeleteFunc(s.taskSets, func(o *ecsTaskSet) bool { return o == set })
	e.ledger.Append(c.Actor, "task-set", set.arn, set.state())
	shown := e.showTaskSet(set)
	return &api.DeleteTaskSetOutput{TaskSet: &shown}, nil
}
