package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestAPIGateway_aStageOfAnHTTPAPIMovesWholeAndBackByDeployment(t *testing.T) {
	ledger := awstest.NewLedger(fixedClock)
	g := awstest.NewAPIGateway("123456789012", "us-east-1", ledger, fixedClock)
	id := g.CreateHTTPAPI("web", "v1")
	first := g.CreateHTTPStage(id, "prod", false)
	g.PutDefinition(id, "v2")
	api := apigatewayv2.NewFromConfig(alone(t, g, "AKIDWORKER"))
	made, err := api.CreateDeployment(t.Context(), &apigatewayv2.CreateDeploymentInput{ApiId: &id, Description: aws.String("43")})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []*string{made.DeploymentId, made.DeploymentId, &first} {
		out, err := api.UpdateStage(t.Context(), &apigatewayv2.UpdateStageInput{ApiId: &id, StageName: aws.String("prod"), DeploymentId: d})
		if err != nil || *out.DeploymentId != *d {
			t.Fatalf("UpdateStage: %+v, %v", out, err)
		}
	}
	var shown []string
	for _, c := range ledger.Changes() {
		if state, ok := c.State.(awstest.HTTPStageState); ok {
			shown = append(shown, c.Actor+" "+g.Deployed(id, state.DeploymentID))
		}
	}
	if diff := cmp.Diff([]string{"setup v1", "AKIDWORKER v2", "AKIDWORKER v2", "AKIDWORKER v1"}, shown); diff != "" {
		t.Error(diff)
	}
	out, err := api.GetStage(t.Context(), &apigatewayv2.GetStageInput{ApiId: &id, StageName: aws.String("prod")})
	if err != nil || aws.ToString(out.DeploymentId) != first {
		t.Errorf("GetStage: %+v, %v", out, err)
	}
	all, err := api.GetDeployments(t.Context(), &apigatewayv2.GetDeploymentsInput{ApiId: &id})
	if err != nil || len(all.Items) != 2 || aws.ToString(all.Items[1].Description) != "43" {
		t.Errorf("GetDeployments: %+v, %v", all, err)
	}
}

func TestAPIGateway_anHTTPStageRefusesWhatItCannotShow(t *testing.T) {
	g := awstest.NewAPIGateway("123456789012", "us-east-1", awstest.NewLedger(fixedClock), fixedClock)
	id := g.CreateHTTPAPI("web", "v1")
	first := g.CreateHTTPStage(id, "prod", false)
	g.CreateHTTPStage(id, "auto", true)
	api := apigatewayv2.NewFromConfig(alone(t, g, "AKIDWORKER"))
	update := func(stage, deployment string) error {
		_, err := api.UpdateStage(t.Context(), &apigatewayv2.UpdateStageInput{ApiId: &id, StageName: &stage, DeploymentId: &deployment})
		return err
	}
	wantCode(t, "a deployment that is not there", update("prod", "nope"), "NotFoundException")
	wantCode(t, "a stage that is not there", update("beta", first), "NotFoundException")
	wantCode(t, "a stage that deploys itself", update("auto", first), "BadRequestException")
	_, err := api.DeleteDeployment(t.Context(), &apigatewayv2.DeleteDeploymentInput{ApiId: &id, DeploymentId: &first})
	wantCode(t, "deleting a shown deployment", err, "BadRequestException")
	_, err = api.GetApi(t.Context(), &apigatewayv2.GetApiInput{ApiId: aws.String("nope")})
	wantCode(t, "GetApi", err, "NotFoundException")
	g.PutDefinition(id, "v2")
	if got := g.Deployed(id, g.HTTPStage(id, "auto").DeploymentID); got != "v2" {
		t.Errorf("the stage that deploys itself shows %q", got)
	}
}
