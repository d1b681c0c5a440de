package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// restoreLattice puts the two groups' weights and places back. UpdateRule and
// UpdateListener take the whole action, so the line reads it and keeps the other
// groups in it.
func restoreLattice(spec statemachine.TargetSpec, back statemachine.Split, canary string) (string, error) {
	var config struct{ Rule, Listener string }
	if err := json.Unmarshal(spec.Config, &config); err != nil {
		return "", fmt.Errorf("read the target's config: %w", err)
	}
	program, err := latticeProgram(albGroups(back, canary))
	if err != nil {
		return "", err
	}
	arn := cmp.Or(config.Rule, config.Listener)
	ids := strings.Split(arn, "/") // service, its id, listener, its id, rule, its id
	if len(ids) < 4 {
		return "", fmt.Errorf("%q is no ARN of a rule or listener", arn)
	}
	names := []string{"--region", regionOf(arn, ""), "--service-identifier", ids[1], "--listener-identifier", ids[3]}
	kind, option, query := "listener", "--default-action", "defaultAction"
	if len(ids) == 6 {
		kind, option, query = "rule", "--action", "action"
		names = append(names, "--rule-identifier", ids[5])
	}
	read := slices.Concat([]string{"aws", "vpc-lattice", "get-" + kind}, names, []string{"--query", query, "--output", "json"})
	write := slices.Concat([]string{"aws", "vpc-lattice", "update-" + kind}, names, []string{option})
	return shell(write...) + ` "$(` + shell(read...) + " | " + shell("jq", "-c", program) + `)"`, nil
}

// latticeProgram is the jq program that lays the groups over an action.
func latticeProgram(groups []albGroup) (string, error) {
	groups = slices.SortedFunc(slices.Values(groups), func(a, b albGroup) int { return cmp.Compare(a.At, b.At) })
	var program strings.Builder
	program.WriteString(`.forward.targetGroups |= (map(select((.targetGroupIdentifier | split("/") | last) as $g | $ours | index($g) | not))`)
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.ARN[strings.LastIndexByte(g.ARN, '/')+1:]
		if g.At < 0 {
			continue
		}
		tuple, err := json.Marshal(map[string]any{"targetGroupIdentifier": ids[i], "weight": g.Weight})
		if err != nil {
			return "", fmt.Errorf("write target group: %w", err)
		}
		fmt.Fprintf(&program, " | .[:%d] + [%s] + .[%d:]", g.At, tuple, g.At)
	}
	ours, err := json.Marshal(ids)
	if err != nil {
		return "", fmt.Errorf("write target groups: %w", err)
	}
	return string(ours) + " as $ours | " + program.String() + ")", nil
}
