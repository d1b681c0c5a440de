package infra_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// guardFile guards a blue/green ECS deployment that waits at both points.
const guardFile = `schema: 1
name: NAME
trigger: {codedeploy: {application: NAME, deploymentGroup: prod}}
steps:
  - {at: ready, approval: {timeout: 30m}}
  - {at: shifted, bake: 1s}
alarms: [NAME]
`

// alarmsOnly guards a deployment that takes no steps.
const alarmsOnly = `schema: 1
name: NAME
trigger: {codedeploy: {application: NAME, deploymentGroup: prod}}
alarms: [NAME]
`

// guard makes a canary that guards the deployments of a group, named as the stage, on a platform. An ECS group waits at both points.
func (s *stage) guard(platform types.ComputePlatform, file string) {
	s.t.Helper()
	s.guardGroup(platform, file, func(group *types.DeploymentGroupInfo) {
		if platform == types.ComputePlatformEcs {
			group.DeploymentConfigName = aws.String("CodeDeployDefault.ECSCanary10Percent5Minutes")
			group.BlueGreenDeploymentConfiguration = bothWaits()
		}
	})
}

// bothWaits are waits before the traffic and before the old side is terminated.
func bothWaits() *types.BlueGreenDeploymentConfiguration {
	return &types.BlueGreenDeploymentConfiguration{
		DeploymentReadyOption: &types.DeploymentReadyOption{
			ActionOnTimeout: types.DeploymentReadyActionStopDeployment, WaitTimeInMinutes: 60,
		},
		TerminateBlueInstancesOnDeploymentSuccess: &types.BlueInstanceTerminationOption{
			Action: types.InstanceActionTerminate, TerminationWaitTimeInMinutes: 30,
		},
	}
}

// guardGroup makes a deployment group, as describe says, and the canary that guards it.
func (s *stage) guardGroup(platform types.ComputePlatform, file string, describe func(*types.DeploymentGroupInfo)) {
	s.t.Helper()
	group := types.DeploymentGroupInfo{
		ApplicationName: &s.name, DeploymentGroupName: aws.String("prod"),
		ServiceRoleArn:       aws.String("arn:aws:iam::" + awstest.Account + ":role/deploy"),
		DeploymentConfigName: aws.String("CodeDeployDefault.LambdaCanary10Percent5Minutes"),
	}
	describe(&group)
	if err := s.deployments.CreateApplication(s.name, platform); err != nil {
		s.t.Fatal(err)
	}
	if err := s.deployments.CreateDeploymentGroup(group); err != nil {
		s.t.Fatal(err)
	}
	s.alarm(s.name)
	s.apply(strings.ReplaceAll(file, "NAME", s.name))
}

// deploy begins a deployment of the stage's group, and says so.
func (s *stage) deploy() string {
	s.t.Helper()
	options := awstest.DeploymentOptions{}
	if strings.HasPrefix(s.name, "lambda") {
		options = awstest.DeploymentOptions{Function: s.name, Alias: "live", CurrentVersion: "1", TargetVersion: "2"}
	}
	id, events, err := s.deployments.StartDeployment(s.name, "prod", options)
	if err != nil {
		s.t.Fatal(err)
	}
	s.emit(events...)
	return id
}

// goes takes a deployment to a point, as AWS does by itself, and says so.
func (s *stage) goes(id string, point awstest.DeploymentPoint) {
	s.t.Helper()
	events, err := s.deployments.AdvanceTo(id, point)
	if err != nil {
		s.t.Fatal(err)
	}
	s.emit(events...)
}

// asks are the calls that changed the deployments of the stage's group, in order.
func (s *stage) asks() []string {
	var asks []string
	for _, change := range s.Changes() {
		state, ok := change.State.(awstest.DeploymentState)
		switch {
		case !ok || state.Application != s.name:
		case change.Kind == "deployment-continue":
			asks = append(asks, "continue "+string(state.Wait))
		default:
			asks = append(asks, fmt.Sprintf("%s at %v%%, rollback %v", change.Kind, state.WeightPct, state.Rollback))
		}
	}
	return asks
}

func (s *stage) wantAsks(want ...string) {
	s.t.Helper()
	if diff := cmp.Diff(want, s.asks()); diff != "" {
		s.t.Errorf("what the deployments of %s were asked (-want +got):\n%s%s", s.name, diff, s.story())
	}
}

// heard waits until the deployment was asked for something.
func (s *stage) heard(ask string) {
	s.t.Helper()
	s.until("the deployment hears "+ask, func() bool { return slices.Contains(s.asks(), ask) })
}

func TestGuarded_anECSDeploymentGoesThroughReadyAndShiftedToItsEnd(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "ecs-through")
	s.guard(types.ComputePlatformEcs, guardFile)
	s.readyWorker(s.name + "-a")
	id := s.deploy()
	s.goes(id, awstest.PointReady)
	s.asked(0)
	s.wantAsks()
	s.must("approve", s.name, "--reason", "green looks well")
	s.heard("continue READY_WAIT")
	s.goes(id, awstest.PointShifted)
	s.heard("continue TERMINATION_WAIT")
	s.goes(id, awstest.PointEnd)
	if r := s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	s.wantAsks("continue READY_WAIT", "continue TERMINATION_WAIT")
}

func TestGuarded_anAlarmInMidShiftStopsADeploymentWithRollbackOnce(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, file string
		platform   types.ComputePlatform
	}{
		{"ecs-stopped", guardFile, types.ComputePlatformEcs},
		{"lambda-stopped", alarmsOnly, types.ComputePlatformLambda},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := bareStage(t, tc.name)
			s.guard(tc.platform, tc.file)
			s.readyWorker(s.name + "-a")
			s.readyWorker(s.name + "-b")
			id := s.deploy()
			var want []string
			if tc.platform == types.ComputePlatformEcs {
				s.goes(id, awstest.PointReady)
				s.asked(0)
				s.must("approve", s.name, "--reason", "green looks well")
				want = append(want, "continue READY_WAIT")
				s.heard(want[0])
			}
			s.goes(id, awstest.PointShifting)
			s.reaches(s.name, 0, "shifting", func(r releaseItem) bool { return r.Phase == "shifting" })
			alarm := s.alarms.SetState(s.name, "ALARM", alarmText)
			s.emit(slices.Repeat([]json.RawMessage{alarm}, 3)...)
			if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
				t.Errorf("the release is %s:\n%s", r.Phase, s.story())
			}
			s.wantAsks(append(want, "deployment-stop at 10%, rollback true")...)
			if weight, err := s.deployments.WeightPct(id); err != nil || weight != 0 {
				t.Errorf("the new version has %v%% of the traffic, %v", weight, err)
			}
		})
	}
}

func TestGuarded_aLambdaDeploymentGoesToItsEndUntouched(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "lambda-through")
	s.guard(types.ComputePlatformLambda, alarmsOnly)
	s.readyWorker(s.name + "-a")
	id := s.deploy()
	s.goes(id, awstest.PointShifting)
	s.reaches(s.name, 0, "shifting", func(r releaseItem) bool { return r.Phase == "shifting" })
	s.goes(id, awstest.PointEnd)
	if r := s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	s.wantAsks()
}
