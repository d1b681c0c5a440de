package awstest_test

import (
	"errors"
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
