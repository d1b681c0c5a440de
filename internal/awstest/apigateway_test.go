package awstest_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// restShop is a REST API with stage prod and what the tests call it by.
type restShop struct {
	gateway *awstest.APIGateway
	ledger  *awstest.Ledger
	api     *apigateway.Client
	id      string
	first   string // prod's deployment
}

func newRestShop(t *testing.T) restShop {
	t.Helper()
	s := restShop{ledger: awstest.NewLedger(fixedClock)}
	s.gateway = awstest.NewAPIGateway("123456789012", "us-east-1", s.ledger, fixedClock)
	s.id = s.gateway.CreateRestAPI("shop", "v1")
	s.first = s.gateway.CreateStage(s.id, "prod", map[string]string{"backend": "blue", "tier": "gold"})
	s.api = apigateway.NewFromConfig(alone(t, s.gateway, "AKIDWORKER"))
	return s
}

func (s restShop) patch(t *testing.T, ops ...types.PatchOperation) (*apigateway.UpdateStageOutput, error) {
	t.Helper()
	return s.api.UpdateStage(t.Context(), &apigateway.UpdateStageInput{RestApiId: &s.id, StageName: aws.String("prod"), PatchOperations: ops})
}

func (s restShop) canary(t *testing.T, percent float64) string {
	t.Helper()
	out, err := s.api.CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{
		RestApiId: &s.id, StageName: aws.String("prod"), Description: aws.String("serin/R/1"),
		CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: percent, StageVariableOverrides: map[string]string{"backend": "green"}},
	})
	if err != nil {
		t.Fatalf("CreateDeployment: %v", err)
	}
	return *out.Id
}

func replaceOp(path, value string) types.PatchOperation {
	return types.PatchOperation{Op: types.OpReplace, Path: &path, Value: &value}
}

func copyOp(from, path string) types.PatchOperation {
	return types.PatchOperation{Op: types.OpCopy, From: &from, Path: &path}
}

func removeOp(path string) types.PatchOperation {
	return types.PatchOperation{Op: types.OpRemove, Path: &path}
}

func TestAPIGateway_aCanaryIsDeployedShiftedPromotedAndOnlyThenRemoved(t *testing.T) {
	s := newRestShop(t)
	s.gateway.PutDefinition(s.id, "v2")
	second := s.canary(t, 5)
	if _, err := s.patch(t, replaceOp("/canarySettings/percentTraffic", "25.0")); err != nil {
		t.Fatal(err)
	}
	out, err := s.api.GetStage(t.Context(), &apigateway.GetStageInput{RestApiId: &s.id, StageName: aws.String("prod")})
	if err != nil || out.CanarySettings == nil {
		t.Fatalf("GetStage: %+v, %v", out, err)
	}
	if got := *out.CanarySettings; *out.DeploymentId != s.first || *got.DeploymentId != second || got.PercentTraffic != 25 || got.StageVariableOverrides["backend"] != "green" {
		t.Errorf("stage shows %+v", got)
	}
	promote := []types.PatchOperation{
		copyOp("/canarySettings/deploymentId", "/deploymentId"), copyOp("/canarySettings/stageVariableOverrides", "/variables"),
	}
	if _, err := s.patch(t, promote...); err != nil {
		t.Fatal(err)
	}
	if got := s.gateway.Stage(s.id, "prod"); got.Canary == nil {
		t.Error("promoting removed the canary")
	}
	if _, err := s.patch(t, removeOp("/canarySettings")); err != nil {
		t.Fatal(err)
	}
	want := awstest.StageState{DeploymentID: second, Variables: map[string]string{"backend": "green", "tier": "gold"}}
	if diff := cmp.Diff(want, s.gateway.Stage(s.id, "prod")); diff != "" {
		t.Error(diff)
	}
	if got := s.gateway.Deployed(s.id, second); got != "v2" {
		t.Errorf("deployed %q", got)
	}
	var shares []float64
	for _, c := range s.ledger.Changes() {
		if state, _ := c.State.(awstest.StageState); c.Kind == "stage" && c.Actor == "AKIDWORKER" && state.Canary != nil {
			shares = append(shares, state.Canary.PercentTraffic)
		}
	}
	if diff := cmp.Diff([]float64{5, 25, 25}, shares); diff != "" {
		t.Error(diff)
	}
}

