package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func newTaskSets(t *testing.T) (*ecsFixture, string) {
	t.Helper()
	f := newECSFixture(t, types.DeploymentConfiguration{})
	service := f.stand.CreateService(awstest.ECSService{
		Cluster: "prod", Name: "cart", Tasks: 3, Controller: types.DeploymentControllerTypeExternal,
	})
	return f, service
}

func TestECS_taskSetsAreCreatedOnceAToken(t *testing.T) {
	f, service := newTaskSets(t)
	create := func(token string) (*ecs.CreateTaskSetOutput, error) {
		return f.client.CreateTaskSet(t.Context(), &ecs.CreateTaskSetInput{
			Cluster: aws.String("prod"), Service: &service, TaskDefinition: aws.String("cart:1"), ClientToken: &token,
			Scale: &types.Scale{Unit: types.ScaleUnitPercent, Value: 50},
		})
	}
	one := must[*ecs.CreateTaskSetOutput](t)(create("a")).TaskSet
	again := must[*ecs.CreateTaskSetOutput](t)(create("a")).TaskSet
	other := must[*ecs.CreateTaskSetOutput](t)(create("b")).TaskSet
	if *one.Id != *again.Id || *one.Id == *other.Id || len(f.stand.TaskSets(service)) != 2 {
		t.Errorf("%s %s %s", *one.Id, *again.Id, *other.Id)
	}
	if one.ComputedDesiredCount != 2 || one.StabilityStatus != types.StabilityStatusSteadyState {
		t.Errorf("%d tasks, %s", one.ComputedDesiredCount, one.StabilityStatus)
	}
	_, err := create("no blanks in here")
	wantCode(t, "a token with blanks", err, "InvalidParameterException")
}

func TestECS_oneTaskSetIsPrimary(t *testing.T) {
	f, service := newTaskSets(t)
	blue := f.stand.AddTaskSet(service, "cart:1", 100)
	f.stand.SetPrimary(service, blue)
	green := f.stand.AddTaskSet(service, "cart:2", 0)
	f.stand.Lag(awstest.ECSLags{Stable: 1})
	_, err := f.client.UpdateTaskSet(t.Context(), &ecs.UpdateTaskSetInput{
		Cluster: aws.String("prod"), Service: &service, TaskSet: &green, Scale: &types.Scale{Unit: types.ScaleUnitPercent, Value: 100},
	})
	if err != nil {
		t.Fatal(err)
	}
	var stable []types.StabilityStatus
	for range 2 {
		out := must[*ecs.DescribeTaskSetsOutput](t)(f.client.DescribeTaskSets(t.Context(), &ecs.DescribeTaskSetsInput{
			Cluster: aws.String("prod"), Service: &service, TaskSets: []string{green},
		}))
		stable = append(stable, out.TaskSets[0].StabilityStatus)
	}
	if diff := cmp.Diff([]types.StabilityStatus{types.StabilityStatusStabilizing, types.StabilityStatusSteadyState}, stable); diff != "" {
		t.Error(diff)
	}
	if _, err = f.client.UpdateServicePrimaryTaskSet(t.Context(), &ecs.UpdateServicePrimaryTaskSetInput{
		Cluster: aws.String("prod"), Service: &service, PrimaryTaskSet: &green,
	}); err != nil {
		t.Fatal(err)
	}
	remove := func(force bool) error {
		_, err := f.client.DeleteTaskSet(t.Context(), &ecs.DeleteTaskSetInput{
			Cluster: aws.String("prod"), Service: &service, TaskSet: &blue, Force: &force,
		})
		return err
	}
	wantCode(t, "delete at full scale", remove(false), "InvalidParameterException")
	var states []string
	for _, set := range f.stand.TaskSets(service) {
		states = append(states, set.TaskSet+" "+set.Status)
	}
	if diff := cmp.Diff([]string{blue + " ACTIVE", green + " PRIMARY"}, states); diff != "" {
		t.Error(diff)
	}
	if err := remove(true); err != nil {
		t.Error(err)
	}
	wantCode(t, "delete again", remove(true), "TaskSetNotFoundException")
}

func TestECS_taskSetsBelongToExternalServices(t *testing.T) {
	f, service := newTaskSets(t)
	_, err := f.client.DescribeTaskSets(t.Context(), &ecs.DescribeTaskSetsInput{Cluster: aws.String("prod"), Service: &f.service})
	wantCode(t, "task sets of an ECS service", err, "InvalidParameterException")
	_, err = f.client.ListServiceDeployments(t.Context(), &ecs.ListServiceDeploymentsInput{Cluster: aws.String("prod"), Service: &service})
	wantCode(t, "deployments of an external service", err, "UnsupportedFeatureException")
	_, err = f.client.UpdateTaskSet(t.Context(), &ecs.UpdateTaskSetInput{
		Cluster: aws.String("prod"), Service: &service, TaskSet: aws.String("ecs-svc/0"), Scale: &types.Scale{Value: 10},
	})
	wantCode(t, "no such task set", err, "TaskSetNotFoundException")
}
