package awstest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestCodeDeploy_anECSDeploymentGoesThroughBothWaits(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	id := f.start(awstest.DeploymentOptions{})
	if got := f.get(id); got.Status != types.DeploymentStatusCreated || got.DeploymentOverview.Pending != 1 {
		t.Fatalf("at first %s, %+v", got.Status, got.DeploymentOverview)
	}

	f.to(id, awstest.PointReady)
	if got := f.get(id).Status; got != types.DeploymentStatusReady || f.weights(id) != [2]float64{100, 0} {
		t.Fatalf("ready: %s, weights %v", got, f.weights(id))
	}
	wantError[*types.DeploymentIsNotInReadyStateException](t, f.goOn(id, types.DeploymentWaitTypeTerminationWait))
	if err := f.goOn(id, types.DeploymentWaitTypeReadyWait); err != nil {
		t.Fatal(err)
	}
	if f.asked[len(f.asked)-1] != "*" {
		t.Errorf("IAM checks ContinueDeployment against %s", f.asked[len(f.asked)-1])
	}
	wantError[*types.DeploymentIsNotInReadyStateException](t, f.goOn(id, types.DeploymentWaitTypeReadyWait))

	f.to(id, awstest.PointShifting)
	if got := f.weights(id); got != [2]float64{90, 10} || f.event(id, "AllowTraffic") != types.LifecycleEventStatusInProgress {
		t.Errorf("shifting: %v, AllowTraffic %s", got, f.event(id, "AllowTraffic"))
	}
	f.to(id, awstest.PointShifted)
	if got := f.get(id); got.Status != types.DeploymentStatusInProgress || !got.InstanceTerminationWaitTimeStarted {
		t.Errorf("shifted: %s, termination wait %t", got.Status, got.InstanceTerminationWaitTimeStarted)
	}
	if got := f.weights(id); got != [2]float64{0, 100} || f.event(id, "AfterAllowTraffic") != types.LifecycleEventStatusSucceeded {
		t.Errorf("shifted: %v, AfterAllowTraffic %s", got, f.event(id, "AfterAllowTraffic"))
	}
	f.stand.QuietTermination(true)
	if f.get(id).InstanceTerminationWaitTimeStarted {
		t.Error("the flag is not quiet")
	}
	if err := f.goOn(id, types.DeploymentWaitTypeTerminationWait); err != nil {
		t.Fatal(err)
	}
	if got := f.get(id); got.Status != types.DeploymentStatusSucceeded || got.CompleteTime == nil {
		t.Errorf("in the end %s, complete %v", got.Status, got.CompleteTime)
	}
	wantError[*types.DeploymentAlreadyCompletedException](t, f.goOn(id, types.DeploymentWaitTypeTerminationWait))

	var waits []types.DeploymentWaitType
	for _, change := range f.ledger.Changes() {
		if change.Kind == "deployment-continue" && change.Actor == "WORKER" {
			waits = append(waits, change.State.(awstest.DeploymentState).Wait)
		}
	}
	if diff := cmp.Diff([]types.DeploymentWaitType{types.DeploymentWaitTypeReadyWait, types.DeploymentWaitTypeTerminationWait}, waits); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}
}

func TestCodeDeploy_aDeploymentNobodyContinuesIsStopped(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	id := f.start(awstest.DeploymentOptions{})
	f.to(id, awstest.PointReady)
	f.clock.Add(time.Hour - time.Second)
	if got := f.get(id).Status; got != types.DeploymentStatusReady {
		t.Errorf("a second early: %s", got)
	}
	f.clock.Add(time.Second)
	got := f.get(id)
	if got.Status != types.DeploymentStatusStopped || got.ErrorInformation.Code != types.ErrorCodeTimeout || got.RollbackInfo != nil {
		t.Errorf("%s, %+v, rollback %v", got.Status, got.ErrorInformation, got.RollbackInfo)
	}
}

func TestCodeDeploy_theTerminationWaitEndsByItself(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	id := f.start(awstest.DeploymentOptions{})
	f.to(id, awstest.PointReady)
	if err := f.goOn(id, ""); err != nil { // without a type it is the wait before the traffic
		t.Fatal(err)
	}
	f.to(id, awstest.PointShifted)
	f.clock.Add(30 * time.Minute)
	if got := f.get(id).Status; got != types.DeploymentStatusSucceeded {
		t.Errorf("%s", got)
	}
}