func TestAPIGateway_refusesWhatAStageCannotShow(t *testing.T) {
	s := newRestShop(t)
	deploy := func(in apigateway.CreateDeploymentInput) error {
		in.RestApiId = &s.id
		_, err := s.api.CreateDeployment(t.Context(), &in)
		return err
	}
	err := deploy(apigateway.CreateDeploymentInput{StageName: aws.String("beta"), CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: 5}})
	wantCode(t, "a canary on a stage that is not there", err, "BadRequestException")
	err = deploy(apigateway.CreateDeploymentInput{StageName: aws.String("prod"), CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: 101}})
	wantCode(t, "101 percent", err, "BadRequestException")
	s.canary(t, 5)
	wantCode(t, "a plain deployment over a canary", deploy(apigateway.CreateDeploymentInput{StageName: aws.String("prod")}), "BadRequestException")
	before := s.gateway.Stage(s.id, "prod")
	for name, op := range map[string]types.PatchOperation{
		"share": replaceOp("/canarySettings/percentTraffic", "-1"), "path": replaceOp("/canarySettings/weight", "5"), "deployment": replaceOp("/deploymentId", "nope"),
		"copy": copyOp("/deploymentId", "/canarySettings/deploymentId"), "test": {Op: types.OpTest, Path: aws.String("/deploymentId"), Value: aws.String("x")},
	} {
		_, err := s.patch(t, replaceOp("/description", "never"), op)
		wantCode(t, name, err, "BadRequestException")
	}
	if diff := cmp.Diff(before, s.gateway.Stage(s.id, "prod")); diff != "" {
		t.Errorf("a refused patch was applied in part: %s", diff)
	}
	_, err = s.api.DeleteDeployment(t.Context(), &apigateway.DeleteDeploymentInput{RestApiId: &s.id, DeploymentId: &before.Canary.DeploymentID})
	wantCode(t, "deleting a shown deployment", err, "BadRequestException")
}

func TestAPIGateway_repeatedDeploymentIsAnotherAndCanBeFoundByItsDescription(t *testing.T) {
	s := newRestShop(t)
	one, two := s.canary(t, 5), s.canary(t, 5)
	if one == two {
		t.Fatal("CreateDeployment was idempotent")
	}
	var described []string
	in := &apigateway.GetDeploymentsInput{RestApiId: &s.id, Limit: aws.Int32(2)}
	for {
		out, err := s.api.GetDeployments(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range out.Items {
			if aws.ToString(d.Description) == "serin/R/1" {
				described = append(described, *d.Id)
			}
		}
		if in.Position = out.Position; in.Position == nil {
			break
		}
	}
	if diff := cmp.Diff([]string{one, two}, described); diff != "" {
		t.Error(diff)
	}
	if _, err := s.api.DeleteDeployment(t.Context(), &apigateway.DeleteDeploymentInput{RestApiId: &s.id, DeploymentId: &one}); err != nil {
		t.Error(err)
	}
}

func TestAPIGateway_deploymentsAreOneInFiveSecondsWhenTheBudgetIsKept(t *testing.T) {
	s := newRestShop(t)
	s.gateway.DeployEvery(5 * time.Second)
	s.canary(t, 5)
	_, err := s.api.CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{RestApiId: &s.id})
	wantCode(t, "CreateDeployment", err, "TooManyRequestsException")
	if resp := (*awshttp.ResponseError)(nil); !errors.As(err, &resp) || resp.HTTPStatusCode() != http.StatusTooManyRequests || resp.Response.Header.Get("Retry-After") != "5" {
		t.Errorf("got %v, want 429 with Retry-After", err)
	}
}

func TestAPIGateway_missingThingsAreNotFoundAndIAMChecksThePath(t *testing.T) {
	s := newRestShop(t)
	var got []string
	watch := func(o *apigateway.Options) { o.HTTPClient = watchResource{into: &got} }
	_, err := s.api.GetStage(t.Context(), &apigateway.GetStageInput{RestApiId: &s.id, StageName: aws.String("beta")}, watch)
	wantCode(t, "GetStage", err, "NotFoundException")
	_, err = s.api.GetDeployments(t.Context(), &apigateway.GetDeploymentsInput{RestApiId: aws.String("nope")}, watch)
	wantCode(t, "GetDeployments", err, "NotFoundException")
	_, err = s.api.GetDeployment(t.Context(), &apigateway.GetDeploymentInput{RestApiId: &s.id, DeploymentId: aws.String("nope")})
	wantCode(t, "GetDeployment", err, "NotFoundException")
	s.gateway.RefuseNext("GetStage", "ConflictException")
	_, err = s.api.GetStage(t.Context(), &apigateway.GetStageInput{RestApiId: &s.id, StageName: aws.String("prod")})
	wantCode(t, "GetStage", err, "ConflictException")
	_, err = s.api.GetAccount(t.Context(), &apigateway.GetAccountInput{})
	wantCode(t, "an operation it does not know", err, "UnknownOperationException")
	want := []string{"arn:aws:apigateway:us-east-1::/restapis/" + s.id + "/stages/beta", "arn:aws:apigateway:us-east-1::/restapis/nope/deployments"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
