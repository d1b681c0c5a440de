package infra_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// fleet is a service of an external controller behind a balancer: the primary task set on blue, an idle one on green.
type fleet struct {
	balancer
	service       string
	primary, idle string // ids of the task sets
}

func (s *stage) fleet() fleet {
	f := fleet{balancer: s.balancer()}
	f.service = s.services.CreateService(awstest.ECSService{Cluster: "fleet", Name: s.name, Tasks: 4, Controller: types.DeploymentControllerTypeExternal})
	behind := func(group string) types.LoadBalancer {
		return types.LoadBalancer{TargetGroupArn: &group, ContainerName: aws.String("app"), ContainerPort: aws.Int32(8080)}
	}
	f.primary = s.services.AddTaskSet(f.service, s.name+":1", 100, behind(f.blue))
	s.services.SetPrimary(f.service, f.primary)
	f.idle = s.services.AddTaskSet(f.service, s.name+":2", 0, behind(f.green))
	return f
}

// target is the canary file's line.
func (f fleet) target(s *stage) string {
	return fmt.Sprintf(`  - ecstaskset: {cluster: fleet, service: %s, rule: "%s", groups: ["%s", "%s"], version: "#{Source.CommitId}"}`+"\n",
		s.name, f.rule, f.blue, f.green)
}

// wantSets requires what the two task sets are: "PRIMARY 100%".
func (s *stage) wantSets(f fleet, primary, idle string) {
	s.t.Helper()
	got := map[string]string{}
	for _, set := range s.services.TaskSets(f.service) {
		got[set.TaskSet] = fmt.Sprintf("%s %v%%", set.Status, set.ScalePct)
	}
	if diff := cmp.Diff(map[string]string{f.primary: primary, f.idle: idle}, got); diff != "" {
		s.t.Errorf("task sets (-want +got):\n%s%s", diff, s.story())
	}
}

func TestTaskSets_theIdleTaskSetGrowsAndBecomesPrimary(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "sets")
	f := s.fleet()
	s.swap(f.target(s))
	s.readyWorker("sets-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	r := s.settles(s.name, 0)
	if r.Phase != "promoted" {
		t.Errorf("the release is %s: %s\n%s", r.Phase, r.Reason, s.story())
	}
	if diff := cmp.Diff([]string{"blue 90 green 0", "blue 81 green 9", "blue 45 green 45", "blue 0 green 90"}, s.weights(f.balancer)); diff != "" {
		t.Errorf("weights (-want +got):\n%s%s", diff, s.story())
	}
	s.wantSets(f, "ACTIVE 100%", "PRIMARY 100%")
	s.shows(r.Release)
	s.wantAnswers("Approved")
}

func TestTaskSets_anAlarmGivesRoleAndScaleBack(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "sets-back")
	f := s.fleet()
	s.swapLong(f.target(s))
	s.readyWorker("sets-back-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.wantSets(f, "PRIMARY 100%", "ACTIVE 50%")
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s\n%s", r.Phase, r.Reason, s.story())
	}
	s.wantSets(f, "PRIMARY 100%", "ACTIVE 0%")
	s.wantAnswers("Rejected")
}

// The rule shows what was there as soon as the traffic is back, and the scale is given back after it: a way back of which
// only the first part was done is not over.
func TestTaskSets_givesTheScaleBackThoughTheFirstTryFails(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "sets-late")
	f := s.fleet()
	s.swapLong(f.target(s))
	s.readyWorker("sets-late-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	var tries atomic.Int32
	t.Cleanup(s.Inject(awstest.Faults{Fail: 1, Match: func(c awstest.Call) bool {
		return c.Actor == "sets-late-a" && c.Operation == "UpdateTaskSet" && tries.Add(1) <= 4
	}}))
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s\n%s", r.Phase, r.Reason, s.story())
	}
	if n := tries.Load(); n <= 4 {
		t.Errorf("it tried %d times to scale back", n)
	}
	s.wantSets(f, "PRIMARY 100%", "ACTIVE 0%")
}
