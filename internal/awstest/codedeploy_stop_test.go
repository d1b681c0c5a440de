package awstest_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// shifting is a fixture with an ECS deployment at its first weight.
func shifting(t *testing.T) (*deployFixture, string) {
	t.Helper()
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	id := f.start(awstest.DeploymentOptions{})
	f.to(id, awstest.PointReady)
	if err := f.goOn(id, types.DeploymentWaitTypeReadyWait); err != nil {
		t.Fatal(err)
	}
	f.to(id, awstest.PointShifting)
	return f, id
}

func TestStopDeployment_isPendingBeforeItTakesEffect(t *testing.T) {
	f, id := shifting(t)
	out := must[*codedeploy.StopDeploymentOutput](t)(f.stop(id, true))
	if out.Status != types.StopStatusPending {
		t.Errorf("answered %s", out.Status)
	}
	if f.asked[len(f.asked)-1] != "*" {
		t.Errorf("IAM checks StopDeployment against %s", f.asked[len(f.asked)-1])
	}
	if got := f.get(id); got.Status != types.DeploymentStatusInProgress || got.RollbackInfo != nil {
		t.Errorf("first read: %s, rollback %v", got.Status, got.RollbackInfo)
	}
	again := must[*codedeploy.StopDeploymentOutput](t)(f.stop(id, true))
	if again.Status != types.StopStatusPending {
		t.Errorf("the second stop answered %s", again.Status)
	}
	stopped := f.get(id)
	if stopped.Status != types.DeploymentStatusStopped || stopped.ErrorInformation.Code != types.ErrorCodeManualStop {
		t.Fatalf("second read: %s, %+v", stopped.Status, stopped.ErrorInformation)
	}
	_, err := f.stop(id, true)
	wantError[*types.DeploymentAlreadyCompletedException](t, err)

	want := []awstest.Change{{
		N: 2, At: f.clock.Now(), Actor: "WORKER", Kind: "deployment-stop",
		Resource: "arn:aws:codedeploy:us-east-1:111122223333:deploymentgroup:orders/prod",
		State: awstest.DeploymentState{
			Application: "orders", Group: "prod", Deployment: id, Status: types.DeploymentStatusInProgress, Rollback: true, WeightPct: 10,
		},
	}}
	if diff := cmp.Diff(want, f.ledger.Changes()[1:]); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}
}

func TestStopDeployment_theWayBackIsADeploymentOfItsOwn(t *testing.T) {
	f, id := shifting(t)
	if _, err := f.stop(id, true); err != nil {
		t.Fatal(err)
	}
	f.get(id)
	back := aws.ToString(f.get(id).RollbackInfo.RollbackDeploymentId)
	first := f.get(back)
	if first.Status != types.DeploymentStatusCreated || first.Creator != types.DeploymentCreatorCodeDeployRollback ||
		aws.ToString(first.RollbackInfo.RollbackTriggeringDeploymentId) != id {
		t.Errorf("rollback %s by %s for %v", first.Status, first.Creator, first.RollbackInfo)
	}
	if got := f.weights(id); got != [2]float64{90, 10} {
		t.Errorf("weights %v before the rollback has succeeded", got)
	}
	if got := f.get(back).Status; got != types.DeploymentStatusSucceeded {
		t.Errorf("rollback %s", got)
	}
	if got := f.weights(id); got != [2]float64{100, 0} {
		t.Errorf("weights %v after the rollback", got)
	}
	if pct := must[float64](t)(f.stand.WeightPct(id)); pct != 0 {
		t.Errorf("%v %% on the new version", pct)
	}
	var states []string
	for _, raw := range f.stand.TakeEvents() {
		var e struct {
			Detail struct{ DeploymentID, State string }
		}
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		states = append(states, map[string]string{id: "", back: "back "}[e.Detail.DeploymentID]+e.Detail.State)
	}
	if diff := cmp.Diff([]string{"STOP", "back START", "back SUCCESS"}, states); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestStopDeployment_theWayBackEndsAlsoWhenOnlyTheStoppedOneIsRead(t *testing.T) {
	f, id := shifting(t)
	f.stand.Lag(awstest.DeploymentLags{})
	if _, err := f.stop(id, true); err != nil {
		t.Fatal(err)
	}
	if got := f.get(id); got.Status != types.DeploymentStatusStopped || must[float64](t)(f.stand.WeightPct(id)) != 0 {
		t.Errorf("without lags: %s", got.Status)
	}
	f, id = shifting(t)
	if _, err := f.stop(id, true); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		f.get(id)
	}
	if pct := must[float64](t)(f.stand.WeightPct(id)); pct != 0 {
		t.Errorf("%v %% on the new version", pct)
	}
}

