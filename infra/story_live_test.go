package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	cptypes "github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
)

// liveFile has a target of every kind, and an alarm for everything that can be asked of one.
const liveFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
  - lambda: {function: NAME, alias: live, version: latest}
TARGETSsteps:
  - {weight: 10, bake: 1s}
  - {approval: {timeout: 1h}}
alarms:
  - {name: NAME, honorMute: true}
  - NAME-blind
`

// shows requires that describe --live can read everything that it asks for.
func (s *stage) shows(id string) {
	s.t.Helper()
	if v := s.serinAs("reader", "describe", id, "--live"); v.code != 0 || strings.Contains(v.out, "could not be read") {
		s.t.Errorf("describe %s --live: exit code %d\n%s%s", id, v.code, v.out, v.err)
	}
}

func TestLive_readsEveryKindOfTargetAlarmAndGateBeforeAndAfter(t *testing.T) {
	t.Parallel()
	s := newStage(t, "live")
	s.function(s.name)
	s.publish("two")
	s.alarm(s.name)
	s.alarm(s.name + "-blind")
	s.alarms.SetReporting(s.name+"-blind", false)
	s.pipeline(s.name, deployHere())
	rule := s.balancer()
	file := strings.ReplaceAll(strings.Replace(liveFile, "TARGETS", rule.target()+rule.onListener(s), 1), "NAME", s.name)
	s.apply(file)
	s.readyWorker("live-a")

	outputs := map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}}
	execution, _, err := s.pipelines.StartExecution(s.name, awstest.ExecutionOptions{
		Outputs: outputs, Actions: map[string]awstest.ActionPlan{"After/Tell": {Hold: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, events, err := s.pipelines.OpenApproval(s.name, execution)
	if err != nil {
		t.Fatal(err)
	}
	s.emit(events...)
	r := s.asked(0)
	s.shows(r.Release)

	// A person lets the pipeline go on; a rollback can't reject the gate any more, so it stops the execution.
	events, err = s.pipelines.PersonAnswers(s.name, execution, cptypes.ApprovalStatusApproved, "arn:aws:iam::123456789012:user/ann")
	if err != nil {
		t.Fatal(err)
	}
	s.emit(events...)
	s.until("the console's approval is recorded", func() bool { return s.told(r.Release, "console_approved") })
	s.must("rollback", s.name, "--reason", "not this one")
	if r = s.settles(s.name, 0); r.Phase != "rolled_back" || !s.stopped(execution) {
		t.Errorf("the release is %s, its execution stopped: %v\n%s", r.Phase, s.stopped(execution), s.story())
	}

	// The stage is another execution's now: what the first one's gate said stands in the history alone.
	_, events = s.openGateWith(outputs)
	s.emit(last(events))
	s.asked(1)
	s.shows(r.Release)
	s.must("rollback", s.name, "--reason", "nor this one")
	s.settles(s.name, 1)

	// An alarm that must have data and has none is asked for its data.
	s.apply(strings.Replace(file, "- live-blind", "- {name: live-blind, requireData: true}", 1))
	_, events = s.openGateWith(outputs)
	s.emit(last(events))
	if r = s.settles(s.name, 2); r.Phase != "refused" || !s.told(r.Release, "blind") {
		t.Errorf("the release of a blind canary is %s:\n%s", r.Phase, s.story())
	}
	s.shows(r.Release)
	s.must("delete", s.name)
}

// stopped reports whether an execution was stopped.
func (c *cloud) stopped(execution string) bool {
	return slices.ContainsFunc(c.Changes(), func(change awstest.Change) bool {
		return change.Kind == "stop-execution" && strings.Contains(fmt.Sprintf("%+v", change.State), execution)
	})
}

// CodePipeline's own way back opens the gate again: it is a revert, at once, and the gate is approved.
func TestRollbackStage_goesBackToTheVersionOfTheExecutionItNames(t *testing.T) {
	t.Parallel()
	s := newStage(t, "stage-back")
	s.checkout(strings.Replace(checkoutFile, "  - {weight: 50, bake: 1s}\n", "", 1))
	s.readyWorker("stage-back-a")
	var executions []string
	for i, code := range []string{"two", "three"} {
		execution, events := s.openGate(s.publish(code))
		s.emit(last(events))
		s.settles(s.name, i)
		executions = append(executions, execution)
	}
	back, _, err := s.pipelines.StartRollback(s.name, "Canary", executions[0])
	if err != nil {
		t.Fatal(err)
	}
	_, events, err := s.pipelines.OpenApproval(s.name, back)
	if err != nil {
		t.Fatal(err)
	}
	s.emit(events...)
	if r := s.settles(s.name, 2); r.Kind != "revert" || r.Phase != "promoted" {
		t.Errorf("the stage's rollback is a %s, %s:\n%s", r.Kind, r.Phase, s.story())
	}
	s.wantSplits("1", "1 with 10% on 2", "2", "2 with 10% on 3", "3", "2")
	s.wantAnswers("Approved", "Approved", "Approved")
}

func TestLive_readsAGuardedDeployment(t *testing.T) {
	t.Parallel()
	s := newStage(t, "live-ecs")
	s.guard(types.ComputePlatformEcs, guardFile)
	s.readyWorker("live-ecs-a")
	s.goes(s.deploy(), awstest.PointReady)
	s.asked(0)
	s.shows(s.name)
	s.must("reject", s.name, "--reason", "seen enough")
	s.settles(s.name, 0)
}

// onListener is a canary file's line for the default action of a listener beside the rule's.
func (b balancer) onListener(s *stage) string {
	blue, green := s.balancing.CreateTargetGroup(s.name+"-navy", "", "i-1"), s.balancing.CreateTargetGroup(s.name+"-lime", "", "i-1")
	listener := s.balancing.CreateListener(s.balancing.CreateLoadBalancer(s.name+"-2"), awstest.ForwardTo(awstest.ForwardGroup{ARN: blue, Weight: 100}))
	return fmt.Sprintf(`  - alb: {listener: "%s", groups: ["%s", "%s"], version: "#{Source.CommitId}"}`+"\n", listener, blue, green)
}
