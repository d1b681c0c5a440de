package awstest_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

const ordersProd = "arn:aws:codedeploy:us-east-1:111122223333:deploymentgroup:orders/prod"

func TestGetDeployment_tellsEverythingButTheContent(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	id := f.start(awstest.DeploymentOptions{Description: "commit 8cf40f2", Revision: &types.RevisionLocation{
		RevisionType: types.RevisionLocationTypeAppSpecContent, AppSpecContent: &types.AppSpecContent{Content: aws.String("secret"), Sha256: aws.String("5e")},
	}})
	group := types.DeploymentGroupInfo{}
	twoWaits(&group)
	want := &types.DeploymentInfo{
		ApplicationName: aws.String("orders"), DeploymentGroupName: aws.String("prod"), DeploymentId: aws.String(id),
		DeploymentConfigName: group.DeploymentConfigName, Status: types.DeploymentStatusCreated, CreateTime: aws.Time(f.clock.Now()),
		Description: aws.String("commit 8cf40f2"), Creator: types.DeploymentCreatorUser, ComputePlatform: types.ComputePlatformEcs,
		Revision:                         &types.RevisionLocation{RevisionType: types.RevisionLocationTypeAppSpecContent, AppSpecContent: &types.AppSpecContent{Sha256: aws.String("5e")}},
		BlueGreenDeploymentConfiguration: group.BlueGreenDeploymentConfiguration, AutoRollbackConfiguration: group.AutoRollbackConfiguration,
		DeploymentStyle:    &types.DeploymentStyle{DeploymentType: types.DeploymentTypeBlueGreen, DeploymentOption: types.DeploymentOptionWithTrafficControl},
		DeploymentOverview: &types.DeploymentOverview{Pending: 1},
	}
	if diff := cmp.Diff(want, f.get(id), sdkTypes()); diff != "" {
		t.Errorf("deployment (-want +got):\n%s", diff)
	}
	if got := f.asked[len(f.asked)-1]; got != ordersProd {
		t.Errorf("IAM checks %s", got)
	}
	for given, want := range map[string]func(*testing.T, error){
		"": wantError[*types.DeploymentIdRequiredException], "x": wantError[*types.InvalidDeploymentIdException],
		"d-NONE00000": wantError[*types.DeploymentDoesNotExistException],
	} {
		_, err := f.client.GetDeployment(t.Context(), &codedeploy.GetDeploymentInput{DeploymentId: aws.String(given)})
		want(t, err)
	}
}

func TestBatchGetDeployments_leavesOutWhatDoesNotExist(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformLambda, nil)
	id := f.start(awstest.DeploymentOptions{})
	get := func(ids ...string) ([]types.DeploymentInfo, error) {
		out, err := f.client.BatchGetDeployments(t.Context(), &codedeploy.BatchGetDeploymentsInput{DeploymentIds: ids})
		if err != nil {
			return nil, err
		}
		return out.DeploymentsInfo, nil
	}
	found := must[[]types.DeploymentInfo](t)(get("d-NONE00000", id))
	if len(found) != 1 || aws.ToString(found[0].DeploymentId) != id {
		t.Errorf("found %v", found)
	}
	_, err := get([]string{}...)
	if err == nil {
		t.Error("no ids were accepted")
	}
	_, err = get("x")
	wantError[*types.InvalidDeploymentIdException](t, err)
	_, err = get(make([]string, 26)...)
	wantError[*types.BatchLimitExceededException](t, err)
}

