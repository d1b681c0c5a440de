package infra_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/oklog/ulid/v2"

	"github.com/serinhq/serin/internal/awstest"
)

// hookFile has a person at BeforeAllowTraffic and a bake at AfterAllowTraffic.
const hookFile = `schema: 1
name: NAME
trigger: {codedeploy: {application: NAME, deploymentGroup: prod}}
steps:
  - {at: shift, approval: {timeout: 30m}}
  - {at: shifted, bake: 1s}
alarms: [NAME]
`

// deployHooked begins a Lambda deployment with both hooks, and says so.
func (s *stage) deployHooked() string {
	s.t.Helper()
	id, events, err := s.deployments.StartDeployment(s.name, "prod", awstest.DeploymentOptions{
		Function: s.name, Alias: "live", CurrentVersion: "1", TargetVersion: "2", Hooks: []string{"BeforeAllowTraffic", "AfterAllowTraffic"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.emit(events...)
	return id
}

// hookRuns takes a deployment to its next hook, whose function tells of it.
func (s *stage) hookRuns(id, lifecycleEvent string) json.RawMessage {
	s.t.Helper()
	execution, err := s.deployments.HookExecution(id)
	for err != nil {
		if _, stuck := s.deployments.Advance(id); stuck != nil {
			s.t.Fatal(stuck)
		}
		execution, err = s.deployments.HookExecution(id)
	}
	event := fmt.Sprintf(`{"version":"0","id":"%s","detail-type":"CodeDeploy Lifecycle Hook","source":"serin.hook","account":"%s",
"time":"2026-11-20T14:04:40Z","region":"%s","resources":[],"detail":{"application":"%s","deploymentGroup":"prod","deploymentId":"%s",
"lifecycleEvent":"%s","lifecycleEventHookExecutionId":"%s"}}`, ulid.Make(), awstest.Account, awstest.Region, s.name, id, lifecycleEvent, execution)
	s.emit(json.RawMessage(event), json.RawMessage(event))
	return json.RawMessage(event)
}

// answered counts the hooks that were answered for the stage's group.
func (s *stage) answered() int {
	n := 0
	for _, change := range s.Changes() {
		if state, ok := change.State.(awstest.DeploymentState); ok && change.Kind == "deployment-hook" && state.Application == s.name {
			n++
		}
	}
	return n
}

func TestHook_aPersonAndABakeHoldALambdaDeploymentAtItsHooks(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "lambda-hook")
	s.guard(types.ComputePlatformLambda, hookFile)
	s.readyWorker(s.name + "-a")
	id := s.deployHooked()
	first := s.hookRuns(id, "BeforeAllowTraffic")
	s.asked(0)
	if n := s.answered(); n != 0 {
		t.Errorf("%d hooks were answered before a person was", n)
	}
	s.must("approve", s.name, "--reason", "the tests look well")
	s.until("the first hook is answered", func() bool { return s.answered() == 1 })
	s.hookRuns(id, "AfterAllowTraffic")
	s.emit(first) // once more, late
	s.until("the second hook is answered", func() bool { return s.answered() == 2 })
	s.goes(id, awstest.PointEnd)
	if r := s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
}

func TestHook_anAlarmStopsADeploymentThatWaitsAtItsHook(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "lambda-hook-back")
	s.guard(types.ComputePlatformLambda, hookFile)
	s.readyWorker(s.name + "-a")
	s.hookRuns(s.deployHooked(), "BeforeAllowTraffic")
	s.asked(0)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	if n := s.answered(); n != 0 {
		t.Errorf("%d hooks were answered", n)
	}
}

// instances makes a group of instances named as the stage, blue/green with both waits or in place, and a canary that guards it.
func (s *stage) instances(inPlace bool, file string) {
	s.t.Helper()
	s.guardGroup(types.ComputePlatformServer, file, func(group *types.DeploymentGroupInfo) {
		group.DeploymentConfigName = aws.String("CodeDeployDefault.OneAtATime")
		if inPlace {
			group.DeploymentStyle = &types.DeploymentStyle{
				DeploymentType: types.DeploymentTypeInPlace, DeploymentOption: types.DeploymentOptionWithoutTrafficControl,
			}
			return
		}
		group.BlueGreenDeploymentConfiguration = bothWaits()
	})
}

func TestInstances_aBlueGreenDeploymentGoesThroughBothWaits(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "ec2-through")
	s.instances(false, guardFile)
	s.readyWorker(s.name + "-a")
	id := s.deploy()
	s.goes(id, awstest.PointReady)
	s.asked(0)
	s.must("approve", s.name, "--reason", "green looks well")
	s.heard("continue READY_WAIT")
	s.goes(id, awstest.PointShifted)
	s.heard("continue TERMINATION_WAIT")
	s.goes(id, awstest.PointEnd)
	if r := s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
}

func TestInstances_anAlarmStopsAnInPlaceDeploymentWithRollback(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "ec2-stopped")
	s.instances(true, alarmsOnly)
	s.readyWorker(s.name + "-a")
	id := s.deploy()
	s.goes(id, awstest.PointShifting)
	s.reaches(s.name, 0, "shifting", func(r releaseItem) bool { return r.Phase == "shifting" })
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	s.wantAsks("deployment-stop at 100%, rollback true") // in place there is one side only
}
