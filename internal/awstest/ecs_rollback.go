package awstest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// stopServiceDeployment asks for the way back. ABORT is among the values and not valid; a deployment that is rolling
// back goes on doing so; one that has ended is a conflict (AWS note 3.10; the guide on stopping service deployments).
func (e *ECS) stopServiceDeployment(in *api.StopServiceDeploymentInput, c Call) (any, error) {
	d, err := e.deploymentOf(in.ServiceDeploymentArn)
	if err != nil {
		return nil, err
	}
	switch {
	case in.StopType != "" && in.StopType != types.StopServiceDeploymentStopTypeRollback:
		return nil, ecsInvalid("stopType must be ROLLBACK")
	case d.over():
		if d.status == types.ServiceDeploymentStatusSuccessful {
			e.ledger.Refuse(c.Actor, d.arn, askStop, d.told)
		}
		return nil, &awsJSONError{"ConflictException", "The service deployment is " + string(d.status) + " and cannot be stopped."}
	case !d.forward():
		return &api.StopServiceDeploymentOutput{ServiceDeploymentArn: &d.arn}, nil
	}
	e.rollBackSoon(d, "A user stopped the service deployment.", e.lags.Stop)
	d.told = accepted{askStop, c.Actor}
	e.ledger.Append(c.Actor, "deployment-stop", d.service.arn, d.state())
	return &api.StopServiceDeploymentOutput{ServiceDeploymentArn: &d.arn}, nil
}

// rollBackSoon requests a rollback, which begins after so many reads.
func (e *ECS) rollBackSoon(d *ecsDeployment, reason string, reads int) {
	if !d.forward() {
		return
	}
	d.status, d.reason, d.updatedAt, d.stopping = types.ServiceDeploymentStatusRollbackRequested, reason, e.clock(), reads
	if reads == 0 {
		e.rollBack(d)
	}
}

// rollBack begins the way back: all traffic goes to the source revision at once. A service's first deployment has none
// and only stops.
func (e *ECS) rollBack(d *ecsDeployment) {
	if d.source == nil {
		e.finish(d, types.ServiceDeploymentStatusStopped, d.reason)
		return
	}
	now := e.clock()
	d.status, d.updatedAt, d.stopping, d.rollingIn = types.ServiceDeploymentStatusRollbackInProgress, now, -1, e.lags.Rollback
	d.rollback = &types.Rollback{Reason: aws.String(d.reason), StartedAt: aws.Time(now), ServiceRevisionArn: &d.source.arn}
	d.weight, d.test = 0, 0
	for _, h := range d.hooks {
		if h.open() {
			h.status = types.DeploymentLifecycleHookStatusFailed
		}
	}
	e.emitDeployment(d, "INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS", "rolling back to "+d.source.arn+".") // AWS note 1.5
}

func (e *ECS) rolledBack(d *ecsDeployment) {
	e.finish(d, types.ServiceDeploymentStatusRollbackSuccessful, d.reason)
	e.emitDeployment(d, "INFO", "SERVICE_DEPLOYMENT_COMPLETED", "ECS deployment "+d.id+" rolled back.")
}

// FailRollback ends a rollback that is under way ROLLBACK_FAILED.
func (e *ECS) FailRollback(deployment string) ([]json.RawMessage, error) {
	return e.change(deployment, func(d *ecsDeployment) error {
		if d.status != types.ServiceDeploymentStatusRollbackInProgress {
			return fmt.Errorf("fail the rollback of %s: it is %s", deployment, d.status)
		}
		e.finish(d, types.ServiceDeploymentStatusRollbackFailed, "The tasks of the source revision failed to start.")
		e.emitDeployment(d, "ERROR", "SERVICE_DEPLOYMENT_FAILED", "ECS deployment "+d.id+" failed to roll back.")
		return nil
	})
}

// SetAlarm puts an alarm in ALARM, or out of it, as ECS sees it. Deployments under way that watch it fail, unless they
// ignore alarms: one that was in ALARM when they started is no alarm to them (AWS note 3.10).
func (e *ECS) SetAlarm(name string, firing bool) []json.RawMessage {
	e.mu.Lock()
	defer e.mu.Unlock()
	caused, err := e.events.during(func() error {
		e.firing[name] = firing
		for _, d := range slices.Clone(e.deployments) {
			watched := d.config.Alarms
			if firing && d.forward() && !d.ignoresAlarms && watched != nil && watched.Enable && slices.Contains(watched.AlarmNames, name) {
				d.triggered = append(d.triggered, name)
				e.fail(d, "ECS deployment "+d.id+": alarm "+name+" is in ALARM.", watched.Rollback)
			}
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return caused
}

// Fail has the circuit breaker trip on a deployment: it fails, and goes back if its configuration says so.
func (e *ECS) Fail(deployment string) ([]json.RawMessage, error) {
	return e.change(deployment, func(d *ecsDeployment) error {
		breaker := d.config.DeploymentCircuitBreaker
		if !d.forward() || breaker == nil || !breaker.Enable {
			return fmt.Errorf("fail %s: it is %s, its circuit breaker is %+v", deployment, d.status, breaker)
		}
		d.tripped = true
		e.fail(d, "ECS deployment circuit breaker: task failed to start.", breaker.Rollback)
		return nil
	})
}

// fail ends a deployment by alarm or circuit breaker: only then is there a FAILED event (AWS note 1.5).
func (e *ECS) fail(d *ecsDeployment, reason string, back bool) {
	e.emitDeployment(d, "ERROR", "SERVICE_DEPLOYMENT_FAILED", reason)
	if back {
		e.rollBackSoon(d, reason, 0)
		return
	}
	e.finish(d, types.ServiceDeploymentStatusStopped, reason)
}

// read is what one DescribeServiceDeployments of a deployment does to what is on its way.
func (e *ECS) read(d *ecsDeployment) {
	for _, h := range d.hooks {
		h.hidden = max(h.hidden-1, 0)
	}
	switch {
	case d.stopping > 0:
		d.stopping--
	case d.stopping == 0:
		e.rollBack(d)
	case d.rollingIn > 0:
		d.rollingIn--
	case d.rollingIn == 0:
		e.rolledBack(d)
	}
}