func TestGetDeploymentGroup_answersTheDescription(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	get := func(application, group string) (*types.DeploymentGroupInfo, error) {
		out, err := f.client.GetDeploymentGroup(t.Context(), &codedeploy.GetDeploymentGroupInput{
			ApplicationName: aws.String(application), DeploymentGroupName: aws.String(group),
		})
		if err != nil {
			return nil, err
		}
		return out.DeploymentGroupInfo, nil
	}
	got := must[*types.DeploymentGroupInfo](t)(get("orders", "prod"))
	want := types.DeploymentGroupInfo{}
	twoWaits(&want)
	if diff := cmp.Diff(want.BlueGreenDeploymentConfiguration, got.BlueGreenDeploymentConfiguration, sdkTypes()); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.AlarmConfiguration, got.AlarmConfiguration, sdkTypes()); diff != "" || got.ComputePlatform != types.ComputePlatformEcs {
		t.Errorf("platform %s, alarms (-want +got):\n%s", got.ComputePlatform, diff)
	}
	if got := f.asked[0]; got != ordersProd {
		t.Errorf("IAM checks %s", got)
	}
	_, err := get("", "prod")
	wantError[*types.ApplicationNameRequiredException](t, err)
	_, err = get("no name", "prod")
	wantError[*types.InvalidApplicationNameException](t, err)
	_, err = get("none", "prod")
	wantError[*types.ApplicationDoesNotExistException](t, err)
	_, err = get("orders", "")
	wantError[*types.DeploymentGroupNameRequiredException](t, err)
	_, err = get("orders", "no name")
	wantError[*types.InvalidDeploymentGroupNameException](t, err)
	_, err = get("orders", "none")
	wantError[*types.DeploymentGroupDoesNotExistException](t, err)
	f.stand.Refuse("GetDeploymentGroup", "DeploymentConfigDoesNotExistException")
	_, err = get("orders", "prod")
	wantError[*types.DeploymentConfigDoesNotExistException](t, err)
}

func TestListDeployments_findsWhatAStartEventWouldHaveTold(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformLambda, nil)
	list := func(change func(*codedeploy.ListDeploymentsInput)) ([]string, error) {
		in := &codedeploy.ListDeploymentsInput{ApplicationName: aws.String("orders"), DeploymentGroupName: aws.String("prod")}
		change(in)
		var ids []string
		for pages := codedeploy.NewListDeploymentsPaginator(f.client, in); pages.HasMorePages(); {
			out, err := pages.NextPage(t.Context())
			if err != nil {
				return nil, err
			}
			ids = append(ids, out.Deployments...)
		}
		return ids, nil
	}
	f.stand.PageSize(1)
	old := f.start(awstest.DeploymentOptions{CreateTime: f.clock.Now().Add(-time.Hour)})
	f.to(old, awstest.PointEnd)
	running := f.start(awstest.DeploymentOptions{})

	everything := must[[]string](t)(list(func(*codedeploy.ListDeploymentsInput) {}))
	if diff := cmp.Diff([]string{running, old}, everything); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	inProgress := must[[]string](t)(list(func(in *codedeploy.ListDeploymentsInput) {
		in.IncludeOnlyStatuses = []types.DeploymentStatus{types.DeploymentStatusCreated, types.DeploymentStatusInProgress}
	}))
	if diff := cmp.Diff([]string{running}, inProgress); diff != "" {
		t.Errorf("running (-want +got):\n%s", diff)
	}
	before := must[[]string](t)(list(func(in *codedeploy.ListDeploymentsInput) {
		in.CreateTimeRange = &types.TimeRange{End: aws.Time(f.clock.Now().Add(-time.Minute))}
	}))
	if diff := cmp.Diff([]string{old}, before); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	for name, refused := range map[string]struct {
		change func(*codedeploy.ListDeploymentsInput)
		want   func(*testing.T, error)
	}{
		"no application": {func(in *codedeploy.ListDeploymentsInput) { in.ApplicationName = nil }, wantError[*types.ApplicationNameRequiredException]},
		"no group":       {func(in *codedeploy.ListDeploymentsInput) { in.DeploymentGroupName = nil }, wantError[*types.DeploymentGroupNameRequiredException]},
		"bad names":      {func(in *codedeploy.ListDeploymentsInput) { in.ApplicationName = aws.String("a b") }, wantError[*types.InvalidApplicationNameException]},
		"bad group":      {func(in *codedeploy.ListDeploymentsInput) { in.DeploymentGroupName = aws.String("a b") }, wantError[*types.InvalidDeploymentGroupNameException]},
		"application":    {func(in *codedeploy.ListDeploymentsInput) { in.ApplicationName = aws.String("none") }, wantError[*types.ApplicationDoesNotExistException]},
		"group":          {func(in *codedeploy.ListDeploymentsInput) { in.DeploymentGroupName = aws.String("none") }, wantError[*types.DeploymentGroupDoesNotExistException]},
		"token":          {func(in *codedeploy.ListDeploymentsInput) { in.NextToken = aws.String("made up") }, wantError[*types.InvalidNextTokenException]},
		"status": {func(in *codedeploy.ListDeploymentsInput) {
			in.IncludeOnlyStatuses = []types.DeploymentStatus{"Pending"}
		}, wantError[*types.InvalidDeploymentStatusException]},
		"range": {func(in *codedeploy.ListDeploymentsInput) {
			in.CreateTimeRange = &types.TimeRange{Start: aws.Time(f.clock.Now()), End: aws.Time(f.clock.Now().Add(-time.Hour))}
		}, wantError[*types.InvalidTimeRangeException]},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := list(refused.change)
			refused.want(t, err)
		})
	}
}

