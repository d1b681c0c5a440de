package infra_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// ecsFile guards the deployments of a service: a person before the first traffic step, a bake before each that follows.
const ecsFile = `schema: 1
name: NAME
trigger: {ecs: {cluster: prod, service: NAME}}
steps:
  - {at: shift, approval: {timeout: 30m}}
  - {at: shift, bake: 1s}
  - {at: shifted, bake: 1s}
alarms: [NAME]
`

// ecsService makes a service named as the stage that ECS shifts in steps of forty percent, and a canary that guards it.
func (s *stage) ecsService() string {
	s.t.Helper()
	s.alarm(s.name)
	s.apply(strings.ReplaceAll(ecsFile, "NAME", s.name))
	return s.linearService()
}

// linearService makes the service.
func (s *stage) linearService() string {
	return s.services.CreateService(awstest.ECSService{Cluster: "prod", Name: s.name, Config: types.DeploymentConfiguration{
		Strategy: types.DeploymentStrategyLinear, LinearConfiguration: &types.LinearConfiguration{StepPercent: aws.Float64(40)},
		LifecycleHooks: []types.DeploymentLifecycleHook{{
			TargetType: types.DeploymentLifecycleHookTargetTypePause,
			LifecycleStages: []types.DeploymentLifecycleHookStage{
				types.DeploymentLifecycleHookStagePreProductionTrafficShift, types.DeploymentLifecycleHookStagePostProductionTrafficShift,
			},
		}},
	}})
}

// ecsGoes takes a deployment on to where it pauses next, or to its end, as ECS does by itself, and says so.
func (s *stage) ecsGoes(id string) {
	s.t.Helper()
	events, err := s.services.Run(id)
	if err != nil {
		s.t.Fatal(err)
	}
	s.emit(events...)
}

// ecsAsks are what the service deployments of the stage were asked, in order, and what the new revision had then.
func (s *stage) ecsAsks(id string) []string {
	var asks []string
	for _, change := range s.Changes() {
		if state, ok := change.State.(awstest.ECSDeploymentState); ok && state.Deployment == id {
			asks = append(asks, fmt.Sprintf("%s %s at %v%%", change.Kind, state.Action, state.WeightPct))
		}
	}
	return asks
}

// ecsAsked waits until a deployment was asked so many things.
func (s *stage) ecsAsked(id string, n int) {
	s.t.Helper()
	s.until(fmt.Sprintf("the deployment was asked %d times", n), func() bool { return len(s.ecsAsks(id)) == n })
}

func TestECS_everyTrafficStepWaitsForItsStep(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "ecs-linear")
	service := s.ecsService()
	s.readyWorker(s.name + "-a")
	id, events := s.services.StartDeployment(service, s.name+":2")
	s.emit(events...)
	s.ecsGoes(id)
	r := s.asked(0)
	s.shows(r.Release)
	if asks := s.ecsAsks(id); len(asks) > 0 {
		t.Errorf("asked %v before a person did", asks)
	}
	s.must("approve", s.name, "--reason", "the new revision looks well")
	for n := range 4 {
		s.ecsAsked(id, n+1)
		s.ecsGoes(id)
	}
	if r := s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	want := []string{
		"deployment-continue CONTINUE at 0%", "deployment-continue CONTINUE at 40%",
		"deployment-continue CONTINUE at 80%", "deployment-continue CONTINUE at 100%",
	}
	if diff := cmp.Diff(want, s.ecsAsks(id)); diff != "" {
		t.Errorf("what the deployment was asked (-want +got):\n%s%s", diff, s.story())
	}
	if got := s.services.TaskDefinition(service); !strings.HasSuffix(got, "/"+s.name+":2") {
		t.Errorf("the service runs %s", got)
	}
}

func TestECS_anAlarmTakesAServiceBackFromItsFirstStep(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "ecs-back")
	service := s.ecsService()
	s.readyWorker(s.name + "-a")
	s.readyWorker(s.name + "-b")
	id, _ := s.services.StartDeployment(service, s.name+":2") // its event is lost
	s.ecsGoes(id)
	s.asked(0)
	s.must("approve", s.name, "--reason", "the new revision looks well")
	s.ecsAsked(id, 1)
	if _, err := s.services.RunTo(id, "PRODUCTION_TRAFFIC_SHIFT"); err != nil {
		t.Fatal(err)
	}
	alarm := s.alarms.SetState(s.name, "ALARM", alarmText)
	s.emit(slices.Repeat([]json.RawMessage{alarm}, 3)...)
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	if diff := cmp.Diff([]string{"deployment-continue CONTINUE at 0%", "deployment-stop  at 40%"}, s.ecsAsks(id)); diff != "" {
		t.Errorf("what the deployment was asked (-want +got):\n%s%s", diff, s.story())
	}
	if weight := s.services.WeightPct(id); weight != 0 || !strings.HasSuffix(s.services.TaskDefinition(service), "/"+s.name+":1") {
		t.Errorf("the new revision has %v%%, the service runs %s", weight, s.services.TaskDefinition(service))
	}
}
