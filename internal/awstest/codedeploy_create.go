package awstest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// createDeployment starts a deployment. It has no client token: a second call while one runs in the group is refused
// with DeploymentLimitExceededException (AWS note 3.9).
func (d *CodeDeploy) createDeployment(in *api.CreateDeploymentInput, _ Call) (any, error) {
	group, err := d.findGroup(aws.ToString(in.ApplicationName), aws.ToString(in.DeploymentGroupName))
	if err != nil {
		return nil, err
	}
	if err := validRevision(in.Revision); err != nil {
		return nil, err
	}
	if in.DeploymentConfigName != nil && d.configs[*in.DeploymentConfigName] == nil {
		return nil, &awsJSONError{"DeploymentConfigDoesNotExistException", "No deployment configuration found for name: " + *in.DeploymentConfigName}
	}
	if err := validAlarms(in.OverrideAlarmConfiguration); err != nil {
		return nil, err
	}
	if err := validRollback(in.AutoRollbackConfiguration); err != nil {
		return nil, err
	}
	if d.active(*in.ApplicationName, *in.DeploymentGroupName) {
		return nil, &awsJSONError{"DeploymentLimitExceededException", "The Deployment Group '" + *in.DeploymentGroupName + "' already has an active Deployment"}
	}
	run := d.deploy(group, DeploymentOptions{
		Description: aws.ToString(in.Description), Config: aws.ToString(in.DeploymentConfigName), Revision: in.Revision,
	})
	if in.AutoRollbackConfiguration != nil {
		run.info.AutoRollbackConfiguration = in.AutoRollbackConfiguration
	}
	run.info.OverrideAlarmConfiguration = in.OverrideAlarmConfiguration
	return &api.CreateDeploymentOutput{DeploymentId: run.info.DeploymentId}, nil
}

// deploy makes a deployment of a group.
func (d *CodeDeploy) deploy(group *types.DeploymentGroupInfo, options DeploymentOptions) *deploymentRun {
	if options.CreateTime.IsZero() {
		options.CreateTime = d.clock()
	}
	if options.Revision == nil {
		options.Revision = &types.RevisionLocation{
			RevisionType:   types.RevisionLocationTypeAppSpecContent,
			AppSpecContent: &types.AppSpecContent{Content: aws.String("version: 0.0"), Sha256: aws.String(d.events.hash("codedeploy revision"))},
		}
	}
	if len(options.Instances) == 0 {
		options.Instances = []string{"i-0000000aaaaaaaaaa"}
	}
	run := d.newDeployment(types.DeploymentInfo{
		ApplicationName: group.ApplicationName, DeploymentGroupName: group.DeploymentGroupName,
		DeploymentConfigName: aws.String(cmp.Or(options.Config, aws.ToString(group.DeploymentConfigName))),
		Revision:             options.Revision, PreviousRevision: group.TargetRevision, Creator: types.DeploymentCreatorUser,
		AutoRollbackConfiguration: group.AutoRollbackConfiguration, DeploymentStyle: group.DeploymentStyle,
		BlueGreenDeploymentConfiguration: group.BlueGreenDeploymentConfiguration, ComputePlatform: group.ComputePlatform,
		LoadBalancerInfo: group.LoadBalancerInfo,
	}, options)
	run.info.CreateTime = aws.Time(options.CreateTime)
	if options.Description != "" {
		run.info.Description = aws.String(options.Description)
	}
	run.steps = d.stepsOf(run)
	d.emit(run, "START")
	return run
}

// newDeployment makes a Created deployment of an info, with an id of its own.
func (d *CodeDeploy) newDeployment(info types.DeploymentInfo, options DeploymentOptions) *deploymentRun {
	info.DeploymentId = aws.String("d-" + strings.ToUpper(d.events.hash("codedeploy deployment")[:9]))
	info.Status, info.CreateTime = types.DeploymentStatusCreated, aws.Time(d.clock())
	info.StartTime, info.CompleteTime, info.ErrorInformation, info.RollbackInfo = nil, nil, nil, nil
	run := &deploymentRun{info: info, options: options, step: -1, continuing: -1, stopping: -1, rollingIn: -1}
	d.deployments = append(d.deployments, run)
	return run
}

// active reports whether a deployment of the group is under way.
func (d *CodeDeploy) active(application, group string) bool {
	return slices.ContainsFunc(d.deployments, func(run *deploymentRun) bool {
		return !run.over() && aws.ToString(run.info.ApplicationName) == application && aws.ToString(run.info.DeploymentGroupName) == group
	})
}

func validRevision(revision *types.RevisionLocation) error {
	if revision == nil {
		return &awsJSONError{"RevisionRequiredException", "The revision ID was not specified."}
	}
	located := map[types.RevisionLocationType]bool{
		types.RevisionLocationTypeS3:             revision.S3Location != nil,
		types.RevisionLocationTypeGitHub:         revision.GitHubLocation != nil,
		types.RevisionLocationTypeAppSpecContent: revision.AppSpecContent != nil,
	}
	if !located[revision.RevisionType] {
		return &awsJSONError{"InvalidRevisionException", "The revision was specified in an invalid format."}
	}
	return nil
}

// validAlarms: an enabled configuration has 1 to 10 alarms, each named once.
func validAlarms(config *types.AlarmConfiguration) error {
	if config == nil {
		return nil
	}
	if len(config.Alarms) > 10 {
		return &awsJSONError{"AlarmsLimitExceededException", "The maximum number of alarms for a deployment group (10) was exceeded."}
	}
	names := map[string]bool{}
	for _, alarm := range config.Alarms {
		names[aws.ToString(alarm.Name)] = true
	}
	if names[""] || len(names) < len(config.Alarms) || config.Enabled && len(names) == 0 {
		return &awsJSONError{"InvalidAlarmConfigException", "The format of the alarm configuration is invalid."}
	}
	return nil
}

// validRollback: an enabled configuration has at least one event, all of them known.
func validRollback(config *types.AutoRollbackConfiguration) error {
	if config == nil || !config.Enabled {
		return nil
	}
	known := types.AutoRollbackEvent("").Values()
	unknown := func(event types.AutoRollbackEvent) bool { return !slices.Contains(known, event) }
	if len(config.Events) == 0 || slices.ContainsFunc(config.Events, unknown) {
		return &awsJSONError{"InvalidAutoRollbackConfigException", "The automatic rollback configuration was specified in an invalid format."}
	}
	return nil
}