func TestDeploymentTargets_refuseWhatTheModelForbids(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, nil)
	id := f.start(awstest.DeploymentOptions{})
	get := func(deployment, target string) error {
		_, err := f.client.GetDeploymentTarget(t.Context(), &codedeploy.GetDeploymentTargetInput{
			DeploymentId: aws.String(deployment), TargetId: aws.String(target),
		})
		return err
	}
	list := func(deployment string, change func(*codedeploy.ListDeploymentTargetsInput)) error {
		in := &codedeploy.ListDeploymentTargetsInput{DeploymentId: aws.String(deployment)}
		change(in)
		_, err := f.client.ListDeploymentTargets(t.Context(), in)
		return err
	}
	none := func(*codedeploy.ListDeploymentTargetsInput) {}
	wantError[*types.DeploymentNotStartedException](t, get(id, "prod:orders"))
	wantError[*types.DeploymentNotStartedException](t, list(id, none))
	if _, err := f.stand.Advance(id); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]func(*testing.T, error){
		"": wantError[*types.DeploymentIdRequiredException], "x": wantError[*types.InvalidDeploymentIdException],
		"d-NONE00000": wantError[*types.DeploymentDoesNotExistException],
	} {
		want(t, get(given, "prod:orders"))
		want(t, list(given, none))
	}
	wantError[*types.DeploymentTargetIdRequiredException](t, get(id, ""))
	wantError[*types.InvalidDeploymentTargetIdException](t, get(id, "prod orders"))
	wantError[*types.DeploymentTargetDoesNotExistException](t, get(id, "prod:none"))
	filter := func(name, value string) error {
		return list(id, func(in *codedeploy.ListDeploymentTargetsInput) { in.TargetFilters = map[string][]string{name: {value}} })
	}
	wantError[*types.InvalidTargetFilterNameException](t, filter("Color", "Blue"))
	wantError[*types.InvalidInstanceStatusException](t, filter("TargetStatus", "Fine"))
	wantError[*types.InvalidInstanceTypeException](t, filter("ServerInstanceLabel", "Red"))
	wantError[*types.InvalidNextTokenException](t, list(id, func(in *codedeploy.ListDeploymentTargetsInput) { in.NextToken = aws.String("made up") }))
	if err := filter("TargetStatus", "InProgress"); err != nil {
		t.Error(err)
	}
	_, err := f.client.BatchGetDeploymentTargets(t.Context(), &codedeploy.BatchGetDeploymentTargetsInput{
		DeploymentId: aws.String(id), TargetIds: []string{"prod:orders", "prod:orders"},
	})
	wantError[*types.DeploymentTargetListSizeExceededException](t, err)
	out := must[*codedeploy.BatchGetDeploymentTargetsOutput](t)(f.client.BatchGetDeploymentTargets(t.Context(), &codedeploy.BatchGetDeploymentTargetsInput{
		DeploymentId: aws.String(id), TargetIds: []string{"prod:orders"},
	}))
	if len(out.DeploymentTargets) != 1 || out.DeploymentTargets[0].EcsTarget == nil {
		t.Errorf("targets %+v", out.DeploymentTargets)
	}
}

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

func TestCodeDeploy_anOperationItDoesNotAnswerIsUnknown(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, nil)
	_, err := f.client.ListApplications(t.Context(), &codedeploy.ListApplicationsInput{})
	if refused, ok := errors.AsType[smithy.APIError](err); !ok || refused.ErrorCode() != "UnknownOperationException" {
		t.Errorf("error %v", err)
	}
	if slices.Contains(f.asked, ordersProd) {
		t.Error("an unknown operation has a resource")
	}
}
