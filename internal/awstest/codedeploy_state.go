package awstest

import (
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// DeploymentState is what a call left a deployment in, in the ledger under "deployment-continue" and "deployment-stop".
type DeploymentState struct {
	Application, Group, Deployment string
	// Status is the status when the call was accepted; its effect may show later.
	Status types.DeploymentStatus
	// Wait is the wait that was ended, READY_WAIT or TERMINATION_WAIT; empty for a stop.
	Wait types.DeploymentWaitType
	// Hook is the lifecycle event whose hook was answered; empty for anything else.
	Hook string
	// Rollback reports whether a stop asks for the way back.
	Rollback bool
	// WeightPct is the traffic on the new version, in percent.
	WeightPct float64
}

// deploymentRun is a deployment. Its info is what GetDeployment shows, but for what is derived when shown.
type deploymentRun struct {
	info    types.DeploymentInfo
	options DeploymentOptions
	steps   []deploymentStep
	step    int // index of the step it is in; -1 while Created
	left    []string
	events  []types.LifecycleEvent
	hooks   []*deploymentHook
	weight  float64 // percent of traffic on the new version
	wait    types.DeploymentWaitType
	since   time.Time // when the wait, or the open hook, began

	continuing int // reads left until a ContinueDeployment shows; -1 for none
	stopping   int // reads left until a StopDeployment shows; -1 for none
	rollingIn  int // reads left until a rollback deployment has succeeded; -1 for none
	rollBack   bool
	told       accepted       // what it was last told: to continue or to stop
	rollback   *deploymentRun // the deployment that rolls this one back
	restores   *deploymentRun // the deployment this one rolls back
}

// deploymentHook is one execution of a lifecycle hook.
type deploymentHook struct {
	id, event string
	status    types.LifecycleEventStatus
}

func (r *deploymentRun) id() string { return aws.ToString(r.info.DeploymentId) }

// over reports whether the deployment has completed, well or not.
func (r *deploymentRun) over() bool {
	switch r.info.Status {
	case types.DeploymentStatusSucceeded, types.DeploymentStatusFailed, types.DeploymentStatusStopped:
		return true
	case types.DeploymentStatusCreated, types.DeploymentStatusQueued, types.DeploymentStatusInProgress,
		types.DeploymentStatusBaking, types.DeploymentStatusReady:
		return false
	default:
		return false
	}
}

// openHook is the hook execution the deployment waits for, nil when it waits for none.
func (r *deploymentRun) openHook() *deploymentHook {
	if len(r.hooks) == 0 || r.hooks[len(r.hooks)-1].status != types.LifecycleEventStatusInProgress {
		return nil
	}
	return r.hooks[len(r.hooks)-1]
}

// blueGreen reports whether the deployment has a wait that can be continued: Lambda and in-place have none.
func (r *deploymentRun) blueGreen() bool {
	return r.info.ComputePlatform != types.ComputePlatformLambda &&
		r.info.DeploymentStyle.DeploymentType == types.DeploymentTypeBlueGreen
}

func (r *deploymentRun) state() DeploymentState {
	return DeploymentState{
		Application: aws.ToString(r.info.ApplicationName), Group: aws.ToString(r.info.DeploymentGroupName),
		Deployment: r.id(), Status: r.info.Status, WeightPct: r.weight,
	}
}

// find returns a deployment by id, or the documented error.
func (d *CodeDeploy) find(id *string) (*deploymentRun, error) {
	if aws.ToString(id) == "" {
		return nil, &awsJSONError{"DeploymentIdRequiredException", "At least one deployment ID must be specified."}
	}
	if !regexp.MustCompile(`^d-[A-Z0-9]{9}$`).MatchString(*id) {
		return nil, &awsJSONError{"InvalidDeploymentIdException", "At least one of the deployment IDs was specified in an invalid format."}
	}
	for _, run := range d.deployments {
		if run.id() == *id {
			return run, nil
		}
	}
	return nil, &awsJSONError{"DeploymentDoesNotExistException", "The deployment " + *id + " could not be found"}
}
