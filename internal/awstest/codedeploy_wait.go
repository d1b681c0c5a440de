package awstest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// ExpireWait lets the time of the wait run out that a deployment is in.
func (d *CodeDeploy) ExpireWait(id string) ([]json.RawMessage, error) {
	return d.change(id, func(run *deploymentRun) error {
		if run.wait == "" {
			return fmt.Errorf("expire the wait of %s: it is in none", id)
		}
		d.expire(run)
		return nil
	})
}

// expireDue ends every wait whose time has run out: before the traffic by stopping, before the termination by going on,
// in a hook, after an hour, by failing (AWS note 3.9).
func (d *CodeDeploy) expireDue() {
	now := d.clock()
	for _, run := range slices.Clone(d.deployments) {
		config := run.info.BlueGreenDeploymentConfiguration
		waited := now.Sub(run.since)
		switch {
		case run.over():
		case run.openHook() != nil:
			if waited >= time.Hour {
				run.openHook().status = types.LifecycleEventStatusFailed
				d.failed(run, types.ErrorCodeHookExecutionFailure)
			}
		case run.wait == types.DeploymentWaitTypeReadyWait:
			if waited >= time.Duration(config.DeploymentReadyOption.WaitTimeInMinutes)*time.Minute {
				d.expire(run)
			}
		case run.wait == types.DeploymentWaitTypeTerminationWait:
			option := config.TerminateBlueInstancesOnDeploymentSuccess
			if waited >= time.Duration(option.TerminationWaitTimeInMinutes)*time.Minute {
				d.expire(run)
			}
		}
	}
}

func (d *CodeDeploy) expire(run *deploymentRun) {
	if run.wait == types.DeploymentWaitTypeReadyWait {
		d.stopped(run, types.ErrorCodeTimeout, "The deployment was not continued before its wait time ended.")
		return
	}
	d.continued(run)
}

// continued goes on after a wait: to the traffic, or to the end.
func (d *CodeDeploy) continued(run *deploymentRun) {
	termination := run.wait == types.DeploymentWaitTypeTerminationWait
	run.wait, run.continuing = "", -1
	run.info.Status = types.DeploymentStatusInProgress
	if termination {
		run.step++
		d.work(run)
	}
}
