package deployment

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/statemachine"
)

// waiting is a deployment that waits so many minutes at ready and at shifted.
func waiting(platform types.ComputePlatform, kind types.DeploymentType, ready, shifted int32) *types.DeploymentInfo {
	return &types.DeploymentInfo{
		ComputePlatform: platform, DeploymentStyle: &types.DeploymentStyle{DeploymentType: kind},
		BlueGreenDeploymentConfiguration: &types.BlueGreenDeploymentConfiguration{
			DeploymentReadyOption: &types.DeploymentReadyOption{ActionOnTimeout: types.DeploymentReadyActionStopDeployment, WaitTimeInMinutes: ready},
			TerminateBlueInstancesOnDeploymentSuccess: &types.BlueInstanceTerminationOption{
				Action: types.InstanceActionTerminate, TerminationWaitTimeInMinutes: shifted,
			},
		},
	}
}

func TestMisfit_demandsAWaitLongerThanTheStep(t *testing.T) {
	approval := func(at statemachine.Point, d time.Duration) statemachine.Step {
		return statemachine.Step{At: at, Approval: &statemachine.Approval{Timeout: d}}
	}
	bake := func(at statemachine.Point, d time.Duration) statemachine.Step {
		return statemachine.Step{At: at, Bake: d}
	}
	ecs := waiting(types.ComputePlatformEcs, types.DeploymentTypeBlueGreen, 60, 30)
	keeps := waiting(types.ComputePlatformEcs, types.DeploymentTypeBlueGreen, 60, 30)
	keeps.BlueGreenDeploymentConfiguration.TerminateBlueInstancesOnDeploymentSuccess.Action = types.InstanceActionKeepAlive
	goes := waiting(types.ComputePlatformEcs, types.DeploymentTypeBlueGreen, 60, 30)
	goes.BlueGreenDeploymentConfiguration.DeploymentReadyOption.ActionOnTimeout = types.DeploymentReadyActionContinueDeployment
	bare := &types.DeploymentInfo{ComputePlatform: types.ComputePlatformEcs, DeploymentStyle: ecs.DeploymentStyle}
	for _, c := range []struct {
		what string
		info *types.DeploymentInfo
		step statemachine.Step
		fits bool
	}{
		{"approval shorter than the wait", ecs, approval(statemachine.PointReady, 59*time.Minute), true},
		{"approval as long as the wait", ecs, approval(statemachine.PointReady, time.Hour), false},
		{"bake at ready", ecs, bake(statemachine.PointReady, 10*time.Minute), true},
		{"bake shorter than the termination wait", ecs, bake(statemachine.PointShifted, 29*time.Minute), true},
		{"bake as long as the termination wait", ecs, bake(statemachine.PointShifted, 30*time.Minute), false},
		{"approval at shifted", ecs, approval(statemachine.PointShifted, time.Hour), false},
		{"the old side is kept", keeps, bake(statemachine.PointShifted, time.Minute), false},
		{"it goes on by itself", goes, bake(statemachine.PointReady, time.Minute), false},
		{"no configuration", bare, bake(statemachine.PointReady, 0), false},
		{"no point", ecs, bake(0, 0), false},
		{"Lambda", waiting(types.ComputePlatformLambda, types.DeploymentTypeBlueGreen, 60, 30), bake(statemachine.PointReady, 0), false},
		{"in place", waiting(types.ComputePlatformServer, types.DeploymentTypeInPlace, 60, 30), bake(statemachine.PointReady, 0), false},
		{"instances, blue/green", waiting(types.ComputePlatformServer, types.DeploymentTypeBlueGreen, 60, 30), bake(statemachine.PointReady, 0), true},
	} {
		if text := misfit(c.info, c.step); (text == "") != c.fits {
			t.Errorf("%s: fits %t, want %t: %s", c.what, text == "", c.fits, text)
		}
	}
}

func TestRollbackMayFollow_forAMinuteUnlessItIsKnown(t *testing.T) {
	end := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	onFailure := &types.AutoRollbackConfiguration{Enabled: true, Events: []types.AutoRollbackEvent{types.AutoRollbackEventDeploymentFailure}}
	for _, c := range []struct {
		what  string
		info  types.DeploymentInfo
		after time.Duration
		want  bool
	}{
		{"just stopped", types.DeploymentInfo{Status: types.DeploymentStatusStopped}, time.Second, true},
		{"stopped by a clock ahead of ours", types.DeploymentInfo{Status: types.DeploymentStatusStopped}, -5 * time.Second, true},
		{"stopped a minute ago", types.DeploymentInfo{Status: types.DeploymentStatusStopped}, time.Minute, false},
		{"said not to be", types.DeploymentInfo{Status: types.DeploymentStatusStopped, RollbackInfo: &types.RollbackInfo{}}, time.Second, false},
		{"failed", types.DeploymentInfo{Status: types.DeploymentStatusFailed}, time.Second, false},
		{"failed, to be rolled back", types.DeploymentInfo{Status: types.DeploymentStatusFailed, AutoRollbackConfiguration: onFailure}, time.Second, true},
		{"failed long ago, to be rolled back", types.DeploymentInfo{Status: types.DeploymentStatusFailed, AutoRollbackConfiguration: onFailure}, time.Hour, false},
	} {
		c.info.CompleteTime = &end
		if got := rollbackMayFollow(&c.info, end.Add(c.after)); got != c.want {
			t.Errorf("%s: %t, want %t", c.what, got, c.want)
		}
	}
}

func TestNobodys_areRollbacksAndScaling(t *testing.T) {
	for creator, want := range map[types.DeploymentCreator]bool{
		types.DeploymentCreatorUser: false, types.DeploymentCreatorCodeDeploy: false, types.DeploymentCreatorCloudFormation: false, "": false,
		types.DeploymentCreatorCodeDeployRollback: true, types.DeploymentCreatorCloudFormationRollback: true,
		types.DeploymentCreatorAutoscaling: true, types.DeploymentCreatorAutoscalingTermination: true, types.DeploymentCreatorCodeDeployAutoUpdate: true,
	} {
		if got := nobodys(&types.DeploymentInfo{Creator: creator}); got != want {
			t.Errorf("created by %q: %t, want %t", creator, got, want)
		}
	}
	if !nobodys(&types.DeploymentInfo{RollbackInfo: &types.RollbackInfo{RollbackTriggeringDeploymentId: aws.String("d-1")}}) {
		t.Error("what rolls back d-1 is taken for a release")
	}
}

func TestRevision_isALabelPeopleKnow(t *testing.T) {
	for want, r := range map[string]*types.RevisionLocation{
		"":               nil,
		"3f2a":           {GitHubLocation: &types.GitHubLocation{CommitId: aws.String("3f2a")}},
		"orders/43.yaml": {S3Location: &types.S3Location{Bucket: aws.String("b"), Key: aws.String("orders/43.yaml")}},
		"0123456789ab":   {AppSpecContent: &types.AppSpecContent{Sha256: aws.String("0123456789abcdef")}},
		"short":          {AppSpecContent: &types.AppSpecContent{Sha256: aws.String("short")}},
	} {
		if got := revision(r); got != want {
			t.Errorf("revision %q, want %q", got, want)
		}
	}
}
