package deployment

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// hookWait is how long CodeDeploy waits for a hook's answer (CodeDeploy user
// guide, "AppSpec 'hooks' section").
const hookWait = time.Hour

// hookPrefix begins the key of a hook's wait: "hook/BeforeAllowTraffic/<execution
// id>". The API does not tell the execution id.
const hookPrefix = "hook/"

// hookPoints are the lifecycle events at which a hook can wait.
func hookPoints(platform types.ComputePlatform) map[string]statemachine.Point {
	switch platform {
	case types.ComputePlatformEcs: // its wait with all traffic shifted is TERMINATION_WAIT
		return map[string]statemachine.Point{
			"BeforeInstall": statemachine.PointPreScaleUp, "AfterInstall": statemachine.PointPostScaleUp,
			"AfterAllowTestTraffic": statemachine.PointPostTestTraffic, "BeforeAllowTraffic": statemachine.PointShift,
		}
	case types.ComputePlatformLambda:
		return map[string]statemachine.Point{"BeforeAllowTraffic": statemachine.PointShift, "AfterAllowTraffic": statemachine.PointShifted}
	case types.ComputePlatformServer: // its hooks are scripts on the instances
	}
	return nil
}

// hookAt is whether a deployment can have a hook at a point.
func hookAt(platform types.ComputePlatform, at statemachine.Point) bool {
	for _, point := range hookPoints(platform) {
		if point == at {
			return true
		}
	}
	return false
}

// hooked fills in the wait for a hook: its lifecycle event is in progress, also
// where a hook of somebody else runs, whose key then nobody tells.
func hooked(info *types.DeploymentInfo, at deployed, look *statemachine.DeploymentLook) {
	for _, e := range at.events {
		name := aws.ToString(e.LifecycleEventName)
		point := hookPoints(info.ComputePlatform)[name]
		if point == 0 || e.Status != types.LifecycleEventStatusInProgress {
			continue
		}
		look.Status, look.Point, look.WaitKey = statemachine.DeploymentWaiting, point, hookPrefix+name+"/"
		look.Until = aws.ToTime(e.StartTime).Add(hookWait)
	}
}

// answerHook ends a hook well; one that was answered already is done.
func (d *codeDeploy) answerHook(ctx context.Context, id, key string) error {
	const call = "codedeploy:PutLifecycleEventHookExecutionStatus"
	_, execution, ok := strings.Cut(strings.TrimPrefix(key, hookPrefix), "/")
	if !ok || execution == "" {
		return failed(worker.ErrInvalid, call, d.name+" "+id, "there is no wait %q", key)
	}
	_, err := d.api.PutLifecycleEventHookExecutionStatus(ctx, &codedeploy.PutLifecycleEventHookExecutionStatusInput{
		DeploymentId: &id, LifecycleEventHookExecutionId: &execution, Status: types.LifecycleEventStatusSucceeded,
	})
	if _, answered := errors.AsType[*types.LifecycleEventAlreadyCompletedException](err); answered {
		return nil
	}
	return awserr.Classify(call, d.name+" "+id, err)
}
