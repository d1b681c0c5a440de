package awstest

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/appconfig/types"
)

func (a *AppConfig) getApplication(req appConfigRequest) restReply {
	name, ok := a.applications[req.application]
	if !ok {
		return restReply{refused: appConfigMissing("Application", req.application)}
	}
	return restReply{body: map[string]string{"Id": req.application, "Name": name}}
}

func (a *AppConfig) listApplications(req appConfigRequest) restReply {
	items := []map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(a.applications)) {
		items = append(items, map[string]string{"Id": id, "Name": a.applications[id]})
	}
	return appConfigPage(req, items)
}

func (a *AppConfig) getEnvironment(req appConfigRequest) restReply {
	e, refused := a.environment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: e.document()}
}

func (a *AppConfig) listEnvironments(req appConfigRequest) restReply {
	if _, ok := a.applications[req.application]; !ok {
		return restReply{refused: appConfigMissing("Application", req.application)}
	}
	items := []map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(a.environments)) {
		if strings.HasPrefix(key, req.application+"/") {
			items = append(items, a.environments[key].document())
		}
	}
	return appConfigPage(req, items)
}

// document says of the environment what its newest deployment makes of it (API Environment, State).
func (e *configEnvironment) document() map[string]any {
	monitors := []map[string]string{}
	for _, alarm := range e.alarms {
		monitors = append(monitors, map[string]string{"AlarmArn": alarm})
	}
	state := types.EnvironmentStateReadyForDeployment
	if d := e.newest(); d != nil {
		switch d.state {
		case types.DeploymentStateRollingBack:
			state = types.EnvironmentStateRollingBack
		case types.DeploymentStateRolledBack:
			state = types.EnvironmentStateRolledBack
		case types.DeploymentStateReverted:
			state = types.EnvironmentStateReverted
		case types.DeploymentStateComplete:
		case types.DeploymentStateBaking, types.DeploymentStateDeploying, types.DeploymentStateValidating:
			state = types.EnvironmentStateDeploying
		}
	}
	return map[string]any{"ApplicationId": e.application, "Id": e.id, "Name": e.name, "State": state, "Monitors": monitors}
}

func (a *AppConfig) getProfile(req appConfigRequest) restReply {
	name := a.profiles[req.application+"/"+req.profile]
	if name == "" {
		return restReply{refused: appConfigMissing("ConfigurationProfile", req.profile)}
	}
	return restReply{body: map[string]string{"ApplicationId": req.application, "Id": req.profile, "Name": name, "LocationUri": "hosted"}}
}

func (a *AppConfig) getStrategy(req appConfigRequest) restReply {
	s, ok := a.strategies[req.strategy]
	if !ok {
		return restReply{refused: appConfigMissing("DeploymentStrategy", req.strategy)}
	}
	return restReply{body: map[string]any{
		"Id": req.strategy, "Name": s.Name, "DeploymentDurationInMinutes": s.Minutes, "FinalBakeTimeInMinutes": s.BakeMinutes,
		"GrowthFactor": s.GrowthPct, "GrowthType": s.Growth, "ReplicateTo": "NONE",
	}}
}
