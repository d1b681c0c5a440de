package awstest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Advance takes a deployment one stage on and returns the events. A deployment that waits for a hook cannot be
// advanced; a rollback goes on by reads, and by Advance.
func (e *ECS) Advance(deployment string) ([]json.RawMessage, error) {
	return e.change(deployment, e.advance)
}

// Run advances a deployment until a hook waits or it has ended, and returns the events on the way.
func (e *ECS) Run(deployment string) ([]json.RawMessage, error) {
	return e.change(deployment, func(d *ecsDeployment) error {
		for d.openHook() == nil && !d.over() {
			if err := e.advance(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// RunTo advances a deployment until it is in a stage, the next time it comes to it, and returns the events on the way.
func (e *ECS) RunTo(deployment, stage string) ([]json.RawMessage, error) {
	return e.change(deployment, func(d *ecsDeployment) error {
		for {
			if err := e.advance(d); err != nil {
				return err
			}
			if d.stage() == stage {
				return nil
			}
		}
	})
}

// deploy makes a deployment of a service. One that is under way is stopped: a second UpdateService replaces what is
// deployed (AWS note 3.10).
func (e *ECS) deploy(s *ecsService, taskDefinition string, reconcile bool) *ecsDeployment {
	now := e.clock()
	if old := s.deployment; old != nil && !old.over() {
		e.finish(old, types.ServiceDeploymentStatusStopped, "The deployment was replaced by a newer one.")
		reconcile = true // more than one revision is active then
	}
	d := &ecsDeployment{
		arn: e.arn("service-deployment", s.cluster, s.name, e.events.hash("ecs deployment")[:21]),
		id:  "ecs-svc/" + e.number("ecs deployment"), service: s, config: s.config, source: s.current,
		target: e.revise(s, taskDefinition), status: types.ServiceDeploymentStatusPending, createdAt: now, updatedAt: now,
		steps: ecsSteps(s.config, reconcile), step: -1, stopping: -1, rollingIn: -1,
	}
	if alarms := s.config.Alarms; alarms != nil && alarms.Enable {
		// One in ALARM when the deployment starts makes ECS ignore alarms for it (AWS note 3.10).
		d.ignoresAlarms = slices.ContainsFunc(alarms.AlarmNames, func(name string) bool { return e.firing[name] })
	}
	s.deployment = d
	e.deployments = append(e.deployments, d)
	e.emitDeployment(d, "INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS", "ECS deployment "+d.id+" in progress.")
	return d
}

// advance is one stage.
func (e *ECS) advance(d *ecsDeployment) error {
	switch {
	case d.over():
		return fmt.Errorf("advance %s: it is %s", d.arn, d.status)
	case d.stopping >= 0:
		e.rollBack(d)
		return nil
	case d.rollingIn >= 0:
		e.rolledBack(d)
		return nil
	case d.openHook() != nil:
		return fmt.Errorf("advance %s: it waits for its hook %s", d.arn, d.openHook().id)
	}
	now := e.clock()
	if d.startedAt == nil {
		d.startedAt, d.status = aws.Time(now), types.ServiceDeploymentStatusInProgress
	}
	d.updatedAt = now
	if d.step++; d.step == len(d.steps) {
		d.step--
		d.service.current = d.target
		e.finish(d, types.ServiceDeploymentStatusSuccessful, "")
		e.emitDeployment(d, "INFO", "SERVICE_DEPLOYMENT_COMPLETED", "ECS deployment "+d.id+" completed.")
		return nil
	}
	step := d.steps[d.step]
	if step.weight >= 0 {
		d.weight = step.weight
	}
	if step.test >= 0 {
		d.test = step.test
	}
	e.openHooks(d)
	return nil
}

// finish ends a deployment; hooks that wait are gone with it.
func (e *ECS) finish(d *ecsDeployment, status types.ServiceDeploymentStatus, reason string) {
	now := e.clock()
	d.status, d.reason, d.updatedAt, d.finishedAt = status, reason, now, aws.Time(now)
	if status == types.ServiceDeploymentStatusStopped {
		d.stoppedAt = aws.Time(now)
	}
	d.hooks, d.stopping, d.rollingIn = nil, -1, -1
	if d.service.deployment == d {
		d.service.deployment = nil
	}
}
