package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awstest"
)

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