func TestStopDeployment_withoutTheWayBackLeavesTheTrafficWhereItIs(t *testing.T) {
	f, id := shifting(t)
	if _, err := f.stop(id, false); err != nil {
		t.Fatal(err)
	}
	f.get(id)
	if got := f.get(id); got.Status != types.DeploymentStatusStopped || got.RollbackInfo != nil || f.weights(id) != [2]float64{90, 10} {
		t.Errorf("%s, rollback %v, weights %v", got.Status, got.RollbackInfo, f.weights(id))
	}
}

func TestStopDeployment_refusesWhatTheModelForbids(t *testing.T) {
	f, id := shifting(t)
	_, err := f.stop("", true)
	wantError[*types.DeploymentIdRequiredException](t, err)
	_, err = f.stop("d-x", true)
	wantError[*types.InvalidDeploymentIdException](t, err)
	_, err = f.stop("d-NONE00000", true)
	wantError[*types.DeploymentDoesNotExistException](t, err)
	f.stand.Refuse("StopDeployment", "UnsupportedActionForDeploymentTypeException")
	_, err = f.stop(id, true)
	wantError[*types.UnsupportedActionForDeploymentTypeException](t, err)
	f.stand.DeleteDeploymentGroup("orders", "prod")
	_, err = f.stop(id, true)
	wantError[*types.DeploymentGroupDoesNotExistException](t, err)
}

func TestContinueDeployment_refusesWhatTheModelForbids(t *testing.T) {
	f, id := shifting(t)
	wantError[*types.DeploymentIdRequiredException](t, f.goOn("", ""))
	wantError[*types.InvalidDeploymentIdException](t, f.goOn("x", ""))
	wantError[*types.DeploymentDoesNotExistException](t, f.goOn("d-NONE00000", ""))
	wantError[*types.InvalidDeploymentWaitTypeException](t, f.goOn(id, "LUNCH_WAIT"))
	wantError[*types.DeploymentIsNotInReadyStateException](t, f.goOn(id, types.DeploymentWaitTypeTerminationWait))
	f.stand.Refuse("ContinueDeployment", "InvalidDeploymentStatusException")
	wantError[*types.InvalidDeploymentStatusException](t, f.goOn(id, ""))
}

func TestContinueDeployment_mayTakeWhileToShow(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	f.stand.Lag(awstest.DeploymentLags{Continue: 1})
	id := f.start(awstest.DeploymentOptions{})
	f.to(id, awstest.PointReady)
	if err := f.goOn(id, types.DeploymentWaitTypeReadyWait); err != nil {
		t.Fatal(err)
	}
	wantError[*types.DeploymentIsNotInReadyStateException](t, f.goOn(id, types.DeploymentWaitTypeReadyWait))
	for _, want := range []types.DeploymentStatus{types.DeploymentStatusReady, types.DeploymentStatusInProgress} {
		if got := f.get(id).Status; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestAlarmFires_stopsTheDeploymentItselfAndRollsItBack(t *testing.T) {
	f, id := shifting(t)
	if _, err := f.stand.AlarmFires(id); err != nil {
		t.Fatal(err)
	}
	got := f.get(id)
	if got.Status != types.DeploymentStatusStopped || got.ErrorInformation.Code != types.ErrorCodeAlarmActive || got.RollbackInfo == nil {
		t.Errorf("%s, %+v, rollback %v", got.Status, got.ErrorInformation, got.RollbackInfo)
	}
	_, err := f.stop(id, true)
	wantError[*types.DeploymentAlreadyCompletedException](t, err)
	for _, change := range f.ledger.Changes() {
		if change.Kind == "deployment-stop" {
			t.Errorf("nobody asked for a stop, the ledger has %+v", change)
		}
	}
}

func TestAlarmFires_needsAlarms(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformLambda, nil)
	if _, err := f.stand.AlarmFires(f.start(awstest.DeploymentOptions{})); err == nil {
		t.Error("a deployment without alarms was stopped by one")
	}
}
