package cli

import (
	"encoding/json"
	"fmt"

	"github.com/serinhq/serin/statemachine"
)

// restoreLambda sets an alias to exactly what it showed (API UpdateAlias): a
// routing config that is left out would stay as it is, so an empty one is written.
func restoreLambda(spec statemachine.TargetSpec, back statemachine.Split, region string) (string, error) {
	var config struct{ Function, Alias string }
	if err := json.Unmarshal(spec.Config, &config); err != nil {
		return "", fmt.Errorf("read the target's config: %w", err)
	}
	weights := map[string]float64{}
	if back.Canary != "" {
		weights[back.Canary] = back.WeightPct / 100
	}
	routing, err := json.Marshal(map[string]any{"AdditionalVersionWeights": weights})
	if err != nil {
		return "", fmt.Errorf("write routing config: %w", err)
	}
	return shell("aws", "lambda", "update-alias", "--region", regionOf(config.Function, region),
		"--function-name", config.Function, "--name", config.Alias,
		"--function-version", back.Stable, "--routing-config", string(routing)), nil
}
