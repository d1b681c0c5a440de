package awstest

import (
	"cmp"
	"maps"
	"strconv"
	"strings"
)

// stagePatch is one operation of UpdateStage. There is no "test": a stage has no fence (AWS note 3.3).
type stagePatch struct {
	Op    string
	Path  string
	From  string
	Value *string
}

// apply lays the operation over want, in the order the call names them.
func (p stagePatch) apply(api *restAPI, want *StageState) *refusal {
	switch p.Op {
	case "copy":
		return p.copy(want)
	case "remove":
		return p.remove(want)
	case "replace", "add":
		if p.Value == nil {
			return gatewayInvalid("Invalid patch value  specified for path '" + p.Path + "'. Must not be null")
		}
		return p.replace(api, want, *p.Value)
	case "test":
		return gatewayInvalid("Invalid patch operation specified. Must be one of: [add, remove, replace, copy]")
	}
	return gatewayInvalid("Invalid patch operation specified. Must be 'add'|'remove'|'replace'|'copy'")
}

// copy is how a canary is promoted: its deployment and its variables become the stage's. Variables that the canary does
// not override stay. The canary stays too (AWS note 3.3).
func (p stagePatch) copy(want *StageState) *refusal {
	if want.Canary == nil {
		return gatewayInvalid("Invalid patch path  '" + p.From + "' specified for op 'copy'. The stage has no canary settings")
	}
	switch p.From + " " + p.Path {
	case "/canarySettings/deploymentId /deploymentId":
		want.DeploymentID = want.Canary.DeploymentID
	case "/canarySettings/stageVariableOverrides /variables":
		if want.Variables == nil {
			want.Variables = map[string]string{}
		}
		maps.Copy(want.Variables, want.Canary.Overrides)
	default:
		return p.unknown()
	}
	return nil
}

func (p stagePatch) remove(want *StageState) *refusal {
	if name, ok := strings.CutPrefix(p.Path, "/variables/"); ok {
		delete(want.Variables, unpoint(name))
		return nil
	}
	if name, ok := strings.CutPrefix(p.Path, "/canarySettings/stageVariableOverrides/"); ok && want.Canary != nil {
		delete(want.Canary.Overrides, unpoint(name))
		return nil
	}
	if p.Path != "/canarySettings" {
		return p.unknown()
	}
	want.Canary = nil // removing none is removing none
	return nil
}

func (p stagePatch) replace(api *restAPI, want *StageState, value string) *refusal {
	if name, ok := strings.CutPrefix(p.Path, "/variables/"); ok {
		if want.Variables == nil {
			want.Variables = map[string]string{}
		}
		want.Variables[unpoint(name)] = value
		return nil
	}
	if field, ok := strings.CutPrefix(p.Path, "/canarySettings/"); ok {
		return p.replaceCanary(api, want, field, value)
	}
	switch p.Path {
	case "/deploymentId":
		if api.deployment(value) == nil {
			return gatewayInvalid("Invalid deployment identifier specified")
		}
		want.DeploymentID = value
	case "/description":
		want.Description = value
	case "/tracingEnabled":
		want.TracingEnabled = value == "true"
	default:
		return p.unknown()
	}
	return nil
}

// replaceCanary changes the canary, or begins one on a stage that has none: it then starts from the stage's own
// deployment and no traffic.
func (p stagePatch) replaceCanary(api *restAPI, want *StageState, field, value string) *refusal {
	canary := cmp.Or(want.Canary, &CanarySettings{DeploymentID: want.DeploymentID})
	name, isOverride := strings.CutPrefix(field, "stageVariableOverrides/")
	switch {
	case isOverride:
		if canary.Overrides == nil {
			canary.Overrides = map[string]string{}
		}
		canary.Overrides[unpoint(name)] = value
	case field == "percentTraffic":
		percent, err := strconv.ParseFloat(value, 64)
		if err != nil || !validPercent(percent) {
			return percentInvalid()
		}
		canary.PercentTraffic = percent
	case field == "deploymentId":
		if api.deployment(value) == nil {
			return gatewayInvalid("Invalid deployment identifier specified")
		}
		canary.DeploymentID = value
	case field == "useStageCache":
		canary.UseStageCache = value == "true"
	default:
		return p.unknown()
	}
	want.Canary = canary
	return nil
}

func (p stagePatch) unknown() *refusal {
	return gatewayInvalid("Invalid patch path  '" + p.Path + "' specified for op '" + p.Op + "'.")
}

func validPercent(percent float64) bool { return percent >= 0 && percent <= 100 }

func percentInvalid() *refusal {
	return gatewayInvalid("Invalid Canary percentTraffic specified. Must be between 0.0 and 100.0")
}

// unpoint undoes the escapes of a JSON pointer.
func unpoint(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}
