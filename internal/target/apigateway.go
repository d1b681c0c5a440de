package target

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A stage of a REST API and its canary (Developer Guide, "Set up an API Gateway
// canary release deployment").
//
// Weight: the chance of each request to reach the canary's deployment, drawn anew
// every time; two decimals of a percent are written. Shows: within seconds.
// Fence: none. A promotion does not take the canary away, so the same call does.
// The pipeline puts the API's definition; the deployment is made of it here, once a
// release, and described "serin/<release>/<step>": that is the version's name, and
// what is found before another is made, because CreateDeployment repeats. A
// deployment that nobody described so is named by its id.
// IAM: apigateway:GET and PATCH on the stage, apigateway:GET and POST on the API's
// deployments.
func apiGatewayKind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{Labelled: true}, API: "apigateway"},
		open:       openAPIGateway,
	}
}

// The calls as IAM names them: API Gateway's actions are HTTP methods.
const (
	gatewayRead  = "apigateway:GET"
	gatewayPatch = "apigateway:PATCH"
	gatewayPost  = "apigateway:POST"
)

// APIGatewayAPI is what a REST API's stage calls.
type APIGatewayAPI interface {
	GetStage(context.Context, *apigateway.GetStageInput, ...func(*apigateway.Options)) (*apigateway.GetStageOutput, error)
	UpdateStage(context.Context, *apigateway.UpdateStageInput, ...func(*apigateway.Options)) (*apigateway.UpdateStageOutput, error)
	GetDeployment(context.Context, *apigateway.GetDeploymentInput, ...func(*apigateway.Options)) (*apigateway.GetDeploymentOutput, error)
	GetDeployments(context.Context, *apigateway.GetDeploymentsInput, ...func(*apigateway.Options)) (*apigateway.GetDeploymentsOutput, error)
	CreateDeployment(context.Context, *apigateway.CreateDeploymentInput, ...func(*apigateway.Options)) (*apigateway.CreateDeploymentOutput, error)
}

// APIGatewayConfig is the file's part.
type APIGatewayConfig struct {
	// API is the REST API's id, or its ARN (arn:aws:apigateway:REGION::/restapis/ID),
	// whose region counts.
	API string `json:"api"`
	// Stage is the stage's name.
	Stage string `json:"stage"`
}

// Validate reports all that is wrong.
func (c APIGatewayConfig) Validate() error {
	var wrong []error
	if !regexp.MustCompile(`^(arn:aws[a-z-]*:apigateway:[a-z0-9-]+::/restapis/)?[a-z0-9]{1,20}$`).MatchString(c.API) {
		wrong = append(wrong, errors.New("api must be a REST API's id or its ARN"))
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`).MatchString(c.Stage) {
		wrong = append(wrong, errors.New("stage must be a stage's name"))
	}
	return errors.Join(wrong...)
}

// gatewayID is the id that ends an API's ARN.
func gatewayID(api string) string { return api[strings.LastIndexByte(api, '/')+1:] }

type restAPIStage struct {
	APIGatewayConfig
	id   string // the API's
	name string // "a1b2c3/prod"
	api  APIGatewayAPI
}

func openAPIGateway(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	s := &restAPIStage{}
	if err := decode(spec, &s.APIGatewayConfig); err != nil {
		return nil, err
	}
	s.id = gatewayID(s.API)
	s.name = s.id + "/" + s.Stage
	var err error
	s.api, err = client(clients, "apigateway", regionOf(s.API), func(cfg aws.Config) APIGatewayAPI {
		return apigateway.NewFromConfig(cfg)
	})
	return s, err
}

// Observe reads the stage, and what its deployments are called.
func (s *restAPIStage) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	shows, err := s.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	return shows.split(), "", nil
}

// Write patches what differs. A canary that is to be made of the API's present
// definition is made only by the release that named it.
func (s *restAPIStage) Write(ctx context.Context, want worker.Want, _ worker.Token) error {
	shows, err := s.read(ctx)
	if err != nil {
		return err
	}
	makes := readGatewayForm(want.Form).Makes
	stable, err := s.ensure(ctx, shows, want.Stable, makes, nil)
	if err != nil || want.Canary == "" {
		return s.patch(ctx, shows.patches(stable, "", 0), err)
	}
	beside := &types.DeploymentCanarySettings{PercentTraffic: want.WeightPct}
	canary, err := s.ensure(ctx, shows, want.Canary, makes, beside)
	if canary == "" {
		return err // made and shown by one call, or not at all
	}
	return s.patch(ctx, shows.patches(stable, canary, want.WeightPct), err)
}

// ensure is the id of a deployment. One that this release has to make is made: as
// the stage's canary, and then there is nothing left to do and no id, or by itself.
func (s *restAPIStage) ensure(ctx context.Context, shows gatewayStage, word, makes string, canary *types.DeploymentCanarySettings) (string, error) {
	id, err := s.find(ctx, shows, word)
	switch {
	case err != nil || id != "":
		return id, err
	case word != makes:
		return "", failed(worker.ErrNotFound, gatewayRead, s.name, "the API has no deployment %s", word)
	case canary == nil:
		return s.deploy(ctx, &apigateway.CreateDeploymentInput{RestApiId: &s.id, Description: &word})
	}
	_, err = s.deploy(ctx, &apigateway.CreateDeploymentInput{RestApiId: &s.id, Description: &word, StageName: &s.Stage, CanarySettings: canary})
	return "", err
}

// deploy makes a deployment of the API's present definition. The SDK must not
// repeat that by itself: what a lost answer made is found by its name first.
func (s *restAPIStage) deploy(ctx context.Context, in *apigateway.CreateDeploymentInput) (string, error) {
	out, err := s.api.CreateDeployment(ctx, in, func(o *apigateway.Options) { o.Retryer = aws.NopRetryer{} })
	if err != nil {
		return "", awserr.Classify(gatewayPost, s.id+"/deployments", err)
	}
	return aws.ToString(out.Id), nil
}

func (s *restAPIStage) patch(ctx context.Context, patches gatewayPatches, err error) error {
	if err != nil || len(patches) == 0 {
		return err
	}
	_, err = s.api.UpdateStage(ctx, &apigateway.UpdateStageInput{RestApiId: &s.id, StageName: &s.Stage, PatchOperations: patches})
	return awserr.Classify(gatewayPatch, s.name, err)
}

var _ worker.Target = (*restAPIStage)(nil)