func TestCodeDeploy_aLambdaDeploymentKnowsNoWait(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformLambda, func(g *types.DeploymentGroupInfo) {
		g.DeploymentConfigName = aws.String("CodeDeployDefault.LambdaLinear10PercentEvery1Minute")
	})
	id := f.start(awstest.DeploymentOptions{Function: "orders", Alias: "live", CurrentVersion: "42", TargetVersion: "43"})
	f.to(id, awstest.PointShifting)
	wantError[*types.UnsupportedActionForDeploymentTypeException](t, f.goOn(id, types.DeploymentWaitTypeReadyWait))
	if _, err := f.stand.Advance(id); err != nil {
		t.Fatal(err)
	}
	want := &types.LambdaFunctionInfo{
		FunctionName: aws.String("orders"), FunctionAlias: aws.String("live"), CurrentVersion: aws.String("42"),
		TargetVersion: aws.String("43"), TargetVersionWeight: 20,
	}
	if diff := cmp.Diff(want, f.target(id).LambdaTarget.LambdaFunctionInfo, sdkTypes()); diff != "" {
		t.Errorf("function (-want +got):\n%s", diff)
	}
	f.to(id, awstest.PointEnd)
	if got := f.get(id).Status; got != types.DeploymentStatusSucceeded {
		t.Errorf("%s", got)
	}
}

func TestCodeDeploy_anInPlaceDeploymentCannotBeContinued(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformServer, func(g *types.DeploymentGroupInfo) {
		g.DeploymentStyle = &types.DeploymentStyle{DeploymentType: types.DeploymentTypeInPlace}
	})
	id := f.start(awstest.DeploymentOptions{})
	if _, err := f.stand.Advance(id); err != nil {
		t.Fatal(err)
	}
	wantError[*types.UnsupportedActionForDeploymentTypeException](t, f.goOn(id, types.DeploymentWaitTypeReadyWait))
	if got := f.target(id).InstanceTarget; aws.ToString(got.TargetId) != "i-0000000aaaaaaaaaa" || got.InstanceLabel != "" {
		t.Errorf("target %+v", got)
	}
}

func TestCodeDeploy_aConfigurationOfOnesOwnSetsTheWeights(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformLambda, nil)
	if err := f.stand.CreateDeploymentConfig("ThreeSteps", 5, 50, 100); err != nil {
		t.Fatal(err)
	}
	id := f.start(awstest.DeploymentOptions{Config: "ThreeSteps"})
	var weights []float64
	for pct := 0.0; pct < 100; pct = weights[len(weights)-1] {
		if _, err := f.stand.Advance(id); err != nil {
			t.Fatal(err)
		}
		weights = append(weights, f.target(id).LambdaTarget.LambdaFunctionInfo.TargetVersionWeight)
	}
	if diff := cmp.Diff([]float64{0, 5, 50, 100}, weights); diff != "" {
		t.Errorf("weights (-want +got):\n%s", diff)
	}
	if f.stand.CreateDeploymentConfig("Half", 50) == nil {
		t.Error("a configuration that ends at 50 was created")
	}
}

func TestFail_rollsBackWhereTheGroupSaysSo(t *testing.T) {
	for _, event := range types.AutoRollbackEvent("").Values() {
		f := newDeployFixture(t, types.ComputePlatformLambda, func(g *types.DeploymentGroupInfo) {
			g.AutoRollbackConfiguration = &types.AutoRollbackConfiguration{Enabled: true, Events: []types.AutoRollbackEvent{event}}
		})
		id := f.start(awstest.DeploymentOptions{})
		f.to(id, awstest.PointShifting)
		if _, err := f.stand.Fail(id, types.ErrorCodeTimeout); err != nil {
			t.Fatal(err)
		}
		got := f.get(id)
		if rolled := got.RollbackInfo != nil; rolled != (event == types.AutoRollbackEventDeploymentFailure) || got.Status != types.DeploymentStatusFailed {
			t.Errorf("%s: %s, rolled back %t", event, got.Status, rolled)
		}
	}
}

func TestListDeploymentTargets_filtersServersByLabel(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformServer, twoWaits)
	f.stand.PageSize(1)
	id := f.start(awstest.DeploymentOptions{Instances: []string{"i-1", "i-2"}})
	if _, err := f.stand.Advance(id); err != nil {
		t.Fatal(err)
	}
	list := func(label string) []string {
		var ids []string
		for token := (*string)(nil); ; {
			out := must[*codedeploy.ListDeploymentTargetsOutput](t)(f.client.ListDeploymentTargets(t.Context(), &codedeploy.ListDeploymentTargetsInput{
				DeploymentId: aws.String(id), NextToken: token, TargetFilters: map[string][]string{"ServerInstanceLabel": {label}},
			}))
			ids = append(ids, out.TargetIds...)
			if token = out.NextToken; token == nil {
				return ids
			}
		}
	}
	if got := list("Green"); !slices.Equal(got, []string{"i-1", "i-2"}) {
		t.Errorf("green %v", got)
	}
	if got := list("Blue"); len(got) != 0 {
		t.Errorf("blue %v", got)
	}
}
