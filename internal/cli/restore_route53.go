package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// restoreRoute53 gives the two records the weights that preflight found, and leaves
// all else in them as it is.
func restoreRoute53(spec statemachine.TargetSpec, back statemachine.Split) (string, error) {
	var config struct {
		Zone, Name, Type string
		Sets             [2]string
	}
	if err := json.Unmarshal(spec.Config, &config); err != nil {
		return "", fmt.Errorf("read the target's config: %w", err)
	}
	weights := map[string]int{back.Stable: 100}
	for _, set := range config.Sets {
		if set != back.Stable {
			weights[set] = 0
		}
	}
	var form struct{ Weights []int }
	if json.Unmarshal([]byte(back.Form), &form) == nil && len(form.Weights) == 2 {
		weights = map[string]int{config.Sets[0]: form.Weights[0], config.Sets[1]: form.Weights[1]}
	}
	name := strings.ToLower(strings.TrimSuffix(config.Name, "."))
	texts := make([]string, 0, 3)
	for _, value := range []any{weights, name, config.Type} {
		text, err := json.Marshal(value)
		if err != nil {
			return "", fmt.Errorf("write the weights: %w", err)
		}
		texts = append(texts, string(text))
	}
	// Route 53 tells an asterisk by its octal code.
	program := texts[0] + ` as $w | {Changes: [.ResourceRecordSets[] | select((.Name | rtrimstr(".") | sub("^\\\\052"; "*")) == ` + texts[1] +
		` and .Type == ` + texts[2] + ` and $w[.SetIdentifier // ""] != null) | .Weight = $w[.SetIdentifier] | {Action: "UPSERT", ResourceRecordSet: .}]}`
	list := shell("aws", "route53", "list-resource-record-sets", "--hosted-zone-id", config.Zone, "--start-record-name", config.Name,
		"--start-record-type", config.Type, "--max-items", "100", "--output", "json")
	return shell("aws", "route53", "change-resource-record-sets", "--hosted-zone-id", config.Zone, "--change-batch") +
		` "$(` + list + " | " + shell("jq", "-c", program) + `)"`, nil
}
