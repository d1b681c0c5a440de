package target

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
)

// gatewayPatches are the operations of one UpdateStage: all are applied, or none.
type gatewayPatches []types.PatchOperation

// gatewayDeployment is a deployment, by its id and by what it is called.
type gatewayDeployment struct{ id, word string }

// gatewayStage is what a stage shows.
type gatewayStage struct {
	stable, canary gatewayDeployment // no canary: zero
	percent        float64
}

// gatewayForm is what preflight notes.
type gatewayForm struct {
	// Makes is the canary that the release will have made.
	Makes string `json:"makes,omitempty"`
	// Stable is the id of the stable deployment: whoever puts it back by hand needs
	// no name.
	Stable string `json:"stable,omitempty"`
}

func readGatewayForm(text string) gatewayForm {
	var f gatewayForm
	_ = json.Unmarshal([]byte(text), &f) // none, or another kind's: makes nothing
	return f
}

// gatewayWord is what a deployment is called: by its description if Serin made it.
func gatewayWord(id, description string) string {
	if strings.HasPrefix(description, gatewayPrefix) {
		return description
	}
	return id
}

// gatewayPrefix begins the description of what Serin made.
const gatewayPrefix = "serin/"

func (g gatewayStage) split() statemachine.Split {
	return statemachine.Split{Stable: g.stable.word, Canary: g.canary.word, WeightPct: statemachine.Pct(g.percent)}
}

// patches lead from what the stage shows to these deployments.
func (g gatewayStage) patches(stable, canary string, weightPct float64) gatewayPatches {
	var all gatewayPatches
	replace := func(path, value string) {
		all = append(all, types.PatchOperation{Op: types.OpReplace, Path: &path, Value: &value})
	}
	switch {
	case stable == g.stable.id:
	case stable == g.canary.id && canary == "": // the promotion, as the console does it
		for _, field := range [][2]string{{"/canarySettings/deploymentId", "/deploymentId"}, {"/canarySettings/stageVariableOverrides", "/variables"}} {
			all = append(all, types.PatchOperation{Op: types.OpCopy, From: &field[0], Path: &field[1]})
		}
	default:
		replace("/deploymentId", stable)
	}
	switch {
	case canary == "" && g.canary.id != "":
		all = append(all, types.PatchOperation{Op: types.OpRemove, Path: aws.String("/canarySettings")})
	case canary == "":
	default:
		if canary != g.canary.id {
			replace("/canarySettings/deploymentId", canary)
		}
		if canary != g.canary.id || statemachine.Pct(g.percent) != weightPct {
			replace("/canarySettings/percentTraffic", strconv.FormatFloat(weightPct, 'f', -1, 64))
		}
	}
	return all
}

// read reads the stage and the names of what it shows.
func (s *restAPIStage) read(ctx context.Context) (gatewayStage, error) {
	out, err := s.api.GetStage(ctx, &apigateway.GetStageInput{RestApiId: &s.id, StageName: &s.Stage})
	if err != nil {
		return gatewayStage{}, awserr.Classify(gatewayRead, s.name, err)
	}
	var g gatewayStage
	g.stable, err = s.called(ctx, aws.ToString(out.DeploymentId))
	if err != nil || out.CanarySettings == nil {
		return g, err
	}
	g.percent = out.CanarySettings.PercentTraffic
	g.canary, err = s.called(ctx, aws.ToString(out.CanarySettings.DeploymentId))
	return g, err
}

func (s *restAPIStage) called(ctx context.Context, id string) (gatewayDeployment, error) {
	out, err := s.api.GetDeployment(ctx, &apigateway.GetDeploymentInput{RestApiId: &s.id, DeploymentId: &id})
	if err != nil {
		return gatewayDeployment{}, awserr.Classify(gatewayRead, s.id+"/deployments/"+id, err)
	}
	return gatewayDeployment{id, gatewayWord(id, aws.ToString(out.Description))}, nil
}

// find is the id of a deployment by what it is called, "" if there is none. Of two
// that a repeated call made it is the one the stage shows, else the older.
func (s *restAPIStage) find(ctx context.Context, shows gatewayStage, word string) (string, error) {
	for _, d := range []gatewayDeployment{shows.stable, shows.canary} {
		if d.word == word {
			return d.id, nil
		}
	}
	var found *types.Deployment
	in := &apigateway.GetDeploymentsInput{RestApiId: &s.id, Limit: aws.Int32(500)}
	for {
		out, err := s.api.GetDeployments(ctx, in)
		if err != nil {
			return "", awserr.Classify(gatewayRead, s.id+"/deployments", err)
		}
		for _, d := range out.Items {
			if gatewayWord(aws.ToString(d.Id), aws.ToString(d.Description)) == word &&
				(found == nil || aws.ToTime(d.CreatedDate).Before(aws.ToTime(found.CreatedDate))) {
				found = &d
			}
		}
		if in.Position = out.Position; aws.ToString(in.Position) == "" {
			break
		}
	}
	if found == nil {
		return "", nil
	}
	return aws.ToString(found.Id), nil
}
