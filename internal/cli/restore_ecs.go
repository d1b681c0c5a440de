package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/serinhq/serin/statemachine"
)

// restoreTaskSets puts the traffic before two task sets back, then the primary
// role, then the canary's scale: the order in which the worker does.
func restoreTaskSets(spec statemachine.TargetSpec, back statemachine.Split, canary string) (string, error) {
	var config struct{ Cluster, Service, Rule, Listener string }
	if err := json.Unmarshal(spec.Config, &config); err != nil {
		return "", fmt.Errorf("read the target's config: %w", err)
	}
	var form struct {
		Rule            struct{ Groups []albGroup }
		Primary, Canary string
		Scale           float64
	}
	if err := json.Unmarshal([]byte(back.Form), &form); err != nil {
		return "", fmt.Errorf("read what preflight noted: %w", err)
	}
	rule, err := json.Marshal(map[string]any{"groups": form.Rule.Groups})
	if err != nil {
		return "", fmt.Errorf("write the rule's groups: %w", err)
	}
	// Both groups were attached: the one without traffic stays, at weight 0.
	if groups := form.Rule.Groups; len(groups) == 2 && groups[0].At >= 0 && groups[1].At >= 0 {
		back.Canary = canary
	}
	back.Form = string(rule)
	line, err := restoreALB(spec, back, canary)
	if err != nil {
		return "", err
	}
	service := []string{"--region", regionOf(cmp.Or(config.Rule, config.Listener), ""), "--cluster", config.Cluster, "--service", config.Service}
	primary := append([]string{"aws", "ecs", "update-service-primary-task-set"}, service...)
	scale := append([]string{"aws", "ecs", "update-task-set"}, service...)
	return line + " && " + shell(append(primary, "--primary-task-set", form.Primary)...) + " && " +
		shell(append(scale, "--task-set", form.Canary, "--scale", "unit=PERCENT,value="+strconv.FormatFloat(form.Scale, 'f', -1, 64))...), nil
}
