package awstest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// AlarmFires stops a deployment by one of its own alarms: Stopped, ALARM_ACTIVE, and rolled back if its configuration
// has DEPLOYMENT_STOP_ON_ALARM (AWS note 3.9). A deployment without enabled alarms is an error.
func (d *CodeDeploy) AlarmFires(id string) ([]json.RawMessage, error) {
	return d.change(id, func(run *deploymentRun) error {
		alarms := d.alarmsOf(run)
		if run.over() || alarms == nil || !alarms.Enabled || len(alarms.Alarms) == 0 {
			return fmt.Errorf("alarm on %s: it is %s, its alarms are %v", id, run.info.Status, alarms)
		}
		run.rollBack = run.rollsBack(types.AutoRollbackEventDeploymentStopOnAlarm)
		d.stopped(run, types.ErrorCodeAlarmActive, "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected.")
		return nil
	})
}

// Fail ends a deployment Failed with a code of CodeDeploy's, rolled back if its configuration has DEPLOYMENT_FAILURE.
func (d *CodeDeploy) Fail(id string, code types.ErrorCode) ([]json.RawMessage, error) {
	return d.change(id, func(run *deploymentRun) error {
		if run.over() {
			return fmt.Errorf("fail %s: it is %s", id, run.info.Status)
		}
		d.failed(run, code)
		return nil
	})
}

func (d *CodeDeploy) succeeded(run *deploymentRun) {
	d.complete(run, types.DeploymentStatusSucceeded, types.LifecycleEventStatusSucceeded)
	if run.restores != nil {
		run.restores.weight = 0
		run.restores.info.RollbackInfo.RollbackMessage = aws.String("Rollback " + run.id() + " succeeded.")
	}
	if group := d.group(run); group != nil {
		group.LastSuccessfulDeployment = run.last()
		group.TargetRevision = run.info.Revision
	}
	d.emit(run, "SUCCESS")
}

func (d *CodeDeploy) failed(run *deploymentRun, code types.ErrorCode) {
	run.info.ErrorInformation = &types.ErrorInformation{Code: code, Message: aws.String("The deployment failed: " + string(code))}
	d.complete(run, types.DeploymentStatusFailed, types.LifecycleEventStatusFailed)
	d.emit(run, "FAILURE")
	if run.rollsBack(types.AutoRollbackEventDeploymentFailure) {
		d.startRollback(run)
	}
}

func (d *CodeDeploy) stopped(run *deploymentRun, code types.ErrorCode, message string) {
	run.info.ErrorInformation = &types.ErrorInformation{Code: code, Message: aws.String(message)}
	d.complete(run, types.DeploymentStatusStopped, types.LifecycleEventStatusSkipped)
	d.emit(run, "STOP")
	if run.rollBack {
		d.startRollback(run)
	}
}

// complete ends a deployment; a lifecycle event that is in progress ends as said.
func (d *CodeDeploy) complete(run *deploymentRun, status types.DeploymentStatus, event types.LifecycleEventStatus) {
	now := d.clock()
	run.info.Status, run.info.CompleteTime = status, aws.Time(now)
	run.wait, run.continuing, run.stopping, run.rollingIn = "", -1, -1, -1
	for i := range run.events {
		if run.events[i].Status == types.LifecycleEventStatusInProgress {
			run.events[i].Status, run.events[i].EndTime = event, aws.Time(now)
		}
	}
	if group := d.group(run); group != nil {
		group.LastAttemptedDeployment = run.last()
	}
}

func (r *deploymentRun) rollsBack(event types.AutoRollbackEvent) bool {
	config := r.info.AutoRollbackConfiguration
	return config != nil && config.Enabled && slices.Contains(config.Events, event)
}

func (r *deploymentRun) last() *types.LastDeploymentInfo {
	return &types.LastDeploymentInfo{
		DeploymentId: r.info.DeploymentId, Status: r.info.Status, CreateTime: r.info.CreateTime, EndTime: r.info.CompleteTime,
	}
}
