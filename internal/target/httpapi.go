package target

import (
	"context"
	"errors"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A stage of an HTTP API, or of a WebSocket API (Developer Guide, "Stages for HTTP
// APIs").
//
// Weight: none. A stage shows one deployment, so a step can only be 100, which is
// the final form; going back is as quick. A version is a deployment's id. Shows:
// within seconds. Fence: none.
// IAM: apigateway:GET and PATCH on the stage, apigateway:GET on the API's
// deployments.
func httpAPIKind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{FinalAt100: true}, API: "apigateway"},
		open:       openHTTPAPI,
	}
}

// HTTPAPIAPI is what an HTTP API's stage calls.
type HTTPAPIAPI interface {
	GetStage(context.Context, *apigatewayv2.GetStageInput, ...func(*apigatewayv2.Options)) (*apigatewayv2.GetStageOutput, error)
	UpdateStage(context.Context, *apigatewayv2.UpdateStageInput, ...func(*apigatewayv2.Options)) (*apigatewayv2.UpdateStageOutput, error)
	GetDeployment(context.Context, *apigatewayv2.GetDeploymentInput, ...func(*apigatewayv2.Options)) (*apigatewayv2.GetDeploymentOutput, error)
	GetDeployments(context.Context, *apigatewayv2.GetDeploymentsInput, ...func(*apigatewayv2.Options)) (*apigatewayv2.GetDeploymentsOutput, error)
}

// HTTPAPIConfig is the file's part.
type HTTPAPIConfig struct {
	// API is the API's id, or its ARN (arn:aws:apigateway:REGION::/apis/ID), whose
	// region counts.
	API string `json:"api"`
	// Stage is the stage's name.
	Stage string `json:"stage"`
}

// Validate reports all that is wrong.
func (c HTTPAPIConfig) Validate() error {
	var wrong []error
	if !regexp.MustCompile(`^(arn:aws[a-z-]*:apigateway:[a-z0-9-]+::/apis/)?[a-z0-9]{1,20}$`).MatchString(c.API) {
		wrong = append(wrong, errors.New("api must be an HTTP API's id or its ARN"))
	}
	if !regexp.MustCompile(`^(\$default|[A-Za-z0-9_-]{1,128})$`).MatchString(c.Stage) {
		wrong = append(wrong, errors.New("stage must be a stage's name"))
	}
	return errors.Join(wrong...)
}

type httpAPIStage struct {
	HTTPAPIConfig
	id   string // the API's
	name string // "a1b2c3/prod"
	api  HTTPAPIAPI
}

func openHTTPAPI(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	s := &httpAPIStage{}
	if err := decode(spec, &s.HTTPAPIConfig); err != nil {
		return nil, err
	}
	s.id = gatewayID(s.API)
	s.name = s.id + "/" + s.Stage
	var err error
	s.api, err = client(clients, "apigatewayv2", regionOf(s.API), func(cfg aws.Config) HTTPAPIAPI {
		return apigatewayv2.NewFromConfig(cfg)
	})
	return s, err
}

// Observe reads which deployment the stage shows.
func (s *httpAPIStage) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	out, err := s.get(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	id := aws.ToString(out.DeploymentId)
	if id == "" {
		return statemachine.Split{}, "", failed(worker.ErrInvalid, gatewayRead, s.name, "the stage shows no deployment")
	}
	return statemachine.Split{Stable: id}, "", nil
}

func (s *httpAPIStage) get(ctx context.Context) (*apigatewayv2.GetStageOutput, error) {
	out, err := s.api.GetStage(ctx, &apigatewayv2.GetStageInput{ApiId: &s.id, StageName: &s.Stage})
	return out, awserr.Classify(gatewayRead, s.name, err)
}

// Write shows one deployment. What shows it already is not written.
func (s *httpAPIStage) Write(ctx context.Context, want worker.Want, _ worker.Token) error {
	id, one := want.One()
	if !one {
		return failed(worker.ErrInvalid, gatewayPatch, s.name, "an HTTP API's stage can't show %s: it has no weights", want.Split)
	}
	shows, err := s.get(ctx)
	if err != nil || aws.ToString(shows.DeploymentId) == id {
		return err
	}
	_, err = s.api.UpdateStage(ctx, &apigatewayv2.UpdateStageInput{ApiId: &s.id, StageName: &s.Stage, DeploymentId: &id})
	return awserr.Classify(gatewayPatch, s.name, err)
}

var _ worker.Target = (*httpAPIStage)(nil)
