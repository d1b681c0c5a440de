package awstest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// Advance takes a deployment one step on: Created → InProgress → (Ready) → each weight → all shifted → Succeeded, and
// returns the events. It ends a stop that is pending. A deployment that waits for a call or a hook cannot be advanced.
func (d *CodeDeploy) Advance(id string) ([]json.RawMessage, error) {
	return d.change(id, d.advance)
}

// DeploymentPoint is a place on a deployment's way.
type DeploymentPoint int

// The points that AdvanceTo knows.
const (
	// PointReady is the wait before the traffic: status Ready.
	PointReady DeploymentPoint = iota + 1
	// PointShifting is the first weight.
	PointShifting
	// PointShifted is the wait before the old tasks are terminated.
	PointShifted
	// PointEnd is the end, well or not.
	PointEnd
)

// AdvanceTo advances a deployment until it is at a point, and returns the events on the way.
func (d *CodeDeploy) AdvanceTo(id string, point DeploymentPoint) ([]json.RawMessage, error) {
	return d.change(id, func(run *deploymentRun) error {
		for !run.at(point) {
			if err := d.advance(run); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *deploymentRun) at(point DeploymentPoint) bool {
	switch point {
	case PointReady:
		return r.wait == types.DeploymentWaitTypeReadyWait
	case PointShifting:
		return r.weight > 0
	case PointShifted:
		return r.wait == types.DeploymentWaitTypeTerminationWait
	case PointEnd:
		return r.over()
	}
	return true
}

// advance is one step.
func (d *CodeDeploy) advance(run *deploymentRun) error {
	switch {
	case run.over():
		return fmt.Errorf("advance %s: it is %s", run.id(), run.info.Status)
	case run.stopping >= 0:
		d.stopped(run, types.ErrorCodeManualStop, "The deployment was stopped on request.")
		return nil
	case run.continuing >= 0:
		d.continued(run)
		return nil
	case run.openHook() != nil:
		return fmt.Errorf("advance %s: it waits for its hook %s", run.id(), run.openHook().event)
	case run.wait != "":
		return fmt.Errorf("advance %s: it waits, %s", run.id(), run.wait)
	}
	run.step++
	run.left = slices.Clone(run.steps[run.step].events)
	d.work(run)
	return nil
}

// work does what is left of the step a deployment is in. It stops at a hook until that is answered.
func (d *CodeDeploy) work(run *deploymentRun) {
	now := d.clock()
	if run.info.StartTime == nil {
		run.info.StartTime, run.info.Status = aws.Time(now), types.DeploymentStatusInProgress
	}
	for len(run.left) > 0 {
		event := run.left[0]
		run.left = run.left[1:]
		if slices.Contains(run.options.Hooks, event) {
			run.lifecycle(event, types.LifecycleEventStatusInProgress, now)
			run.hooks = append(run.hooks, &deploymentHook{
				id: d.events.uuid("codedeploy hook"), event: event, status: types.LifecycleEventStatusInProgress,
			})
			run.since = now
			return
		}
		run.lifecycle(event, types.LifecycleEventStatusSucceeded, now)
	}
	step := run.steps[run.step]
	if step.weight >= 0 {
		run.weight = step.weight
	}
	if step.opens != "" {
		run.lifecycle(step.opens, types.LifecycleEventStatusInProgress, now)
	}
	run.wait, run.since = step.wait, now
	if step.status == types.DeploymentStatusSucceeded {
		d.succeeded(run)
		return
	}
	if run.info.Status = step.status; step.status == types.DeploymentStatusReady {
		d.emit(run, "READY")
	}
}

// lifecycle notes a lifecycle event of the target.
func (r *deploymentRun) lifecycle(event string, status types.LifecycleEventStatus, now time.Time) {
	for i := range r.events {
		if aws.ToString(r.events[i].LifecycleEventName) == event {
			r.events[i].Status = status
			if status != types.LifecycleEventStatusInProgress {
				r.events[i].EndTime = aws.Time(now)
			}
			return
		}
	}
	noted := types.LifecycleEvent{LifecycleEventName: aws.String(event), StartTime: aws.Time(now), Status: status}
	if status != types.LifecycleEventStatusInProgress {
		noted.EndTime = aws.Time(now)
	}
	r.events = append(r.events, noted)
}

// change applies f to a deployment and returns the events it caused.
func (d *CodeDeploy) change(id string, f func(*deploymentRun) error) ([]json.RawMessage, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	run, err := d.find(&id)
	if err != nil {
		return nil, err
	}
	return d.events.during(func() error { return f(run) })
}
