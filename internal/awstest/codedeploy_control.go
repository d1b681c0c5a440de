package awstest

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// continueDeployment ends the wait it names. One that is not there, not yet there or already ended answers the same
// DeploymentIsNotInReadyStateException (AWS note 3.9). Without a wait type it is the wait before the traffic.
func (d *CodeDeploy) continueDeployment(in *api.ContinueDeploymentInput, c Call) (any, error) {
	run, err := d.find(in.DeploymentId)
	if err != nil {
		return nil, err
	}
	wait := in.DeploymentWaitType
	if wait == "" {
		wait = types.DeploymentWaitTypeReadyWait
	}
	switch {
	case !slices.Contains(wait.Values(), wait):
		return nil, &awsJSONError{"InvalidDeploymentWaitTypeException", "The wait type is invalid."}
	case run.over():
		d.ledger.Refuse(c.Actor, run.id(), askContinue, run.told)
		return nil, deploymentCompleted()
	case !run.blueGreen():
		return nil, &awsJSONError{"UnsupportedActionForDeploymentTypeException", "A call was submitted that is not supported for the specified deployment type."}
	case run.wait != wait || run.continuing >= 0 || run.stopping >= 0:
		d.ledger.Refuse(c.Actor, run.id(), askContinue, run.told)
		return nil, &awsJSONError{"DeploymentIsNotInReadyStateException", "The deployment does not have a status of Ready and can't continue yet."}
	}
	run.continuing, run.told = d.lags.Continue, accepted{askContinue, c.Actor}
	state := run.state()
	state.Wait = wait
	d.ledger.Append(c.Actor, "deployment-continue", d.groupARN(state.Application, state.Group), state)
	if run.continuing == 0 {
		d.continued(run)
	}
	return &api.ContinueDeploymentOutput{}, nil
}

// stopDeployment accepts a stop: the answer is Pending, the status shows it later, and with a rollback a new deployment
// appears then (AWS note 3.9). A second stop while the first is pending is accepted and changes nothing, except that it
// may still ask for the way back.
func (d *CodeDeploy) stopDeployment(in *api.StopDeploymentInput, c Call) (any, error) {
	run, err := d.find(in.DeploymentId)
	if err != nil {
		return nil, err
	}
	if run.over() {
		if run.info.Status == types.DeploymentStatusSucceeded {
			d.ledger.Refuse(c.Actor, run.id(), askStop, run.told)
		}
		return nil, deploymentCompleted()
	}
	if d.group(run) == nil {
		return nil, deploymentGroupUnknown()
	}
	rollBack := aws.ToBool(in.AutoRollbackEnabled) ||
		in.AutoRollbackEnabled == nil && run.rollsBack(types.AutoRollbackEventDeploymentStopOnRequest)
	out := &api.StopDeploymentOutput{
		Status: types.StopStatusPending, StatusMessage: aws.String("The deployment is being stopped."),
	}
	if run.stopping >= 0 && (run.rollBack || !rollBack) {
		return out, nil
	}
	if run.stopping < 0 {
		run.stopping = d.lags.Stop
	}
	run.rollBack, run.told = rollBack, accepted{askStop, c.Actor}
	state := run.state()
	state.Rollback = rollBack
	d.ledger.Append(c.Actor, "deployment-stop", d.groupARN(state.Application, state.Group), state)
	if run.stopping == 0 {
		d.stopped(run, types.ErrorCodeManualStop, "The deployment was stopped on request.")
	}
	return out, nil
}

// putLifecycleEventHookExecutionStatus answers a hook, once. Other statuses than Succeeded and Failed are rejected
// (AWS note 3.9).
func (d *CodeDeploy) putLifecycleEventHookExecutionStatus(
	in *api.PutLifecycleEventHookExecutionStatusInput, c Call,
) (any, error) {
	run, err := d.find(in.DeploymentId)
	if err != nil {
		return nil, err
	}
	if run.info.ComputePlatform == types.ComputePlatformServer {
		return nil, &awsJSONError{"UnsupportedActionForDeploymentTypeException", "Hooks belong to Lambda and ECS deployments."}
	}
	if in.Status != types.LifecycleEventStatusSucceeded && in.Status != types.LifecycleEventStatusFailed {
		return nil, &awsJSONError{"InvalidLifecycleEventHookExecutionStatusException", "It should return Succeeded or Failed."}
	}
	at := slices.IndexFunc(run.hooks, func(h *deploymentHook) bool { return h.id == aws.ToString(in.LifecycleEventHookExecutionId) })
	if at < 0 {
		return nil, &awsJSONError{"InvalidLifecycleEventHookExecutionIdException", "A lifecycle event hook is invalid."}
	}
	hook := run.hooks[at]
	if hook.status != types.LifecycleEventStatusInProgress || run.over() {
		return nil, &awsJSONError{"LifecycleEventAlreadyCompletedException", "An attempt to return the status of an already completed lifecycle event occurred."}
	}
	hook.status = in.Status
	run.lifecycle(hook.event, in.Status, d.clock())
	state := run.state()
	state.Hook = hook.event
	d.ledger.Append(c.Actor, "deployment-hook", d.groupARN(state.Application, state.Group), state)
	if in.Status == types.LifecycleEventStatusFailed {
		d.failed(run, types.ErrorCodeHookExecutionFailure)
	} else {
		d.work(run)
	}
	return &api.PutLifecycleEventHookExecutionStatusOutput{LifecycleEventHookExecutionId: aws.String(hook.id)}, nil
}

func deploymentCompleted() error {
	return &awsJSONError{"DeploymentAlreadyCompletedException", "The deployment is already complete."}
}

func deploymentGroupUnknown() error {
	return &awsJSONError{"DeploymentGroupDoesNotExistException", "The named deployment group does not exist."}
}
