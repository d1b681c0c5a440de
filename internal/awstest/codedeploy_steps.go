package awstest

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// deploymentStep is one Advance of a deployment.
type deploymentStep struct {
	events []string // lifecycle events that end in this step, in order
	opens  string   // the lifecycle event in progress after it
	weight float64  // traffic on the new version after it; negative means as before
	status types.DeploymentStatus
	wait   types.DeploymentWaitType // what the deployment waits for after it
}

// builtInDeploymentConfigs is CodeDeploy's own configurations and the weights they go through (AWS note 3.9).
func builtInDeploymentConfigs() map[string][]float64 {
	canary, all := []float64{10, 100}, []float64{100}
	linear := []float64{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}
	configs := map[string][]float64{}
	for weights, names := range map[*[]float64][]string{
		&canary: {
			"LambdaCanary10Percent5Minutes", "LambdaCanary10Percent10Minutes", "LambdaCanary10Percent15Minutes",
			"LambdaCanary10Percent30Minutes", "ECSCanary10Percent5Minutes", "ECSCanary10Percent15Minutes",
		},
		&linear: {
			"LambdaLinear10PercentEvery1Minute", "LambdaLinear10PercentEvery2Minutes", "LambdaLinear10PercentEvery3Minutes",
			"LambdaLinear10PercentEvery10Minutes", "ECSLinear10PercentEvery1Minutes", "ECSLinear10PercentEvery3Minutes",
		},
		&all: {"LambdaAllAtOnce", "ECSAllAtOnce", "AllAtOnce", "HalfAtATime", "OneAtATime"},
	} {
		for _, name := range names {
			configs["CodeDeployDefault."+name] = *weights
		}
	}
	return configs
}

// stepsOf is the way of a deployment from Created to Succeeded.
func (d *CodeDeploy) stepsOf(run *deploymentRun) []deploymentStep {
	weights := d.configs[aws.ToString(run.info.DeploymentConfigName)]
	if run.restores != nil {
		weights = []float64{100}
	}
	done := deploymentStep{weight: -1, status: types.DeploymentStatusSucceeded}
	switch {
	case run.info.ComputePlatform == types.ComputePlatformLambda:
		first := deploymentStep{status: types.DeploymentStatusInProgress, opens: "BeforeAllowTraffic"}
		return append(append([]deploymentStep{first}, shiftSteps(weights, "")...), done)
	case !run.blueGreen():
		install := []string{"ApplicationStop", "DownloadBundle", "BeforeInstall", "Install"}
		start := []string{"AfterInstall", "ApplicationStart", "ValidateService"}
		return []deploymentStep{
			{events: install, opens: "AfterInstall", status: types.DeploymentStatusInProgress},
			{events: start, weight: 100, status: types.DeploymentStatusInProgress}, done,
		}
	}
	steps := []deploymentStep{{
		events: []string{"BeforeInstall", "Install"}, opens: "AfterInstall", status: types.DeploymentStatusInProgress,
	}}
	installed := []string{"AfterInstall"}
	if run.info.ComputePlatform == types.ComputePlatformEcs {
		installed = append(installed, "AllowTestTraffic", "AfterAllowTestTraffic")
	}
	if waitsReady(run.info.BlueGreenDeploymentConfiguration) && run.restores == nil {
		steps = append(steps, deploymentStep{
			events: installed, status: types.DeploymentStatusReady, wait: types.DeploymentWaitTypeReadyWait,
		})
	} else {
		steps = append(steps, deploymentStep{events: installed, status: types.DeploymentStatusInProgress})
	}
	wait := types.DeploymentWaitType("")
	if waitsTermination(run.info.BlueGreenDeploymentConfiguration) && run.restores == nil {
		wait = types.DeploymentWaitTypeTerminationWait
	}
	return append(append(steps, shiftSteps(weights, wait)...), done)
}

// shiftSteps is the traffic's way over, one step a weight, and a last step once all of it is there.
func shiftSteps(weights []float64, wait types.DeploymentWaitType) []deploymentStep {
	var steps []deploymentStep
	for i, weight := range weights {
		step := deploymentStep{weight: weight, opens: "AllowTraffic", status: types.DeploymentStatusInProgress}
		if i == 0 {
			step.events = []string{"BeforeAllowTraffic"}
		}
		steps = append(steps, step)
	}
	return append(steps, deploymentStep{
		events: []string{"AllowTraffic", "AfterAllowTraffic"}, weight: -1, status: types.DeploymentStatusInProgress, wait: wait,
	})
}

// waitsReady: READY_WAIT exists only if the group says so (AWS note 3.9, ContinueDeployment).
func waitsReady(config *types.BlueGreenDeploymentConfiguration) bool {
	return config != nil && config.DeploymentReadyOption != nil &&
		config.DeploymentReadyOption.ActionOnTimeout == types.DeploymentReadyActionStopDeployment
}

// waitsTermination: the old tasks are kept for a while, and then terminated.
func waitsTermination(config *types.BlueGreenDeploymentConfiguration) bool {
	if config == nil || config.TerminateBlueInstancesOnDeploymentSuccess == nil {
		return false
	}
	option := config.TerminateBlueInstancesOnDeploymentSuccess
	return option.Action == types.InstanceActionTerminate && option.TerminationWaitTimeInMinutes > 0
}

// hookable reports whether a lifecycle event can have a hook on this platform (API model, the hook's status call).
func hookable(platform types.ComputePlatform, event string) bool {
	events := []string{"BeforeAllowTraffic", "AfterAllowTraffic"}
	if platform == types.ComputePlatformEcs {
		events = append(events, "BeforeInstall", "AfterInstall", "AfterAllowTestTraffic")
	}
	return platform != types.ComputePlatformServer && slices.Contains(events, event)
}
