package target

import (
	"context"
	"errors"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Preflight says why the stage may not show the deployment.
func (s *httpAPIStage) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	finding := worker.TargetFinding{Canary: in.Canary}
	for _, weight := range in.WeightsPct {
		if weight != 100 {
			finding.Problems = append(finding.Problems, statemachine.Problem{
				Code: statemachine.CodeStepsUnfit, Text: "an HTTP API's stage has no weights: every step must have weight 100",
			})
			break
		}
	}
	shows, err := s.get(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	if aws.ToBool(shows.AutoDeploy) {
		finding.Problems = append(finding.Problems, unfit(
			"stage %s deploys by itself (AutoDeploy), so its deployment can't be set: turn that off, and create deployments in the pipeline", s.name))
	}
	deployment, err := s.deployment(ctx, in.Canary)
	switch {
	case errors.Is(err, worker.ErrNotFound):
		finding.Problems = append(finding.Problems, unfit("deployment %s of API %s does not exist", in.Canary, s.id))
	case err != nil:
		return worker.TargetFinding{}, err
	default:
		finding.Problems = append(finding.Problems, httpDeploymentProblems(in.Canary, deployment.DeploymentStatus, aws.ToString(deployment.DeploymentStatusMessage))...)
	}
	return finding, nil
}

// httpDeploymentProblems: a deployment that is being made is waited for.
func httpDeploymentProblems(id string, status types.DeploymentStatus, message string) []statemachine.Problem {
	if status == types.DeploymentStatusDeployed {
		return nil
	}
	problem := unfit("deployment %s is %s %s", id, status, message)
	problem.Wait = status == types.DeploymentStatusPending
	return []statemachine.Problem{problem}
}

func (s *httpAPIStage) deployment(ctx context.Context, id string) (*apigatewayv2.GetDeploymentOutput, error) {
	out, err := s.api.GetDeployment(ctx, &apigatewayv2.GetDeploymentInput{ApiId: &s.id, DeploymentId: &id})
	return out, awserr.Classify(gatewayRead, s.id+"/deployments/"+id, err)
}

// Resolve takes a deployment's id, or "latest", the one that was created last.
func (s *httpAPIStage) Resolve(ctx context.Context, version string) (string, error) {
	if version == "latest" {
		return s.latest(ctx)
	}
	if !regexp.MustCompile(`^[a-z0-9]{4,20}$`).MatchString(version) {
		return "", failed(worker.ErrInvalid, gatewayRead, s.id, "%q is no version of it: give a deployment's id, or latest", version)
	}
	_, err := s.deployment(ctx, version)
	return version, err
}

func (s *httpAPIStage) latest(ctx context.Context) (string, error) {
	newest, at := "", time.Time{}
	in := &apigatewayv2.GetDeploymentsInput{ApiId: &s.id, MaxResults: aws.String("100")}
	for {
		out, err := s.api.GetDeployments(ctx, in)
		if err != nil {
			return "", awserr.Classify(gatewayRead, s.id+"/deployments", err)
		}
		for _, d := range out.Items {
			if made := aws.ToTime(d.CreatedDate); newest == "" || !made.Before(at) {
				newest, at = aws.ToString(d.DeploymentId), made
			}
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			break
		}
	}
	if newest == "" {
		return "", failed(worker.ErrNotFound, gatewayRead, s.id, "it has no deployment")
	}
	return newest, nil
}
