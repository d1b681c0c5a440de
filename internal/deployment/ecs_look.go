package deployment

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/serinhq/serin/statemachine"
)

// lookOf makes a look of a service deployment.
func lookOf(d types.ServiceDeployment) statemachine.DeploymentLook {
	look := statemachine.DeploymentLook{Status: statemachine.DeploymentRunning, WeightPct: requested(d)}
	switch d.Status {
	case types.ServiceDeploymentStatusPending, types.ServiceDeploymentStatusInProgress:
		paused(d, &look)
	case types.ServiceDeploymentStatusSuccessful:
		look.Status = statemachine.DeploymentSucceeded
	case types.ServiceDeploymentStatusStopRequested, types.ServiceDeploymentStatusRollbackRequested,
		types.ServiceDeploymentStatusRollbackInProgress:
		look.Status = statemachine.DeploymentStopping
		look.Text, look.ByAlarm = cause(d)
	case types.ServiceDeploymentStatusRollbackFailed:
		look.Status = statemachine.DeploymentFailed
		look.Text, look.ByAlarm = cause(d)
		look.Text += "; going back did not succeed"
	case types.ServiceDeploymentStatusStopped, types.ServiceDeploymentStatusRollbackSuccessful:
		look.Status = statemachine.DeploymentStopped
		look.Text, look.ByAlarm = cause(d)
		if d.Status == types.ServiceDeploymentStatusStopped {
			look.Text += "; no rollback followed"
			if tripped(d) {
				look.Status = statemachine.DeploymentFailed
			}
		}
	}
	return look
}

// forward reports whether it still goes forward.
func forward(d types.ServiceDeployment) bool {
	return d.Status == types.ServiceDeploymentStatusPending || d.Status == types.ServiceDeploymentStatusInProgress
}

// requested is the share that ECS has asked for; nil for a rolling deployment.
func requested(d types.ServiceDeployment) *float64 {
	if d.TargetServiceRevision == nil {
		return nil
	}
	return d.TargetServiceRevision.RequestedProductionTrafficWeight
}

// paused fills in the wait, if it waits. Hooks of one stage wait together, and so
// their ids together are its key, and the first of them to run out is its end.
func paused(d types.ServiceDeployment, look *statemachine.DeploymentLook) {
	hooks := openHooks(d)
	point := pointAt(d.LifecycleStage)
	if len(hooks) == 0 || point == 0 {
		return
	}
	var ids []string
	for _, h := range hooks {
		ids = append(ids, aws.ToString(h.HookId))
		if until := aws.ToTime(h.ExpiresAt); look.Until.IsZero() || until.Before(look.Until) {
			look.Until = until
		}
	}
	look.Status, look.Point, look.WaitKey = statemachine.DeploymentWaiting, point, strings.Join(ids, ",")
}

// openHooks are the pause hooks that wait for an answer, in the order of their
// ids.
func openHooks(d types.ServiceDeployment) []types.DeploymentLifecycleHookDetail {
	var open []types.DeploymentLifecycleHookDetail
	for _, h := range d.LifecycleHookDetails {
		if h.TargetType == types.DeploymentLifecycleHookTargetTypePause && h.Status == types.DeploymentLifecycleHookStatusAwaitingAction {
			open = append(open, h)
		}
	}
	slices.SortFunc(open, func(a, b types.DeploymentLifecycleHookDetail) int {
		return strings.Compare(aws.ToString(a.HookId), aws.ToString(b.HookId))
	})
	return open
}

// pointAt is where a deployment stands that waits for a pause hook. The stage
// before a shift is not among the values that the API's model lists for a
// deployment; a deployment that pauses while it says PRODUCTION_TRAFFIC_SHIFT can
// only be before one, since no hook may pause in that stage.
func pointAt(stage types.ServiceDeploymentLifecycleStage) statemachine.Point {
	if stage == types.ServiceDeploymentLifecycleStageProductionTrafficShift {
		return statemachine.PointShift
	}
	for point, name := range pauseStages() {
		if string(stage) == string(name) {
			return point
		}
	}
	return 0
}

// pauseStages are the stages at which a deployment can pause.
func pauseStages() map[statemachine.Point]types.DeploymentLifecycleHookStage {
	return map[statemachine.Point]types.DeploymentLifecycleHookStage{
		statemachine.PointReconcile:       types.DeploymentLifecycleHookStageReconcileService,
		statemachine.PointPreScaleUp:      types.DeploymentLifecycleHookStagePreScaleUp,
		statemachine.PointPostScaleUp:     types.DeploymentLifecycleHookStagePostScaleUp,
		statemachine.PointPostTestTraffic: types.DeploymentLifecycleHookStagePostTestTrafficShift,
		statemachine.PointShift:           types.DeploymentLifecycleHookStagePreProductionTrafficShift,
		statemachine.PointShifted:         types.DeploymentLifecycleHookStagePostProductionTrafficShift,
	}
}

// cause says why it ended, or goes back, in ECS's own words of state: its reasons
// may quote what people wrote.
func cause(d types.ServiceDeployment) (text string, byAlarm bool) {
	switch {
	case d.Alarms != nil && d.Alarms.Status == types.ServiceDeploymentRollbackMonitorsStatusTriggered:
		return string(d.Status) + ": by an alarm of the deployment", true
	case tripped(d):
		return string(d.Status) + ": by the deployment circuit breaker", false
	}
	return string(d.Status), false
}

func tripped(d types.ServiceDeployment) bool {
	return d.DeploymentCircuitBreaker != nil && d.DeploymentCircuitBreaker.Status == types.ServiceDeploymentRollbackMonitorsStatusTriggered
}
