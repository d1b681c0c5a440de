package awstest

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// startRollback makes the deployment that goes back: new id, creator codeDeployRollback, each naming the other
// (AWS note 1.3, 3.9). It succeeds by itself after the lag.
func (d *CodeDeploy) startRollback(run *deploymentRun) {
	back := d.newDeployment(run.info, run.options)
	back.restores, run.rollback, back.rollingIn = run, back, d.lags.Rollback
	back.info.Creator = types.DeploymentCreatorCodeDeployRollback
	back.info.Revision, back.info.PreviousRevision = run.info.PreviousRevision, run.info.Revision
	back.info.Description = aws.String("Rollback of deployment " + run.id())
	back.options.Hooks = nil
	back.options.CurrentVersion, back.options.TargetVersion = run.options.TargetVersion, run.options.CurrentVersion
	back.info.RollbackInfo = &types.RollbackInfo{
		RollbackTriggeringDeploymentId: aws.String(run.id()), RollbackMessage: aws.String("Deployment " + run.id() + " is being rolled back."),
	}
	run.info.RollbackInfo = &types.RollbackInfo{
		RollbackDeploymentId: aws.String(back.id()), RollbackMessage: aws.String("Rollback " + back.id() + " is in progress."),
	}
	back.steps = d.stepsOf(back)
	d.emit(back, "START")
	if back.rollingIn == 0 {
		d.finish(back)
	}
}

// finish runs a rollback to its end.
func (d *CodeDeploy) finish(back *deploymentRun) {
	for !back.over() {
		if err := d.advance(back); err != nil {
			panic(fmt.Sprintf("a rollback has no wait: %v", err))
		}
	}
}

// read counts one read of a deployment down from what shows with a lag, and then lets it show.
func (d *CodeDeploy) read(run *deploymentRun) {
	switch {
	case run.stopping == 0:
		d.stopped(run, types.ErrorCodeManualStop, "The deployment was stopped on request.")
	case run.stopping > 0:
		run.stopping--
	case run.continuing == 0:
		d.continued(run)
	case run.continuing > 0:
		run.continuing--
	case run.rollingIn == 0:
		d.finish(run)
	case run.rollingIn > 0:
		run.rollingIn--
	case run.rollback != nil && !run.rollback.over():
		d.read(run.rollback)
	}
}
