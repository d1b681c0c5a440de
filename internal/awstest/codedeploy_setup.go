package awstest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// DeploymentOptions says what a deployment deploys. The zero value is a plain deployment now.
type DeploymentOptions struct {
	// CreateTime is when the deployment was created; zero means now.
	CreateTime time.Time
	// Description is the text given at creation.
	Description string
	// Config is the deployment configuration; empty means the group's.
	Config string
	// Revision is what is deployed; nil means a made-up one.
	Revision *types.RevisionLocation
	// Function and Alias are the Lambda function's, CurrentVersion and TargetVersion the versions it goes between.
	Function, Alias, CurrentVersion, TargetVersion string
	// Instances are a Server deployment's; none means one.
	Instances []string
	// Hooks are the lifecycle events that wait for PutLifecycleEventHookExecutionStatus.
	Hooks []string
}

// CreateApplication creates an application for one platform.
func (d *CodeDeploy) CreateApplication(name string, platform types.ComputePlatform) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.applications[name]; ok || name == "" {
		return fmt.Errorf("create application %q: the name is empty or taken", name)
	}
	d.applications[name] = &codeDeployApplication{platform: platform, groups: map[string]*types.DeploymentGroupInfo{}}
	return nil
}

// CreateDeploymentGroup creates a group as described; its application must exist. Where the description is silent it is
// blue/green with traffic control, with the platform's AllAtOnce configuration.
func (d *CodeDeploy) CreateDeploymentGroup(info types.DeploymentGroupInfo) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	application, ok := d.applications[aws.ToString(info.ApplicationName)]
	if !ok {
		return fmt.Errorf("create deployment group of %q: no such application", aws.ToString(info.ApplicationName))
	}
	info.ComputePlatform = application.platform
	if info.DeploymentGroupId == nil {
		info.DeploymentGroupId = aws.String(d.events.uuid("codedeploy group"))
	}
	if info.DeploymentStyle == nil {
		info.DeploymentStyle = &types.DeploymentStyle{
			DeploymentType: types.DeploymentTypeBlueGreen, DeploymentOption: types.DeploymentOptionWithTrafficControl,
		}
	}
	if info.DeploymentConfigName == nil {
		info.DeploymentConfigName = aws.String("CodeDeployDefault." + map[types.ComputePlatform]string{
			types.ComputePlatformLambda: "LambdaAllAtOnce", types.ComputePlatformEcs: "ECSAllAtOnce", types.ComputePlatformServer: "OneAtATime",
		}[application.platform])
	}
	application.groups[aws.ToString(info.DeploymentGroupName)] = &info
	return nil
}

// DeleteDeploymentGroup deletes a group; its deployments stay.
func (d *CodeDeploy) DeleteDeploymentGroup(application, group string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if found, ok := d.applications[application]; ok {
		delete(found.groups, group)
	}
}

// CreateDeploymentConfig creates a configuration whose traffic goes through weights, in percent; the last must be 100.
func (d *CodeDeploy) CreateDeploymentConfig(name string, weights ...float64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(weights) == 0 || weights[len(weights)-1] != 100 {
		return fmt.Errorf("create deployment config %q: weights %v do not end at 100", name, weights)
	}
	d.configs[name] = slices.Clone(weights)
	return nil
}

// StartDeployment creates a deployment as a pipeline or a person does, and returns its id and the START event. It stays
// Created until Advance.
func (d *CodeDeploy) StartDeployment(application, group string, options DeploymentOptions) (string, []json.RawMessage, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	found, ok := d.applications[application]
	if !ok || found.groups[group] == nil {
		return "", nil, fmt.Errorf("start a deployment of %s/%s: no such group", application, group)
	}
	if d.active(application, group) {
		return "", nil, fmt.Errorf("start a deployment of %s/%s: one is under way", application, group)
	}
	for _, hook := range options.Hooks {
		if !hookable(found.platform, hook) {
			return "", nil, fmt.Errorf("start a deployment of %s/%s: %s can have no hook there", application, group, hook)
		}
	}
	var id string
	caused, err := d.events.during(func() error {
		run := d.deploy(found.groups[group], options)
		id = run.id()
		return nil
	})
	return id, caused, err
}

// SetWaits gives a deployment under way other waits, as if it had been created with them. Those of its group stay.
func (d *CodeDeploy) SetWaits(id string, config *types.BlueGreenDeploymentConfiguration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	run, err := d.find(&id)
	if err != nil {
		return err
	}
	run.info.BlueGreenDeploymentConfiguration = config
	run.steps = d.stepsOf(run)
	return nil
}

// HookExecution is the id of the hook execution a deployment waits for: what CodeDeploy hands its hook's function.
func (d *CodeDeploy) HookExecution(id string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	run, err := d.find(&id)
	if err != nil {
		return "", err
	}
	if run.openHook() == nil {
		return "", fmt.Errorf("hook of %s: it waits for none", id)
	}
	return run.openHook().id, nil
}

// WeightPct is the traffic, in percent, that a deployment's new version carries now.
func (d *CodeDeploy) WeightPct(id string) (float64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	run, err := d.find(&id)
	if err != nil {
		return 0, err
	}
	return run.weight, nil
}
