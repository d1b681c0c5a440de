package awstest_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awstest"
)

func TestCreateDeployment_runsOneAGroup(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, nil)
	revision := &types.RevisionLocation{RevisionType: types.RevisionLocationTypeS3, S3Location: &types.S3Location{
		Bucket: aws.String("b"), Key: aws.String("k"), BundleType: types.BundleTypeYaml,
	}}
	create := func(change func(*codedeploy.CreateDeploymentInput)) (string, error) {
		in := &codedeploy.CreateDeploymentInput{
			ApplicationName: aws.String("orders"), DeploymentGroupName: aws.String("prod"), Revision: revision, Description: aws.String("release 01KA"),
		}
		change(in)
		out, err := f.client.CreateDeployment(t.Context(), in)
		if err != nil {
			return "", err
		}
		return aws.ToString(out.DeploymentId), nil
	}
	alarms := func(names ...string) func(*codedeploy.CreateDeploymentInput) {
		return func(in *codedeploy.CreateDeploymentInput) {
			in.OverrideAlarmConfiguration = &types.AlarmConfiguration{Enabled: true}
			for _, name := range names {
				in.OverrideAlarmConfiguration.Alarms = append(in.OverrideAlarmConfiguration.Alarms, types.Alarm{Name: aws.String(name)})
			}
		}
	}
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = fmt.Sprint("alarm-", i)
	}
	for name, refused := range map[string]struct {
		change func(*codedeploy.CreateDeploymentInput)
		want   func(*testing.T, error)
	}{
		"application": {func(in *codedeploy.CreateDeploymentInput) { in.ApplicationName = aws.String("none") }, wantError[*types.ApplicationDoesNotExistException]},
		"group":       {func(in *codedeploy.CreateDeploymentInput) { in.DeploymentGroupName = aws.String("none") }, wantError[*types.DeploymentGroupDoesNotExistException]},
		"no revision": {func(in *codedeploy.CreateDeploymentInput) { in.Revision = nil }, wantError[*types.RevisionRequiredException]},
		"revision": {func(in *codedeploy.CreateDeploymentInput) {
			in.Revision = &types.RevisionLocation{RevisionType: types.RevisionLocationTypeS3}
		}, wantError[*types.InvalidRevisionException]},
		"config":        {func(in *codedeploy.CreateDeploymentInput) { in.DeploymentConfigName = aws.String("none") }, wantError[*types.DeploymentConfigDoesNotExistException]},
		"no alarms":     {alarms(), wantError[*types.InvalidAlarmConfigException]},
		"twice":         {alarms("a", "a"), wantError[*types.InvalidAlarmConfigException]},
		"eleven alarms": {alarms(eleven...), wantError[*types.AlarmsLimitExceededException]},
		"rollback": {func(in *codedeploy.CreateDeploymentInput) {
			in.AutoRollbackConfiguration = &types.AutoRollbackConfiguration{Enabled: true, Events: []types.AutoRollbackEvent{"WHENEVER"}}
		}, wantError[*types.InvalidAutoRollbackConfigException]},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := create(refused.change)
			refused.want(t, err)
		})
	}
	for code, want := range map[string]func(*testing.T, error){
		"RevisionDoesNotExistException": wantError[*types.RevisionDoesNotExistException], "InvalidRoleException": wantError[*types.InvalidRoleException],
		"ThrottlingException": wantError[*types.ThrottlingException], "InvalidTrafficRoutingConfigurationException": wantError[*types.InvalidTrafficRoutingConfigurationException],
		"DescriptionTooLongException": wantError[*types.DescriptionTooLongException],
	} {
		f.stand.Refuse("CreateDeployment", code)
		_, err := create(func(*codedeploy.CreateDeploymentInput) {})
		want(t, err)
	}
	id := must[string](t)(create(alarms("orders-5xx")))
	if got := f.get(id); aws.ToString(got.Description) != "release 01KA" || len(got.OverrideAlarmConfiguration.Alarms) != 1 {
		t.Errorf("deployment %+v", got)
	}
	_, err := create(func(*codedeploy.CreateDeploymentInput) {})
	wantError[*types.DeploymentLimitExceededException](t, err)
	f.to(id, awstest.PointEnd)
	second := must[string](t)(create(func(*codedeploy.CreateDeploymentInput) {}))
	if got := f.get(second).PreviousRevision; got == nil || got.S3Location == nil {
		t.Errorf("previous revision %+v", got)
	}
}
