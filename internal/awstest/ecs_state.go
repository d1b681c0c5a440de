package awstest

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// ECSDeploymentState is what a call left a service deployment in, in the ledger under "deployment-continue" and
// "deployment-stop".
type ECSDeploymentState struct {
	Service, Deployment string
	// Status is the status when the call was accepted; its effect may show later.
	Status types.ServiceDeploymentStatus
	// Hook and Action are the pause hook that was answered, and how; empty for a stop.
	Hook   string
	Action types.DeploymentLifecycleHookAction
	// Stage is where the deployment stood.
	Stage string
	// WeightPct is the production traffic on the new revision, in percent.
	WeightPct float64
}

// ecsService is a service. Its deployments are those of the ECS controller, its task sets those of an external one.
type ecsService struct {
	cluster, name, arn string
	controller         types.DeploymentControllerType
	desired            int32
	config             types.DeploymentConfiguration
	loadBalancers      []types.LoadBalancer
	status             string // ACTIVE, DRAINING, INACTIVE
	createdAt          time.Time
	revisions          []*ecsRevision
	current            *ecsRevision // nil before the first deployment, and for an external controller
	deployment         *ecsDeployment
	taskSets           []*ecsTaskSet
}

// ecsRevision is a service revision: what a deployment deploys.
type ecsRevision struct {
	arn, taskDefinition string
	createdAt           time.Time
}

// ecsDeployment is a service deployment.
type ecsDeployment struct {
	arn, id        string // id is the ecs-svc/… of the deployment events
	service        *ecsService
	config         types.DeploymentConfiguration // as it was when the deployment was created
	source, target *ecsRevision                  // source is nil for a service's first deployment
	status         types.ServiceDeploymentStatus
	reason         string
	createdAt      time.Time
	startedAt      *time.Time
	updatedAt      time.Time
	finishedAt     *time.Time
	stoppedAt      *time.Time
	steps          []ecsStep
	step           int // index of the step it is in; -1 while PENDING
	weight, test   float64
	hooks          []*ecsHook
	rollback       *types.Rollback
	ignoresAlarms  bool
	triggered      []string
	tripped        bool     // its circuit breaker
	told           accepted // what it was last told: to continue or to stop

	stopping  int // reads left until a requested rollback begins; -1 for none
	rollingIn int // reads left until a rollback has succeeded; -1 for none
}

// ecsStep is a stage of a deployment's way, with the weights it leaves.
type ecsStep struct {
	stage        string
	weight, test float64 // -1 leaves it as it is
}

// ecsHook is one execution of a pause hook. It is one gate: its id never comes again (AWS note 3.10).
type ecsHook struct {
	id, stage     string
	status        types.DeploymentLifecycleHookStatus
	expiresAt     time.Time
	timeoutAction types.DeploymentLifecycleHookAction
	hidden        int // reads left until its answer shows
}

func (h *ecsHook) open() bool { return h.status == types.DeploymentLifecycleHookStatusAwaitingAction }

// over reports whether the deployment has ended, well or not.
func (d *ecsDeployment) over() bool {
	switch d.status {
	case types.ServiceDeploymentStatusSuccessful, types.ServiceDeploymentStatusStopped,
		types.ServiceDeploymentStatusRollbackSuccessful, types.ServiceDeploymentStatusRollbackFailed:
		return true
	case types.ServiceDeploymentStatusPending, types.ServiceDeploymentStatusInProgress,
		types.ServiceDeploymentStatusStopRequested, types.ServiceDeploymentStatusRollbackRequested,
		types.ServiceDeploymentStatusRollbackInProgress:
		return false
	}
	return false
}

// forward reports whether the deployment still goes forward.
func (d *ecsDeployment) forward() bool {
	return d.status == types.ServiceDeploymentStatusPending || d.status == types.ServiceDeploymentStatusInProgress
}

// openHook is a hook the deployment waits for, nil when it waits for none.
func (d *ecsDeployment) openHook() *ecsHook {
	for _, h := range d.hooks {
		if h.open() {
			return h
		}
	}
	return nil
}

// stage is where the deployment stands; empty before it began.
func (d *ecsDeployment) stage() string {
	if d.step < 0 {
		return ""
	}
	return d.steps[d.step].stage
}

func (d *ecsDeployment) state() ECSDeploymentState {
	return ECSDeploymentState{
		Service: d.service.arn, Deployment: d.arn, Status: d.status, Stage: d.stage(), WeightPct: d.weight,
	}
}

// ecsSteps is the way of a deployment by its strategy. A linear or canary one is before the traffic shift once a step
// (AWS note 3.10); a rolling one shifts no traffic.
func ecsSteps(config types.DeploymentConfiguration, reconcile bool) []ecsStep {
	var steps []ecsStep
	if reconcile {
		steps = append(steps, ecsStep{"RECONCILE_SERVICE", -1, -1})
	}
	steps = append(steps, ecsStep{"PRE_SCALE_UP", -1, -1}, ecsStep{"SCALE_UP", -1, -1}, ecsStep{"POST_SCALE_UP", -1, -1})
	if weights := ecsWeights(config); len(weights) > 0 {
		steps = append(steps, ecsStep{"TEST_TRAFFIC_SHIFT", -1, 100}, ecsStep{"POST_TEST_TRAFFIC_SHIFT", -1, -1})
		for _, weight := range weights {
			steps = append(steps, ecsStep{ecsPreShift, -1, -1}, ecsStep{ecsShift, weight, -1})
		}
		steps = append(steps, ecsStep{"POST_PRODUCTION_TRAFFIC_SHIFT", -1, -1})
	}
	return append(steps, ecsStep{"BAKE_TIME", -1, -1}, ecsStep{"CLEAN_UP", -1, -1})
}

const (
	ecsPreShift = string(types.DeploymentLifecycleHookStagePreProductionTrafficShift)
	ecsShift    = string(types.DeploymentLifecycleHookStageProductionTrafficShift)
)

// ecsWeights are the weights of the new revision, in order; none when ECS shifts no traffic.
func ecsWeights(config types.DeploymentConfiguration) []float64 {
	switch config.Strategy {
	case types.DeploymentStrategyBlueGreen:
		return []float64{100}
	case types.DeploymentStrategyCanary:
		percent := 5.0
		if config.CanaryConfiguration != nil && config.CanaryConfiguration.CanaryPercent != nil {
			percent = *config.CanaryConfiguration.CanaryPercent
		}
		if percent >= 100 {
			return []float64{100}
		}
		return []float64{percent, 100}
	case types.DeploymentStrategyLinear:
		by := 10.0
		if config.LinearConfiguration != nil && config.LinearConfiguration.StepPercent != nil {
			by = *config.LinearConfiguration.StepPercent
		}
		var weights []float64
		for at := by; at < 100; at += by {
			weights = append(weights, at)
		}
		return append(weights, 100)
	case types.DeploymentStrategyRolling:
	}
	return nil
}
