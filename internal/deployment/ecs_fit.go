package deployment

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/serinhq/serin/statemachine"
)

// pauseDefault is how long a pause hook waits that names no time (ECS developer
// guide, "Lifecycle hooks").
const pauseDefault = 24 * time.Hour

// unfit says which steps can't work in this deployment: its configuration must
// have one pause hook at the step's stage, which waits longer than the step
// lasts. What counts is the deployment's own configuration; the service's may
// have changed since.
func (s *ecsService) unfit(d types.ServiceDeployment, steps []statemachine.Step) []statemachine.Problem {
	var problems []statemachine.Problem
	for i, step := range steps {
		if text := noPause(d.DeploymentConfiguration, step); text != "" {
			problems = append(problems, statemachine.Problem{
				Code: statemachine.CodeStepsUnfit, Text: fmt.Sprintf("step %d of %s can't wait at %s: %s", i+1, s.name, step.At, text),
			})
		}
	}
	return problems
}

// noPause is what is wrong with one step, and what to change; "" if nothing is.
func noPause(config *types.DeploymentConfiguration, step statemachine.Step) string {
	stage, known := pauseStages()[step.At]
	if !known {
		return "there is no such point"
	}
	if config == nil || shiftsNothing(*config) && step.At >= statemachine.PointPostTestTraffic {
		return "a rolling deployment shifts no traffic; it can pause before and after it scales up"
	}
	var waits []time.Duration
	for _, h := range config.LifecycleHooks {
		if h.TargetType == types.DeploymentLifecycleHookTargetTypePause && slices.Contains(h.LifecycleStages, stage) {
			waits = append(waits, pauseTime(h))
		}
	}
	switch {
	case len(waits) == 0:
		return fmt.Sprintf("its service must have a pause hook at %s", stage)
	case len(waits) > 1:
		return fmt.Sprintf("its service must have one pause hook at %s; it has %d", stage, len(waits))
	}
	return tooShort(waits[0], step.Lasts(), "its service's pause hook must have a timeout longer than %s; it has %s")
}

func shiftsNothing(config types.DeploymentConfiguration) bool {
	return config.Strategy == "" || config.Strategy == types.DeploymentStrategyRolling
}

func pauseTime(h types.DeploymentLifecycleHook) time.Duration {
	if h.TimeoutConfiguration == nil || h.TimeoutConfiguration.TimeoutInMinutes == nil {
		return pauseDefault
	}
	return time.Duration(aws.ToInt32(h.TimeoutConfiguration.TimeoutInMinutes)) * time.Minute
}
