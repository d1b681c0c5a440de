package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// gatewayConfig is what the file says of a stage.
type gatewayConfig struct{ API, Stage string }

func readGateway(spec statemachine.TargetSpec) (config gatewayConfig, id string, err error) {
	if err := json.Unmarshal(spec.Config, &config); err != nil {
		return config, "", fmt.Errorf("read the target's config: %w", err)
	}
	return config, config.API[strings.LastIndexByte(config.API, '/')+1:], nil
}

// restoreRestStage points a REST API's stage at its old deployment and takes the
// canary away (API UpdateStage; a removal of no canary removes nothing).
func restoreRestStage(spec statemachine.TargetSpec, back statemachine.Split, region string) (string, error) {
	config, id, err := readGateway(spec)
	if err != nil {
		return "", err
	}
	var form struct{ Stable string }
	if err := json.Unmarshal([]byte(cmp.Or(back.Form, "{}")), &form); err != nil {
		return "", fmt.Errorf("read what preflight noted: %w", err)
	}
	return shell("aws", "apigateway", "update-stage", "--region", regionOf(config.API, region),
		"--rest-api-id", id, "--stage-name", config.Stage, "--patch-operations",
		"op=replace,path=/deploymentId,value="+cmp.Or(form.Stable, back.Stable), "op=remove,path=/canarySettings"), nil
}

// restoreHTTPStage points an HTTP API's stage at its old deployment.
func restoreHTTPStage(spec statemachine.TargetSpec, back statemachine.Split, region string) (string, error) {
	config, id, err := readGateway(spec)
	if err != nil {
		return "", err
	}
	return shell("aws", "apigatewayv2", "update-stage", "--region", regionOf(config.API, region),
		"--api-id", id, "--stage-name", config.Stage, "--deployment-id", back.Stable), nil
}
