package awstest_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awstest"
)

// deployFixture is one application orders with one group prod, and a client.
type deployFixture struct {
	t      *testing.T
	clock  *watch
	ledger *awstest.Ledger
	stand  *awstest.CodeDeploy
	client *codedeploy.Client
	asked  []string
}

func newDeployFixture(t *testing.T, platform types.ComputePlatform, describe func(*types.DeploymentGroupInfo)) *deployFixture {
	t.Helper()
	f := &deployFixture{t: t, clock: newWatch()}
	f.ledger = awstest.NewLedger(f.clock.Now)
	f.stand = awstest.NewCodeDeploy("111122223333", "us-east-1", f.ledger, f.clock.Now)
	config := alone(t, f.stand, "WORKER")
	config.HTTPClient = watchResource{into: &f.asked}
	f.client = codedeploy.NewFromConfig(config)
	if err := f.stand.CreateApplication("orders", platform); err != nil {
		t.Fatal(err)
	}
	group := types.DeploymentGroupInfo{
		ApplicationName: aws.String("orders"), DeploymentGroupName: aws.String("prod"),
		ServiceRoleArn: aws.String("arn:aws:iam::111122223333:role/deploy"),
	}
	if describe != nil {
		describe(&group)
	}
	if err := f.stand.CreateDeploymentGroup(group); err != nil {
		t.Fatal(err)
	}
	return f
}

// twoWaits is a group whose deployments wait an hour before the traffic and half an hour before the termination.
func twoWaits(group *types.DeploymentGroupInfo) {
	group.DeploymentConfigName = aws.String("CodeDeployDefault.ECSCanary10Percent5Minutes")
	group.BlueGreenDeploymentConfiguration = &types.BlueGreenDeploymentConfiguration{
		DeploymentReadyOption: &types.DeploymentReadyOption{
			ActionOnTimeout: types.DeploymentReadyActionStopDeployment, WaitTimeInMinutes: 60,
		},
		TerminateBlueInstancesOnDeploymentSuccess: &types.BlueInstanceTerminationOption{
			Action: types.InstanceActionTerminate, TerminationWaitTimeInMinutes: 30,
		},
	}
	group.AlarmConfiguration = &types.AlarmConfiguration{Enabled: true, Alarms: []types.Alarm{{Name: aws.String("orders-5xx")}}}
	group.AutoRollbackConfiguration = &types.AutoRollbackConfiguration{
		Enabled: true, Events: []types.AutoRollbackEvent{types.AutoRollbackEventDeploymentStopOnAlarm},
	}
}

func (f *deployFixture) start(options awstest.DeploymentOptions) string {
	f.t.Helper()
	id, _, err := f.stand.StartDeployment("orders", "prod", options)
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

func (f *deployFixture) to(id string, point awstest.DeploymentPoint) []json.RawMessage {
	f.t.Helper()
	return must[[]json.RawMessage](f.t)(f.stand.AdvanceTo(id, point))
}

func (f *deployFixture) get(id string) *types.DeploymentInfo {
	f.t.Helper()
	return must[*codedeploy.GetDeploymentOutput](f.t)(f.client.GetDeployment(
		f.t.Context(), &codedeploy.GetDeploymentInput{DeploymentId: aws.String(id)})).DeploymentInfo
}

// target is the deployment's only target, found as the API wants it found.
func (f *deployFixture) target(id string) *types.DeploymentTarget {
	f.t.Helper()
	list := must[*codedeploy.ListDeploymentTargetsOutput](f.t)(f.client.ListDeploymentTargets(
		f.t.Context(), &codedeploy.ListDeploymentTargetsInput{DeploymentId: aws.String(id)}))
	return must[*codedeploy.GetDeploymentTargetOutput](f.t)(f.client.GetDeploymentTarget(
		f.t.Context(), &codedeploy.GetDeploymentTargetInput{DeploymentId: aws.String(id), TargetId: aws.String(list.TargetIds[0])},
	)).DeploymentTarget
}

// weights are what the task sets of an ECS deployment carry, original and replacement.
func (f *deployFixture) weights(id string) [2]float64 {
	f.t.Helper()
	sets := f.target(id).EcsTarget.TaskSetsInfo
	return [2]float64{sets[0].TrafficWeight, sets[1].TrafficWeight}
}

// event is the status of a lifecycle event of an ECS deployment, empty before it began.
func (f *deployFixture) event(id, name string) types.LifecycleEventStatus {
	f.t.Helper()
	for _, event := range f.target(id).EcsTarget.LifecycleEvents {
		if aws.ToString(event.LifecycleEventName) == name {
			return event.Status
		}
	}
	return ""
}

func (f *deployFixture) goOn(id string, wait types.DeploymentWaitType) error {
	f.t.Helper()
	_, err := f.client.ContinueDeployment(f.t.Context(), &codedeploy.ContinueDeploymentInput{
		DeploymentId: aws.String(id), DeploymentWaitType: wait,
	})
	return err
}

func (f *deployFixture) stop(id string, rollBack bool) (*codedeploy.StopDeploymentOutput, error) {
	f.t.Helper()
	return f.client.StopDeployment(f.t.Context(), &codedeploy.StopDeploymentInput{
		DeploymentId: aws.String(id), AutoRollbackEnabled: aws.Bool(rollBack),
	})
}
