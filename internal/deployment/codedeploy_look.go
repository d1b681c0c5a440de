package deployment

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/statemachine"
)

// underWay are the statuses of what has not ended.
func underWay() []types.DeploymentStatus {
	return []types.DeploymentStatus{
		types.DeploymentStatusCreated, types.DeploymentStatusQueued, types.DeploymentStatusInProgress,
		types.DeploymentStatusReady, types.DeploymentStatusBaking,
	}
}

func over(s types.DeploymentStatus) bool {
	return s == types.DeploymentStatusSucceeded || s == types.DeploymentStatusFailed || s == types.DeploymentStatusStopped
}

// nobodys are deployments that nobody made in order to release something.
func nobodys(info *types.DeploymentInfo) bool {
	if info.RollbackInfo != nil && aws.ToString(info.RollbackInfo.RollbackTriggeringDeploymentId) != "" {
		return true
	}
	return slices.Contains([]types.DeploymentCreator{
		types.DeploymentCreatorCodeDeployRollback, types.DeploymentCreatorCloudFormationRollback,
		types.DeploymentCreatorAutoscaling, types.DeploymentCreatorAutoscalingTermination,
		types.DeploymentCreatorCodeDeployAutoUpdate,
	}, info.Creator)
}

// revision is a label for what is deployed: a commit, an object's key, the
// beginning of an AppSpec's checksum.
func revision(r *types.RevisionLocation) string {
	switch {
	case r == nil:
	case r.GitHubLocation != nil:
		return aws.ToString(r.GitHubLocation.CommitId)
	case r.S3Location != nil:
		return aws.ToString(r.S3Location.Key)
	case r.AppSpecContent != nil:
		sum := aws.ToString(r.AppSpecContent.Sha256)
		return sum[:min(len(sum), 12)]
	}
	return ""
}

// goesOn looks at a deployment that has not ended. A stop that is accepted but
// still pending (StopDeployment, status Pending) does not show: it runs until it
// has stopped.
func goesOn(info *types.DeploymentInfo, at deployed, look *statemachine.DeploymentLook) {
	look.Status, look.WeightPct = statemachine.DeploymentRunning, at.weightPct
	switch {
	case info.Status == types.DeploymentStatusReady:
		look.Point, look.Until = statemachine.PointReady, at.since.Add(readyWait(info))
	case shifted(info, at):
		look.Point, look.Until = statemachine.PointShifted, at.since.Add(terminationWait(info))
	default:
		hooked(info, at, look)
		return
	}
	look.Status, look.WaitKey = statemachine.DeploymentWaiting, waitKey(aws.ToString(info.DeploymentId), look.Point)
}

// shifted reports the wait with all traffic on the new side. No status says so:
// on instances a flag does, on ECS the last hook after the traffic has succeeded.
func shifted(info *types.DeploymentInfo, at deployed) bool {
	return blueGreen(info) && terminationWait(info) > 0 && (info.InstanceTerminationWaitTimeStarted || at.trafficAllowed)
}

// waitKey names a wait: each of the two comes once in a deployment.
func waitKey(id string, p statemachine.Point) string { return id + "/" + p.String() }

func waitOf(id, key string) (types.DeploymentWaitType, bool) {
	switch key {
	case waitKey(id, statemachine.PointReady):
		return types.DeploymentWaitTypeReadyWait, true
	case waitKey(id, statemachine.PointShifted):
		return types.DeploymentWaitTypeTerminationWait, true
	}
	return "", false
}

// readyWait is how long it waits for ContinueDeployment before the traffic; 0 if
// it goes on by itself.
func readyWait(info *types.DeploymentInfo) time.Duration {
	if config := info.BlueGreenDeploymentConfiguration; config != nil && config.DeploymentReadyOption != nil &&
		config.DeploymentReadyOption.ActionOnTimeout == types.DeploymentReadyActionStopDeployment {
		return time.Duration(config.DeploymentReadyOption.WaitTimeInMinutes) * time.Minute
	}
	return 0
}

// terminationWait is how long the old side stays with all traffic shifted; 0 if
// it is kept, or goes at once.
func terminationWait(info *types.DeploymentInfo) time.Duration {
	if config := info.BlueGreenDeploymentConfiguration; config != nil && config.TerminateBlueInstancesOnDeploymentSuccess != nil &&
		config.TerminateBlueInstancesOnDeploymentSuccess.Action == types.InstanceActionTerminate {
		return time.Duration(config.TerminateBlueInstancesOnDeploymentSuccess.TerminationWaitTimeInMinutes) * time.Minute
	}
	return 0
}

func blueGreen(info *types.DeploymentInfo) bool {
	return info.ComputePlatform != types.ComputePlatformLambda &&
		info.DeploymentStyle != nil && info.DeploymentStyle.DeploymentType == types.DeploymentTypeBlueGreen
}

// weighs reports whether CodeDeploy tells a weight.
func weighs(info *types.DeploymentInfo) bool {
	return info.ComputePlatform == types.ComputePlatformEcs || info.ComputePlatform == types.ComputePlatformLambda
}
