package awstest

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

func (d *CodeDeploy) getDeployment(in *api.GetDeploymentInput, _ Call) (any, error) {
	run, err := d.find(in.DeploymentId)
	if err != nil {
		return nil, err
	}
	d.read(run)
	return &api.GetDeploymentOutput{DeploymentInfo: d.shown(run)}, nil
}

// batchGetDeployments leaves unknown ids out.
func (d *CodeDeploy) batchGetDeployments(in *api.BatchGetDeploymentsInput, _ Call) (any, error) {
	if len(in.DeploymentIds) == 0 {
		return nil, &awsJSONError{"DeploymentIdRequiredException", "At least one deployment ID must be specified."}
	}
	if len(in.DeploymentIds) > 25 {
		return nil, &awsJSONError{"BatchLimitExceededException", "The maximum number of names or IDs allowed for this request was exceeded."}
	}
	out := &api.BatchGetDeploymentsOutput{DeploymentsInfo: []types.DeploymentInfo{}}
	for _, id := range in.DeploymentIds {
		run, err := d.find(&id)
		switch {
		case err == nil:
			d.read(run)
			out.DeploymentsInfo = append(out.DeploymentsInfo, *d.shown(run))
		case codeOf(err) != "DeploymentDoesNotExistException":
			return nil, err
		}
	}
	return out, nil
}

// shown is a deployment in GetDeployment. The content of an AppSpec revision is always null there (API model).
func (d *CodeDeploy) shown(run *deploymentRun) *types.DeploymentInfo {
	info := run.info
	info.Revision, info.PreviousRevision = withoutContent(info.Revision), withoutContent(info.PreviousRevision)
	info.InstanceTerminationWaitTimeStarted = run.wait == types.DeploymentWaitTypeTerminationWait &&
		(!d.quiet || info.ComputePlatform == types.ComputePlatformServer)
	info.DeploymentOverview = run.overview()
	return &info
}

func withoutContent(revision *types.RevisionLocation) *types.RevisionLocation {
	if revision == nil || revision.AppSpecContent == nil {
		return revision
	}
	bare := *revision
	bare.AppSpecContent = &types.AppSpecContent{Sha256: revision.AppSpecContent.Sha256}
	return &bare
}

// overview counts the targets by their state.
func (r *deploymentRun) overview() *types.DeploymentOverview {
	overview := &types.DeploymentOverview{}
	count := int64(len(r.targets()))
	switch r.targetStatus() {
	case types.TargetStatusPending:
		overview.Pending = count
	case types.TargetStatusInProgress, types.TargetStatusUnknown:
		overview.InProgress = count
	case types.TargetStatusSucceeded:
		overview.Succeeded = count
	case types.TargetStatusFailed:
		overview.Failed = count
	case types.TargetStatusSkipped:
		overview.Skipped = count
	case types.TargetStatusReady:
		overview.Ready = count
	}
	return overview
}

func (d *CodeDeploy) getDeploymentGroup(in *api.GetDeploymentGroupInput, _ Call) (any, error) {
	group, err := d.findGroup(aws.ToString(in.ApplicationName), aws.ToString(in.DeploymentGroupName))
	if err != nil {
		return nil, err
	}
	shown := *group
	shown.TargetRevision = withoutContent(group.TargetRevision)
	return &api.GetDeploymentGroupOutput{DeploymentGroupInfo: &shown}, nil
}

// findGroup returns a group of an application, or the documented error.
func (d *CodeDeploy) findGroup(application, group string) (*types.DeploymentGroupInfo, error) {
	if err := d.validNames(application, group); err != nil {
		return nil, err
	}
	if found := d.applications[application].groups[group]; found != nil {
		return found, nil
	}
	return nil, deploymentGroupUnknown()
}

// validNames checks both names, and that the application exists.
func (d *CodeDeploy) validNames(application, group string) error {
	name := regexp.MustCompile(`^[^\s/]{1,100}$`)
	switch {
	case application == "":
		return &awsJSONError{"ApplicationNameRequiredException", "The minimum number of required application names was not specified."}
	case !name.MatchString(application):
		return &awsJSONError{"InvalidApplicationNameException", "The application name was specified in an invalid format."}
	case d.applications[application] == nil:
		return &awsJSONError{"ApplicationDoesNotExistException", "No application found for name: " + application}
	case group == "":
		return &awsJSONError{"DeploymentGroupNameRequiredException", "The deployment group name was not specified."}
	case !name.MatchString(group):
		return &awsJSONError{"InvalidDeploymentGroupNameException", "The deployment group name was specified in an invalid format."}
	}
	return nil
}

// group is a deployment's group, nil once that is deleted.
func (d *CodeDeploy) group(run *deploymentRun) *types.DeploymentGroupInfo {
	return d.applications[aws.ToString(run.info.ApplicationName)].groups[aws.ToString(run.info.DeploymentGroupName)]
}

// alarmsOf is the alarms that guard a deployment: its own, else the group's.
func (d *CodeDeploy) alarmsOf(run *deploymentRun) *types.AlarmConfiguration {
	if run.info.OverrideAlarmConfiguration != nil {
		return run.info.OverrideAlarmConfiguration
	}
	if group := d.group(run); group != nil {
		return group.AlarmConfiguration
	}
	return nil
}
