package awstest_test

import (
	"testing"

	cd "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	cp "github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// The answers below are each refused. Those that repeat what was accepted contradict nothing.

func wantRefused(t *testing.T, ledger *awstest.Ledger, want ...awstest.Refused) {
	t.Helper()
	if diff := cmp.Diff(want, ledger.Refused()); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
}

func TestRefused_holdsTheOppositeOfAnApprovalsAnswer(t *testing.T) {
	for _, byPerson := range []bool{false, true} {
		f := newPipelineFixture(t, cp.ExecutionModeSuperseded)
		gate := f.openGate()
		f.as("WORKER")
		by := "WORKER"
		if byPerson {
			by = "ada"
			must[any](t)(f.stand.PersonAnswers("checkout-prod", gate.Execution, cp.ApprovalStatusRejected, by))
		} else {
			must[any](t)(f.answer(gate, cp.ApprovalStatusRejected, ""))
		}
		for _, status := range []cp.ApprovalStatus{cp.ApprovalStatusRejected, cp.ApprovalStatusApproved} {
			if _, err := f.answer(gate, status, ""); err == nil {
				t.Errorf("%s was accepted of a gate that was answered", status)
			}
		}
		wantRefused(t, f.ledger, awstest.Refused{At: f.clock.Now(), Actor: "WORKER", Of: gate.Execution, Asked: "Approved", Accepted: "Rejected", By: by})
	}
}

func TestRefused_holdsTheOppositeOfWhatADeploymentWasTold(t *testing.T) {
	f, id := shifting(t)
	ready := func() {
		t.Helper()
		if err := f.goOn(id, cd.DeploymentWaitTypeReadyWait); err == nil {
			t.Error("continued twice")
		}
	}
	ready()
	wantRefused(t, f.ledger)
	must[any](t)(f.stop(id, true))
	at := f.clock.Now()
	ready()
	for range 3 {
		f.get(id)
	}
	if _, err := f.stop(id, true); err == nil {
		t.Error("stopped when it was over")
	}
	ready()
	late := awstest.Refused{At: at, Actor: "WORKER", Of: id, Asked: "continue", Accepted: "stop", By: "WORKER"}
	wantRefused(t, f.ledger, late, late)
}

func TestRefused_holdsAStopOfADeploymentThatWentThrough(t *testing.T) {
	f, id := shifting(t)
	f.to(id, awstest.PointShifted)
	if err := f.goOn(id, cd.DeploymentWaitTypeTerminationWait); err != nil {
		t.Fatal(err)
	}
	f.to(id, awstest.PointEnd)
	if _, err := f.stop(id, true); err == nil {
		t.Error("stopped when it had succeeded")
	}
	wantRefused(t, f.ledger, awstest.Refused{At: f.clock.Now(), Actor: "WORKER", Of: id, Asked: "stop", Accepted: "continue", By: "WORKER"})
}

func TestRefused_holdsTheOppositeOfWhatAHookWasTold(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	arn := f.deploy()
	hook := f.hook(arn)
	if err := f.goOn(arn, hook, ""); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "a second answer", f.goOn(arn, hook, ""), "InvalidParameterException")
	wantCode(t, "another answer", f.goOn(arn, hook, types.DeploymentLifecycleHookActionRollback), "InvalidParameterException")
	f.run(arn)
	next := f.hook(arn)
	if err := f.stop(arn, types.StopServiceDeploymentStopTypeRollback); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "an answer when it goes back", f.goOn(arn, next, ""), "InvalidParameterException")
	said := func(asked, accepted string) awstest.Refused {
		return awstest.Refused{At: f.clock.Now(), Actor: "WORKER", Of: arn, Asked: asked, Accepted: accepted, By: "WORKER"}
	}
	wantRefused(t, f.ledger, said("stop", "continue"), said("continue", "stop"))
}

func TestRefused_holdsAStopOfAServiceThatWentThrough(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	arn := f.deploy()
	for f.stand.OpenHooks(arn) != nil {
		if err := f.goOn(arn, f.hook(arn), ""); err != nil {
			t.Fatal(err)
		}
		f.run(arn)
	}
	f.wantStatus(arn, types.ServiceDeploymentStatusSuccessful)
	wantCode(t, "a stop of what is over", f.stop(arn, types.StopServiceDeploymentStopTypeRollback), "ConflictException")
	wantRefused(t, f.ledger, awstest.Refused{At: f.clock.Now(), Actor: "WORKER", Of: arn, Asked: "stop", Accepted: "continue", By: "WORKER"})
}
