package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// albGroup is one of the two groups as the restore point has it.
type albGroup struct {
	ARN    string `json:"arn"`
	Weight int    `json:"weight"`
	// At is its place in the action's list of groups; -1: it was not in it.
	At int `json:"at"`
}

// restoreALB puts the two groups' weights and places back. ModifyRule and
// ModifyListener take the whole list of actions, so the line reads it and changes
// nothing else in it: other groups, stickiness and other actions stay.
func restoreALB(spec statemachine.TargetSpec, back statemachine.Split, canary string) (string, error) {
	var config struct{ Rule, Listener string }
	if err := json.Unmarshal(spec.Config, &config); err != nil {
		return "", fmt.Errorf("read the target's config: %w", err)
	}
	program, err := albProgram(albGroups(back, canary))
	if err != nil {
		return "", err
	}
	read, write := "rule", []string{"modify-rule", "--rule-arn", config.Rule, "--actions"}
	query := "Rules[0].Actions"
	arn := config.Rule
	if config.Listener != "" {
		read, write = "listener", []string{"modify-listener", "--listener-arn", config.Listener, "--default-actions"}
		query, arn = "Listeners[0].DefaultActions", config.Listener
	}
	region := []string{"--region", regionOf(arn, "")}
	describe := append([]string{"aws", "elbv2", "describe-" + read + "s"}, region...)
	describe = append(describe, "--"+read+"-arns", arn, "--query", query, "--output", "json")
	modify := append([]string{"aws", "elbv2", write[0]}, region...)
	modify = append(modify, write[1:]...)
	return shell(modify...) + ` "$(` + shell(describe...) + " | " + shell("jq", "-c", program) + `)"`, nil
}

// albGroups are the two groups as a split has them: places and numbers are those
// that preflight noted, without a note all traffic is 100. A group that the split
// does not name leaves the list.
func albGroups(back statemachine.Split, canary string) []albGroup {
	var form struct {
		Groups []albGroup `json:"groups"`
	}
	if json.Unmarshal([]byte(back.Form), &form) != nil || len(form.Groups) != 2 {
		form.Groups = []albGroup{{back.Stable, 100, 0}, {cmp.Or(back.Canary, canary), 0, 1}}
	}
	groups := slices.Clone(form.Groups)
	total := float64(min(groups[0].Weight+groups[1].Weight, 999))
	for i := range groups {
		g := &groups[i]
		switch g.ARN {
		case back.Stable:
			g.Weight, g.At = int(math.Round(total*(100-back.WeightPct)/100)), max(g.At, 0)
		case back.Canary:
			g.Weight, g.At = int(math.Round(total*back.WeightPct/100)), max(g.At, 0)
		default:
			g.Weight, g.At = 0, -1
		}
	}
	return groups
}

// albProgram is the jq program that lays the groups over a list of actions. A
// client secret is never described: the existing one is named (API
// AuthenticateOidcActionConfig).
func albProgram(groups []albGroup) (string, error) {
	var program strings.Builder
	program.WriteString(`map(if .AuthenticateOidcConfig then .AuthenticateOidcConfig.UseExistingClientSecret = true else . end` +
		` | if .Type == "forward" then del(.TargetGroupArn) | .ForwardConfig.TargetGroups |= (. // [] | map(select(.TargetGroupArn as $g | $ours | index($g) | not))`)
	groups = slices.SortedFunc(slices.Values(groups), func(a, b albGroup) int { return cmp.Compare(a.At, b.At) })
	arns := make([]string, len(groups))
	for i, g := range groups {
		arns[i] = g.ARN
		if g.At < 0 {
			continue
		}
		tuple, err := json.Marshal(map[string]any{"TargetGroupArn": g.ARN, "Weight": g.Weight})
		if err != nil {
			return "", fmt.Errorf("write target group: %w", err)
		}
		fmt.Fprintf(&program, " | .[:%d] + [%s] + .[%d:]", g.At, tuple, g.At)
	}
	ours, err := json.Marshal(arns)
	if err != nil {
		return "", fmt.Errorf("write target groups: %w", err)
	}
	return string(ours) + " as $ours | " + program.String() + ") else . end)", nil
}
